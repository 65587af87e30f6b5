#include "store/post.h"

#include "base/fold.h"
#include "store/row.h"
#include "store/statements.h"

static const struct sql add_sql = {
    "INSERT INTO post (author, channel, at, title, body, folded, created_at,"
    " updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id"
};

static const struct sql put_sql = {
    "UPDATE post SET channel = $2, at = $3, title = $4, body = $5,"
    " folded = $6, updated_at = $7"
    " WHERE id = $1 AND deleted_at IS NULL RETURNING id"
};

#define SELECT                                                               \
    "SELECT p.id, p.author, a.name, p.channel, c.name, c.zone, c.owner,"     \
    " c.is_public, p.at, p.title, p.body, p.created_at, p.updated_at,"       \
    " p.deleted_at FROM post AS p JOIN account AS a ON a.id = p.author"      \
    " LEFT JOIN channel AS c ON c.id = p.channel "

/* $1 reader, $2 opened, $3 channel, $4 limit, $5 and $6 the mark, $7 to $14
 * the words */
#define WORD(n) " AND strpos(p.folded, $" n ") > 0"
#define THOSE                                                                \
    "WHERE p.deleted_at IS NULL AND (p.channel IS NULL OR c.is_public = 1"   \
    " OR c.owner = $1 OR p.author = $1 OR p.channel = $2)"                   \
    " AND (CAST($3 AS BIGINT) = 0 OR p.channel = $3)"                        \
    WORD("7") WORD("8") WORD("9") WORD("10") WORD("11") WORD("12")           \
    WORD("13") WORD("14")

static const struct sql get_sql = { SELECT "WHERE p.id = $1" };

static const struct sql behind_sql = {
    SELECT THOSE " AND (p.created_at, p.id) < ($5, $6)"
                 " ORDER BY p.created_at DESC, p.id DESC LIMIT $4"
};

static const struct sql ahead_sql = {
    SELECT THOSE " AND (p.created_at, p.id) > ($5, $6)"
                 " ORDER BY p.created_at, p.id LIMIT $4"
};

static const struct sql notes_sql = {
    SELECT "WHERE p.channel = $1 AND p.at BETWEEN $2 AND $3"
           " AND p.deleted_at IS NULL ORDER BY p.at DESC, p.id DESC LIMIT $4"
};

static const struct sql count_sql = {
    "SELECT count(*) FROM post WHERE channel = $1 AND deleted_at IS NULL"
};

static const struct sql remove_sql = {
    "UPDATE post SET deleted_at = $2"
    " WHERE id = $1 AND deleted_at IS NULL RETURNING id"
};

static const struct sql restore_sql = {
    "UPDATE post SET deleted_at = NULL"
    " WHERE id = $1 AND deleted_at > $2 RETURNING id"
};

static const struct sql removed_sql = {
    SELECT "WHERE p.author = $1 AND p.deleted_at > $2"
           " ORDER BY p.deleted_at DESC, p.id DESC LIMIT $3"
};

static const struct sql purge_sql = {
    "DELETE FROM post WHERE id IN (SELECT id FROM post WHERE deleted_at <= $1"
    " ORDER BY deleted_at LIMIT $2) RETURNING id"
};

static const struct sql seed_sql = {
    "SELECT value FROM setting WHERE name = 'feed'"
};

const struct sql *const post_sql[] = {
    &add_sql,   &put_sql,   &get_sql,    &behind_sql,  &ahead_sql,
    &notes_sql, &count_sql, &remove_sql, &restore_sql, &removed_sql,
    &purge_sql, &seed_sql,  NULL
};

static enum result check(const struct post *p)
{
    enum result rc = row_check(p->title, POST_TITLE_MAX);

    if (rc == OK)
        rc = row_check(p->body, POST_BODY_MAX);
    return rc == OK && p->title.n == 0 ? ERR_INVALID : rc;
}

static struct arg id_or_null(struct channel_id id)
{
    return id.n ? INT(id.n) : NONE;
}

/* The line's end keeps a word from being found half in each. */
static struct str searched(struct arena *a, const struct post *p)
{
    return fold(a, arena_printf(a, "%.*s\n%.*s", STR_FMT(p->title),
                                STR_FMT(p->body)));
}

enum result post_add(struct db *db, const struct post *p, struct post_id *id)
{
    enum result rc = check(p);

    if (rc != OK)
        return rc;
    struct arena *a = arena_new();
    rc = row_number(db, &add_sql,
                    ARGS(INT(p->author.n), id_or_null(p->channel),
                         p->pinned ? INT(p->at) : NONE, TEXT(p->title),
                         TEXT(p->body.p ? p->body : STR("")),
                         TEXT(searched(a, p)), INT(p->created_at),
                         INT(p->updated_at)),
                    &id->n);
    arena_free(a);
    return rc;
}

enum result post_put(struct db *db, const struct post *p)
{
    enum result rc = check(p);

