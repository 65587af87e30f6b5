#include "store/device.h"

#include "store/key.h"
#include "store/row.h"
#include "store/statements.h"

static const struct sql accepted_sql = {
    "SELECT accepted FROM device WHERE channel = $1 AND name = $2"
};

static const struct sql count_sql = {
    "SELECT count(*) FROM device WHERE channel = $1"
};

static const struct sql put_sql = {
    "INSERT INTO device (channel, name, accepted, first_at)"
    " VALUES ($1, $2, $3, $4) ON CONFLICT (channel, name)"
    " DO UPDATE SET accepted = 1 WHERE excluded.accepted = 1"
};

static const struct sql list_sql = {
    "SELECT name, accepted, first_at FROM device WHERE channel = $1"
    " ORDER BY name"
};

static const struct sql remove_sql = {
    "DELETE FROM device WHERE channel = $1 AND name = $2 RETURNING accepted"
};

const struct sql *const device_sql[] = { &accepted_sql, &count_sql, &put_sql,
                                         &list_sql,     &remove_sql, NULL };

struct lower {
    char room[DEVICE_NAME_MAX];
    struct str name;
};

static enum result lower(struct lower *out, struct str name)
{
    if (name.n == 0 || row_check(name, DEVICE_NAME_MAX) != OK)
        return ERR_INVALID;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        out->room[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out->name = (struct str){ out->room, name.n };
    return OK;
}

enum result device_put(struct db *db, struct channel_id channel,
                       struct str name, bool accepted, int64_t now)
{
    struct lower l;
    int64_t is_accepted = 0, n = 0;
    enum result rc = lower(&l, name);

    if (rc != OK)
        return rc;
    rc = row_number(db, &accepted_sql, ARGS(INT(channel.n), TEXT(l.name)),
                    &is_accepted);
    if (rc == OK && (is_accepted || !accepted))
        return OK;
    if (rc == ERR_MISSING)
        rc = row_number(db, &count_sql, ARGS(INT(channel.n)), &n);
    if (rc != OK)
        return rc;
    if (n >= DEVICES_MAX)
        return accepted ? ERR_TOO_BIG : OK;
    rc = db_run(db, &put_sql,
                ARGS(INT(channel.n), TEXT(l.name), INT(accepted), INT(now)));
    return rc == OK && accepted ? key_epoch_raise(db) : rc;
}

enum result device_list(struct db *db, struct arena *a,
                        struct channel_id channel, struct device **list,
                        int *n)
{
    struct rows q;

    *list = NULL;
    *n = 0;
    for (db_query(db, &list_sql, ARGS(INT(channel.n)), &q); rows_next(&q);) {
        *list = row_room(a, *list, *n, sizeof **list);
        (*list)[(*n)++] = (struct device){ .name = row_text(&q, 0, a),
                                           .accepted = rows_int(&q, 1) != 0,
                                           .first_at = rows_int(&q, 2) };
    }
    return rows_end(&q);
}

enum result device_remove(struct db *db, struct channel_id channel,
                          struct str name)
{
    struct lower l;

    if (lower(&l, name) != OK)
        return ERR_MISSING;
    enum result rc =
        row_expect(db, &remove_sql, ARGS(INT(channel.n), TEXT(l.name)));
    return rc == OK ? key_epoch_raise(db) : rc;
}
