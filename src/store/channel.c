#include "store/channel.h"

#include <stdio.h>

#include "store/field.h"
#include "store/key.h"
#include "store/row.h"
#include "store/statements.h"
#include "store/tag.h"

static const struct sql add_sql = {
    "INSERT INTO channel (name, description, metadata, url, latitude,"
    " longitude, elevation, zone, is_public, updated_at, owner, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id"
};

static const struct sql begin_sql = {
    "INSERT INTO progress (channel) VALUES ($1)"
};

/* Two changes are never of the same time: whoever compares sees both. */
#define LATER_THAN_BEFORE(now) \
    "updated_at = CASE WHEN updated_at < " now " THEN " now \
    " ELSE updated_at + 1 END"

static const struct sql put_sql = {
    "UPDATE channel SET name = $1, description = $2, metadata = $3, url = $4,"
    " latitude = $5, longitude = $6, elevation = $7, zone = $8,"
    " is_public = $9, " LATER_THAN_BEFORE("$10") " WHERE id = $11 RETURNING id"
};

static const struct sql name_sql = {
    "UPDATE channel SET name = $2 WHERE id = $1"
};

#define SELECT                                                            \
    "SELECT c.id, owner, a.name, c.name, description, metadata, url,"     \
    " latitude, longitude, elevation, zone, is_public, c.created_at,"     \
    " updated_at, last_entry FROM channel AS c"                           \
    " JOIN account AS a ON a.id = owner"                                  \
    " JOIN progress AS p ON p.channel = c.id "

/* $1 owner, $2 public only, $3 tag */
#define THOSE                                                             \
    " AND (CAST($2 AS BIGINT) = 0 OR is_public = 1)"                      \
    " AND (CAST($3 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM channel_tag" \
    " AS l JOIN tag AS t ON t.id = l.tag WHERE l.channel = c.id"          \
    " AND t.name = $3))"
#define OF_ONE "WHERE owner = $1" THOSE
#define OF_ALL "WHERE CAST($1 AS BIGINT) = 0" THOSE
#define PAGE " ORDER BY c.id LIMIT $4 OFFSET $5"

static const struct sql get_sql = { SELECT "WHERE c.id = $1" };
static const struct sql list_one_sql = { SELECT OF_ONE PAGE };
static const struct sql list_all_sql = { SELECT OF_ALL PAGE };

static const struct sql count_one_sql = {
    "SELECT count(*) FROM channel AS c " OF_ONE
};

static const struct sql count_all_sql = {
    "SELECT count(*) FROM channel AS c " OF_ALL
};

static const struct sql claim_sql = {
    "UPDATE progress SET last_entry = last_entry + $2 WHERE channel = $1"
    " RETURNING last_entry, summed_until"
};

static const struct sql newest_sql = {
    "SELECT last_entry FROM progress WHERE channel = $1"
};

/* Whoever claims entries meanwhile waits, and then finds no row. */
static const struct sql forget_sql = {
    "DELETE FROM progress WHERE channel = $1 RETURNING channel"
};

/* As it began: see the table. */
static const struct sql reset_sql = {
    "UPDATE progress SET last_entry = 0, summed_until = -62135596800000"
    " WHERE channel = $1 RETURNING channel"
};

static const struct sql touch_sql = {
    "UPDATE channel SET " LATER_THAN_BEFORE("$1") " WHERE id = $2"
};

static const struct sql remove_readings_sql = {
    "DELETE FROM reading WHERE channel = $1"
};

static const struct sql remove_summaries_sql = {
    "DELETE FROM summary WHERE channel = $1"
};

static const struct sql remove_sql = { "DELETE FROM channel WHERE id = $1" };

const struct sql *const channel_sql[] = {
    &add_sql,       &begin_sql,     &put_sql,
    &name_sql,      &get_sql,       &list_one_sql,
    &list_all_sql,  &count_one_sql, &count_all_sql,
    &claim_sql,     &forget_sql,    &remove_readings_sql,
    &remove_sql,    &remove_summaries_sql, &reset_sql,
    &newest_sql,    &touch_sql,     NULL
};

static enum result check(const struct channel *c)
{
    const struct str shorts[] = { c->name,     c->url,       c->zone,
                                  c->latitude, c->longitude, c->elevation };
    enum result rc = row_check(c->description, CHANNEL_LONG_MAX);

    if (rc == OK)
        rc = row_check(c->metadata, CHANNEL_LONG_MAX);
    for (size_t i = 0; rc == OK && i < sizeof shorts / sizeof *shorts; i++)
        rc = row_check(shorts[i], CHANNEL_TEXT_MAX);
    if (rc == OK)
        rc = fields_check(c);
    return rc == OK ? tags_check(c) : rc;
}

/* Fields, tags and a name where none was given. */
static enum result put_parts(struct db *db, const struct channel *c)
{
    enum result rc = fields_put(db, c);

    if (rc == OK)
        rc = tags_put(db, c);
    if (rc == OK && c->name.n == 0) {
        char name[32];

        snprintf(name, sizeof name, "Channel %lld", (long long)c->id.n);
        rc = db_run(db, &name_sql, ARGS(INT(c->id.n), TEXT(str_of(name))));
    }
    return rc == OK ? key_epoch_raise(db) : rc;
}

