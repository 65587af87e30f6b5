#include "store/reading.h"

#include <assert.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/json_in.h"
#include "base/mem.h"
#include "store/channel.h"
#include "store/row.h"
#include "store/statements.h"

/* Fields 1 to COLUMN_FIELDS have columns of their own, the others share one:
 * {"9":"21.5","12":"Clouds"}. */
enum {
    COLUMN_FIELDS = 8,
    FIRST = 3,
    MORE = FIRST + COLUMN_FIELDS,
    COLUMNS = MORE + 6,
    CHUNK = 256
};

#define LIST                                                       \
    "channel, entry, at, f1, f2, f3, f4, f5, f6, f7, f8, more,"    \
    " device, latitude, longitude, elevation, status"
#define SELECT "SELECT " LIST " FROM reading WHERE channel = $1"
#define WINDOW " AND at >= $2 AND at <= $3 AND entry >= $4 AND entry <= $5"
/* The plus sign keeps the planner from the time index: few entries are
 * asked for, and their times are not known. */
#define NUMBERED " AND +at >= $2 AND +at <= $3 AND entry >= $4 AND entry <= $5"
#define ASCENDING " ORDER BY at, entry"
#define DESCENDING " ORDER BY at DESC, entry DESC"

static const struct sql add_sql = {
    "INSERT INTO reading (" LIST ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
    " $9, $10, $11, $12, $13, $14, $15, $16, $17)"
};

static const struct sql window_sql = { SELECT WINDOW ASCENDING };
static const struct sql numbered_sql = { SELECT NUMBERED ASCENDING };

static const struct sql entries_sql = {
    SELECT " AND entry >= $2 AND entry <= $3 ORDER BY entry"
};

static const struct sql newest_sql = {
    "SELECT * FROM (" SELECT WINDOW DESCENDING " LIMIT $6) AS r" ASCENDING
};

static const struct sql newest_numbered_sql = {
    "SELECT * FROM (" SELECT NUMBERED DESCENDING " LIMIT $6) AS r" ASCENDING
};

static const struct sql get_sql = { SELECT " AND entry = $2" };
static const struct sql last_sql = { SELECT " ORDER BY entry DESC LIMIT 1" };

#define COLUMN                                                     \
    "CASE CAST($2 AS BIGINT) WHEN 1 THEN f1 WHEN 2 THEN f2"        \
    " WHEN 3 THEN f3 WHEN 4 THEN f4 WHEN 5 THEN f5 WHEN 6 THEN f6" \
    " WHEN 7 THEN f7 ELSE f8 END"

static const struct sql last_column_sql = {
    SELECT " AND " COLUMN " IS NOT NULL ORDER BY entry DESC LIMIT 1"
};

/* Quotes inside a value are escaped, so "9": is always a name. */
static const struct sql last_more_sql = {
    SELECT " AND more LIKE '%\"' || CAST($2 AS TEXT) || '\":%'"
           " ORDER BY entry DESC LIMIT 1"
};

/* Not blank: as str_trim would say. */
#define BETWEEN " AND at >= $3 AND at <= $4"

static const struct sql latest_column_sql = {
    SELECT BETWEEN " AND trim(" COLUMN ", ' \t\n\v\f\r') <> ''"
           DESCENDING " LIMIT 1"
};

#define WITHOUT(part, text) "replace(" text ", '" part "', '')"
#define PACKED                                                     \
    WITHOUT(" ", WITHOUT("\\t", WITHOUT("\\n",                     \
    WITHOUT("\\u000b", WITHOUT("\\f", WITHOUT("\\r", "more"))))))

static const struct sql latest_more_sql = {
    SELECT BETWEEN " AND strpos(more, '\"' || CAST($2 AS TEXT) || '\":') > 0"
           " AND strpos(" PACKED ", '\"' || $2 || '\":\"\"') = 0"
           DESCENDING " LIMIT 1"
};

static const struct sql first_sql = { SELECT ASCENDING " LIMIT 1" };

static const struct sql until_sql = {
    SELECT " AND at <= $2" DESCENDING " LIMIT 1"
};

const struct sql *const reading_sql[] = {
    &add_sql,    &window_sql,          &numbered_sql,
    &newest_sql, &newest_numbered_sql, &get_sql,
    &last_sql,   &last_column_sql,     &last_more_sql,
    &first_sql,  &until_sql,           &entries_sql,
    &latest_column_sql, &latest_more_sql, NULL
};

struct str reading_value(const struct reading *r, int field)
{
    for (int i = 0; i < r->n_values; i++)
        if (r->values[i].field == field)
            return r->values[i].text;
    return NO_STR;
}

/* Adding. */