    if (rc != OK)
        return rc;
    struct arena *a = arena_new();
    rc = row_expect(db, &put_sql,
                    ARGS(INT(p->id.n), id_or_null(p->channel),
                         p->pinned ? INT(p->at) : NONE, TEXT(p->title),
                         TEXT(p->body.p ? p->body : STR("")),
                         TEXT(searched(a, p)), INT(p->updated_at)));
    arena_free(a);
    return rc;
}

static void read_row(const struct rows *q, struct arena *a, struct post *out)
{
    bool placed = !rows_null(q, 3);

    *out = (struct post){
        .id = { rows_int(q, 0) },
        .author = { rows_int(q, 1) },
        .author_name = row_text(q, 2, a),
        .channel = { placed ? rows_int(q, 3) : 0 },
        .channel_name = row_text(q, 4, a),
        .channel_zone = row_text(q, 5, a),
        .channel_owner = { placed ? rows_int(q, 6) : 0 },
        .channel_is_public = !placed || rows_int(q, 7) != 0,
        .pinned = !rows_null(q, 8),
        .at = rows_null(q, 8) ? 0 : rows_int(q, 8),
        .title = row_text(q, 9, a),
        .body = row_text(q, 10, a),
        .created_at = rows_int(q, 11),
        .updated_at = rows_int(q, 12),
        .deleted_at = rows_null(q, 13) ? 0 : rows_int(q, 13),
    };
}

static enum result all(struct db *db, struct arena *a, const struct sql *sql,
                       struct args args, struct post **list, int *n)
{
    struct rows q;

    *list = NULL;
    *n = 0;
    for (db_query(db, sql, args, &q); rows_next(&q);) {
        *list = row_room(a, *list, *n, sizeof **list);
        read_row(&q, a, &(*list)[(*n)++]);
    }
    return rows_end(&q);
}

enum result post_get(struct db *db, struct arena *a, struct post_id id,
                     struct post *out)
{
    struct post *list;
    int n;
    enum result rc = all(db, a, &get_sql, ARGS(INT(id.n)), &list, &n);

    if (rc == OK && n == 0)
        return ERR_MISSING;
    if (rc == OK)
        *out = list[0];
    return rc;
}

/* An empty one is in every text. */
static struct arg word(struct str s)
{
    return TEXT(s.p ? str_cap(s, POST_WORD_MAX) : STR(""));
}

static void turn(struct post *list, int n)
{
    for (int i = 0; i < n / 2; i++) {
        struct post p = list[i];

        list[i] = list[n - 1 - i];
        list[n - 1 - i] = p;
    }
}

enum result post_list(struct db *db, struct arena *a,
                      const struct post_query *q, struct post **list, int *n)
{
    bool ahead = q->after.id.n != 0;
    struct post_mark mark = ahead ? q->after : q->before;
    const struct str *w = q->words;

    if (mark.id.n == 0)
        mark = (struct post_mark){ INT64_MAX, { INT64_MAX } };
    enum result rc = all(
        db, a, ahead ? &ahead_sql : &behind_sql,
        ARGS(INT(q->reader.n), INT(q->opened.n), INT(q->channel.n),
             INT(q->limit), INT(mark.at), INT(mark.id.n), word(w[0]),
             word(w[1]), word(w[2]), word(w[3]), word(w[4]), word(w[5]),
             word(w[6]), word(w[7])),
        list, n);
    if (rc == OK && ahead)
        turn(*list, *n);
    return rc;
}

enum result post_notes(struct db *db, struct arena *a,
                       struct channel_id channel, int64_t from, int64_t until,
                       int limit, struct post **list, int *n)
{
    enum result rc = all(
        db, a, &notes_sql,
        ARGS(INT(channel.n), INT(from), INT(until), INT(limit)), list, n);

    turn(*list, *n);
    return rc;
}

enum result post_count(struct db *db, struct channel_id channel, int64_t *out)
{
    return row_number(db, &count_sql, ARGS(INT(channel.n)), out);
}

enum result post_remove(struct db *db, struct post_id id, int64_t now)
{
    return row_expect(db, &remove_sql, ARGS(INT(id.n), INT(now)));
}

enum result post_restore(struct db *db, struct post_id id, int64_t since)
{
    return row_expect(db, &restore_sql, ARGS(INT(id.n), INT(since)));
}

enum result post_list_removed(struct db *db, struct arena *a,
                              struct account_id author, int64_t since,
                              int limit, struct post **list, int *n)
{
    return all(db, a, &removed_sql,
               ARGS(INT(author.n), INT(since), INT(limit)), list, n);
}

enum result post_purge(struct db *db, int64_t until, int limit, bool *more)
{
    struct rows q;
    int n = 0;

    for (db_query(db, &purge_sql, ARGS(INT(until), INT(limit)), &q);
         rows_next(&q);)
        n++;
    *more = n == limit;
    return rows_end(&q);
}

enum result post_seed(struct db *db, struct arena *a, struct str *out)
{
    struct rows q;

    *out = NO_STR;
    for (db_query(db, &seed_sql, NO_ARGS, &q); rows_next(&q);)
        *out = row_text(&q, 0, a);
    enum result rc = rows_end(&q);
    return rc == OK && !out->p ? ERR_MISSING : rc;
}