#define COMMON(c)                                                          \
    TEXT((c)->name.p ? (c)->name : STR("")), TEXT((c)->description),       \
        TEXT((c)->metadata), TEXT((c)->url), TEXT((c)->latitude),          \
        TEXT((c)->longitude), TEXT((c)->elevation),                        \
        TEXT((c)->zone.n ? (c)->zone : STR("UTC")), INT((c)->is_public),   \
        INT((c)->updated_at)

enum result channel_add(struct db *db, struct channel *c)
{
    enum result rc = check(c);

    if (rc == OK)
        rc = row_number(db, &add_sql,
                        ARGS(COMMON(c), INT(c->owner.n), INT(c->created_at)),
                        &c->id.n);
    if (rc == OK)
        rc = db_run(db, &begin_sql, ARGS(INT(c->id.n)));
    return rc == OK ? put_parts(db, c) : rc;
}

enum result channel_put(struct db *db, const struct channel *c)
{
    enum result rc = check(c);

    if (rc == OK)
        rc = row_expect(db, &put_sql, ARGS(COMMON(c), INT(c->id.n)));
    return rc == OK ? put_parts(db, c) : rc;
}

static void read_row(const struct rows *q, struct arena *a,
                     struct channel *out)
{
    *out = (struct channel){
        .id.n = rows_int(q, 0),
        .owner.n = rows_int(q, 1),
        .owner_name = row_text(q, 2, a),
        .name = row_text(q, 3, a),
        .description = row_text(q, 4, a),
        .metadata = row_text(q, 5, a),
        .url = row_text(q, 6, a),
        .latitude = row_text(q, 7, a),
        .longitude = row_text(q, 8, a),
        .elevation = row_text(q, 9, a),
        .zone = row_text(q, 10, a),
        .is_public = rows_int(q, 11) != 0,
        .created_at = rows_int(q, 12),
        .updated_at = rows_int(q, 13),
        .last_entry = rows_int(q, 14),
    };
}

static enum result read_list(struct db *db, struct arena *a,
                             const struct sql *sql, struct args args,
                             struct channel **list, int *n)
{
    struct rows q;

    *list = NULL;
    *n = 0;
    for (db_query(db, sql, args, &q); rows_next(&q);) {
        *list = row_room(a, *list, *n, sizeof **list);
        read_row(&q, a, &(*list)[(*n)++]);
    }
    enum result rc = rows_end(&q);
    if (rc == OK)
        rc = fields_get(db, a, *list, *n);
    return rc == OK ? tags_get(db, a, *list, *n) : rc;
}

enum result channel_get(struct db *db, struct arena *a, struct channel_id id,
                        struct channel *out)
{
    struct channel *list;
    int n;
    enum result rc = read_list(db, a, &get_sql, ARGS(INT(id.n)), &list, &n);

    if (rc == OK && n == 0)
        return ERR_MISSING;
    if (rc == OK)
        *out = list[0];
    return rc;
}

enum result channel_list(struct db *db, struct arena *a,
                         const struct channel_query *q, struct channel **list,
                         int *n, int64_t *total)
{
    bool one = q->owner.n != 0;
    struct arg owner = INT(q->owner.n), open = INT(q->public_only);
    int64_t limit = q->limit > 0 ? q->limit : INT64_MAX;
    enum result rc = read_list(
        db, a, one ? &list_one_sql : &list_all_sql,
        ARGS(owner, open, TEXT(q->tag), INT(limit), INT(q->offset)), list, n);

    if (rc == OK && total)
        rc = row_number(db, one ? &count_one_sql : &count_all_sql,
                        ARGS(owner, open, TEXT(q->tag)), total);
    return rc;
}

/* first locks the channel's progress. */
static enum result remove_history(struct db *db, struct channel_id id,
                                  const struct sql *first)
{
    enum result rc = row_expect(db, first, ARGS(INT(id.n)));

    if (rc == OK)
        rc = db_run(db, &remove_readings_sql, ARGS(INT(id.n)));
    return rc == OK ? db_run(db, &remove_summaries_sql, ARGS(INT(id.n))) : rc;
}

enum result channel_remove(struct db *db, struct channel_id id)
{
    enum result rc = remove_history(db, id, &forget_sql);

    if (rc == OK)
        rc = db_run(db, &remove_sql, ARGS(INT(id.n)));
    return rc == OK ? key_epoch_raise(db) : rc;
}

enum result channel_clear(struct db *db, struct channel_id id, int64_t at)
{
    enum result rc = remove_history(db, id, &reset_sql);

    if (rc == OK)
        rc = db_run(db, &touch_sql, ARGS(INT(at), INT(id.n)));
    return rc == OK ? key_epoch_raise(db) : rc;
}

enum result channel_claim(struct db *db, struct channel_id id, int64_t n,
                          int64_t *first, int64_t *summed_until)
{
    struct rows q;
    bool found = false;

    for (db_query(db, &claim_sql, ARGS(INT(id.n), INT(n)), &q);
         rows_next(&q); found = true) {
        *first = rows_int(&q, 0) - n + 1;
        *summed_until = rows_int(&q, 1);
    }
    enum result rc = rows_end(&q);
    return rc == OK && !found ? ERR_MISSING : rc;
}

enum result channel_newest(struct db *db, struct channel_id id, int64_t *out)
{
    enum result rc = row_number(db, &newest_sql, ARGS(INT(id.n)), out);

    if (rc == ERR_MISSING)
        *out = -1;
    return rc == ERR_MISSING ? OK : rc;
}