/* "7", "12": as more has it. */
static const char *name_of(int field, char room[static 4])
{
    room[0] = (char)('0' + field / 10);
    room[1] = (char)('0' + field % 10);
    room[2] = '\0';
    return field < 10 ? room + 1 : room;
}

/* The fields from 9 on; JSON would hide what is no text from the database. */
static enum result more_of(const struct reading *r, struct arena *a,
                           struct arg *out)
{
    struct buf b = { 0 };
    struct json j = { .out = &b };
    enum result rc = OK;
    char room[4];

    *out = NONE;
    if (r->n_values == 0 || r->values[r->n_values - 1].field <= COLUMN_FIELDS)
        return OK;
    json_open(&j, NULL, '{');
    for (int i = 0; i < r->n_values; i++) {
        const struct value *v = &r->values[i];

        if (v->field <= COLUMN_FIELDS || !v->text.p)
            continue;
        if (!str_is_text(v->text))
            rc = ERR_GARBLED;
        json_text(&j, name_of(v->field, room), v->text);
    }
    json_close(&j, '}');
    *out = TEXT(arena_copy(a, buf_str(&b)));
    buf_free(&b);
    return rc;
}

static enum result fill(struct arg *arg, const struct reading *r,
                        struct arena *a)
{
    arg[0] = INT(r->channel.n);
    arg[1] = INT(r->entry);
    arg[2] = INT(r->at);
    for (int f = 0; f < COLUMN_FIELDS; f++)
        arg[FIRST + f] = NONE;
    for (int i = 0; i < r->n_values; i++) {
        int field = r->values[i].field;

        assert(field >= 1 && field <= CHANNEL_FIELDS);
        if (field <= COLUMN_FIELDS)
            arg[FIRST + field - 1] = TEXT(r->values[i].text);
    }
    arg[MORE + 1] = TEXT(r->device);
    arg[MORE + 2] = TEXT(r->latitude);
    arg[MORE + 3] = TEXT(r->longitude);
    arg[MORE + 4] = TEXT(r->elevation);
    arg[MORE + 5] = TEXT(r->status);
    return more_of(r, a, &arg[MORE]);
}

static enum result add_chunk(struct db *db, const struct reading *list,
                             size_t n, struct arg (*arg)[COLUMNS])
{
    struct args args[CHUNK];
    struct arena *a = arena_new();
    enum result rc = OK;

    for (size_t i = 0; i < n && rc == OK; i++) {
        rc = fill(arg[i], &list[i], a);
        args[i] = (struct args){ arg[i], COLUMNS };
    }
    if (rc == OK)
        rc = db_run_many(db, &add_sql, args, n);
    arena_free(a);
    return rc;
}

enum result readings_add(struct db *db, const struct reading *list, size_t n)
{
    size_t most = n < CHUNK ? n : CHUNK;
    struct arg(*arg)[COLUMNS] = mem_new((most + 1) * sizeof *arg);
    enum result rc = OK;

    for (size_t at = 0; at < n && rc == OK; at += CHUNK)
        rc = add_chunk(db, list + at, n - at < CHUNK ? n - at : CHUNK, arg);
    free(arg);
    return rc;
}

/* Reading. */

struct readings {
    struct rows q;
    struct value values[CHANNEL_FIELDS];
    struct arena *arena; /* of the present row, when it needs one */
};

static int64_t field_number(struct str name)
{
    int64_t n;

    return str_int(name, &n) && n > COLUMN_FIELDS && n <= CHANNEL_FIELDS ? n
                                                                         : 0;
}

/* Only what fill wrote is there; anything else is passed over. */
static int read_more(struct str text, struct arena *a, struct value *values,
                     int n)
{
    struct json_in j;

    json_in_start(&j, text, a);
    if (json_in_next(&j) != JSON_OBJECT)
        return n;
    while (n < CHANNEL_FIELDS && json_in_next(&j) == JSON_NAME) {
        int field = (int)field_number(j.text);

        if (json_in_next(&j) != JSON_STRING)
            break;
        if (field)
            values[n++] = (struct value){ field, j.text };
    }
    return n;
}

static void read_row(const struct rows *q, struct arena **a,
                     struct value *values, struct reading *out)
{
    int n = 0;

    for (int f = 1; f <= COLUMN_FIELDS; f++) {
        struct str text = rows_text(q, FIRST + f - 1);

        if (text.p)
            values[n++] = (struct value){ f, text };
    }
    struct str more = rows_text(q, MORE);
    if (more.p) {
        if (!*a)
            *a = arena_new();
        n = read_more(more, *a, values, n);
    }
    *out = (struct reading){
        .channel.n = rows_int(q, 0),
        .entry = rows_int(q, 1),
        .at = rows_int(q, 2),
        .values = values,
        .n_values = n,
        .device = rows_text(q, MORE + 1),
        .latitude = rows_text(q, MORE + 2),
        .longitude = rows_text(q, MORE + 3),
        .elevation = rows_text(q, MORE + 4),
        .status = rows_text(q, MORE + 5),
    };
}

