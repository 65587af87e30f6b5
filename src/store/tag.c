#include "store/tag.h"

#include "store/row.h"
#include "store/statements.h"

static const struct sql clear_sql = {
    "DELETE FROM channel_tag WHERE channel = $1"
};

static const struct sql make_sql = {
    "INSERT INTO tag (name) VALUES ($1) ON CONFLICT (name) DO NOTHING"
};

static const struct sql add_sql = {
    "INSERT INTO channel_tag (channel, tag, place)"
    " SELECT CAST($1 AS BIGINT), id, CAST($3 AS BIGINT) FROM tag"
    " WHERE name = $2 ON CONFLICT (channel, tag) DO NOTHING"
};

static const struct sql get_sql = {
    "SELECT id, name FROM channel_tag JOIN tag ON tag.id = channel_tag.tag"
    " WHERE channel = $1 ORDER BY place"
};

const struct sql *const tag_sql[] = { &clear_sql, &make_sql, &add_sql,
                                      &get_sql, NULL };

enum result tags_check(const struct channel *c)
{
    if (c->n_tags > CHANNEL_TAGS)
        return ERR_TOO_BIG;
    for (int i = 0; i < c->n_tags; i++) {
        enum result rc = row_check(c->tags[i].name, CHANNEL_TEXT_MAX);

        if (rc != OK)
            return rc;
        if (c->tags[i].name.n == 0)
            return ERR_INVALID;
    }
    return OK;
}

enum result tags_put(struct db *db, const struct channel *c)
{
    enum result rc = db_run(db, &clear_sql, ARGS(INT(c->id.n)));

    for (int i = 0; i < c->n_tags && rc == OK; i++) {
        struct str name = c->tags[i].name;

        rc = db_run(db, &make_sql, ARGS(TEXT(name)));
        if (rc == OK)
            rc = db_run(db, &add_sql,
                        ARGS(INT(c->id.n), TEXT(name), INT(i)));
    }
    return rc;
}

static enum result get_one(struct db *db, struct arena *a, struct channel *c)
{
    struct rows q;

    c->tags = NULL;
    c->n_tags = 0;
    for (db_query(db, &get_sql, ARGS(INT(c->id.n)), &q); rows_next(&q);) {
        c->tags = row_room(a, c->tags, c->n_tags, sizeof *c->tags);
        c->tags[c->n_tags++] = (struct tag){ .id = rows_int(&q, 0),
                                             .name = row_text(&q, 1, a) };
    }
    return rows_end(&q);
}

enum result tags_get(struct db *db, struct arena *a, struct channel *list,
                     int n)
{
    enum result rc = OK;

    for (int i = 0; i < n && rc == OK; i++)
        rc = get_one(db, a, &list[i]);
    return rc;
}