static struct readings *open_with(struct db *db, const struct sql *sql,
                                  struct args args)
{
    struct readings *it = NEW(struct readings);

    db_query(db, sql, args, &it->q);
    return it;
}

struct readings *readings_open(struct db *db, const struct reading_query *q)
{
    const struct arg arg[] = { INT(q->channel.n),   INT(q->from),
                               INT(q->until),       INT(q->first_entry),
                               INT(q->last_entry),  INT(q->newest) };
    bool numbered = q->first_entry > 1 || q->last_entry < INT64_MAX;

    if (q->newest > 0)
        return open_with(db, numbered ? &newest_numbered_sql : &newest_sql,
                         (struct args){ arg, 6 });
    return open_with(db, numbered ? &numbered_sql : &window_sql,
                     (struct args){ arg, 5 });
}

struct readings *readings_open_entries(struct db *db,
                                       struct channel_id channel,
                                       int64_t first, int64_t last)
{
    return open_with(db, &entries_sql,
                     ARGS(INT(channel.n), INT(first), INT(last)));
}

bool readings_next(struct readings *it, struct reading *out)
{
    if (it->arena)
        arena_free(it->arena);
    it->arena = NULL;
    if (!rows_next(&it->q))
        return false;
    read_row(&it->q, &it->arena, it->values, out);
    return true;
}

enum result readings_end(struct readings *it)
{
    enum result rc = rows_end(&it->q);

    if (it->arena)
        arena_free(it->arena);
    free(it);
    return rc;
}

static struct str kept(struct arena *a, struct str s)
{
    return s.p ? arena_copy(a, s) : NO_STR;
}

static void keep(struct arena *a, struct reading *r)
{
    struct value *values =
        arena_get(a, ((size_t)r->n_values + 1) * sizeof *values);

    for (int i = 0; i < r->n_values; i++)
        values[i] = (struct value){ r->values[i].field,
                                    kept(a, r->values[i].text) };
    r->values = values;
    r->device = kept(a, r->device);
    r->latitude = kept(a, r->latitude);
    r->longitude = kept(a, r->longitude);
    r->elevation = kept(a, r->elevation);
    r->status = kept(a, r->status);
}

static enum result one(struct db *db, struct arena *a, const struct sql *sql,
                       struct args args, struct reading *out)
{
    struct readings *it = open_with(db, sql, args);
    bool found = readings_next(it, out);

    if (found)
        keep(a, out);
    enum result rc = readings_end(it);
    return rc == OK && !found ? ERR_MISSING : rc;
}

enum result reading_last(struct db *db, struct arena *a,
                         struct channel_id channel, int field,
                         struct reading *out)
{
    char room[4];

    if (field < 0 || field > CHANNEL_FIELDS)
        return ERR_MISSING;
    if (field == 0)
        return one(db, a, &last_sql, ARGS(INT(channel.n)), out);
    if (field <= COLUMN_FIELDS)
        return one(db, a, &last_column_sql,
                   ARGS(INT(channel.n), INT(field)), out);
    return one(db, a, &last_more_sql,
               ARGS(INT(channel.n), TEXT(str_of(name_of(field, room)))), out);
}

enum result reading_latest(struct db *db, struct arena *a,
                           struct channel_id channel, int field,
                           int64_t from, int64_t until, struct reading *out)
{
    bool column = field <= COLUMN_FIELDS;
    char room[4];

    return one(db, a, column ? &latest_column_sql : &latest_more_sql,
               ARGS(INT(channel.n),
                    column ? INT(field) : TEXT(str_of(name_of(field, room))),
                    INT(from), INT(until)),
               out);
}

enum result reading_get(struct db *db, struct arena *a,
                        struct channel_id channel, int64_t entry,
                        struct reading *out)
{
    return one(db, a, &get_sql, ARGS(INT(channel.n), INT(entry)), out);
}

enum result reading_first(struct db *db, struct arena *a,
                          struct channel_id channel, struct reading *out)
{
    return one(db, a, &first_sql, ARGS(INT(channel.n)), out);
}

enum result reading_until(struct db *db, struct arena *a,
                          struct channel_id channel, int64_t at,
                          struct reading *out)
{
    return one(db, a, &until_sql, ARGS(INT(channel.n), INT(at)), out);
}
