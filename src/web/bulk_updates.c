#include "web/bulk_updates.h"

#include "base/json_in.h"
#include "base/moment.h"
#include "base/zone.h"
#include "web/entry_params.h"

enum { CSV_PARTS = 1 + DIALECT_FIELDS + 4, FIRST_ROOM = 64 };

/* Ten years between two entries, in seconds; a hundred in all, in ms. */
#define DELTA_MAX INT64_C(315360000)
#define SERIES_MAX (DELTA_MAX * 10 * 1000)

static enum result refuse(struct bulk *b, const char *why)
{
    b->why = arena_printf(b->arena, "%s, in entry %zu of updates.", why,
                          b->n + 1)
                 .p;
    return ERR_INVALID;
}

static enum result absolute(struct bulk *b, struct str text, int64_t *at)
{
    if (!b->timed && b->n > 0)
        return refuse(b, "created_at follows entries with delta_t");
    if (!moment_parse(str_trim(text), zone_utc(), at))
        return refuse(b, "created_at is not a time");
    b->timed = true;
    return OK;
}

static enum result relative(struct bulk *b, struct str text, int64_t *at)
{
    int64_t seconds;

    if (!str_int(str_trim(text), &seconds) || seconds < 0
        || seconds > DELTA_MAX)
        return refuse(b, "delta_t is not a number of seconds");
    if (seconds == 0 && b->n > 0)
        return refuse(b, "delta_t is 0 though it is not the first");
    *at = b->latest + (b->n > 0 || b->timed ? seconds * 1000 : 0);
    if (*at > (b->timed ? MOMENT_MAX : SERIES_MAX))
        return refuse(b, "delta_t adds up to more than time holds");
    return OK;
}

static enum result add(struct bulk *b, const struct entry_params *e)
{
    struct reading r;
    int64_t at = 0;

    if (b->n == b->max) {
        b->why = arena_printf(b->arena, "updates has more than %zu entries.",
                              b->n)
                     .p;
        return ERR_TOO_BIG;
    }
    enum result rc = entry_reading(e, b->arena, b->peer, true, &r);
    if (rc == ERR_INVALID)
        return refuse(b, "latitude or longitude is not one");
    if (rc == OK && e->created_at.p)
        rc = absolute(b, e->created_at, &at);
    else if (rc == OK && e->delta_t.p)
        rc = relative(b, e->delta_t, &at);
    else if (rc == OK)
        rc = refuse(b, "created_at or delta_t is missing");
    if (rc != OK)
        return rc;
    if (b->n == b->room) {
        struct reading *old = b->list;

        b->room = b->room ? b->room * 2 : FIRST_ROOM;
        b->list = arena_get(b->arena, b->room * sizeof *b->list);
        if (old)
            memcpy(b->list, old, b->n * sizeof *old);
    }
    b->latest = r.at = at;
    b->list[b->n++] = r;
    return OK;
}

/* Where nobody says what the series begins at, it ends now. */
void bulk_anchor(struct bulk *b, int64_t now)
{
    for (size_t i = 0; i < b->n && !b->timed; i++)
        b->list[i].at += now - b->latest;
}

/* One object of the array; its '{' was read. */
static enum result read_object(struct bulk *b, struct json_in *j,
                               struct entry_params *e)
{
    enum json_item item;

    while ((item = json_in_next(j)) == JSON_NAME) {
        struct str name = j->text;

        item = json_in_next(j);
        if (item == JSON_STRING || item == JSON_NUMBER)
            entry_take(e, name, j->text, item == JSON_NUMBER);
        else if (item == JSON_TRUE || item == JSON_FALSE)
            entry_take(e, name,
                       item == JSON_TRUE ? STR("true") : STR("false"), false);
        else if (item != JSON_NULL)
            return refuse(b, "a value is neither text nor a number");
    }
    return item == JSON_OBJECT_END ? OK : refuse(b, "the JSON is broken");
}

enum result bulk_read_json(struct bulk *b, struct str text)
{
    enum result rc = OK;
    enum json_item item;
    struct json_in j;

    json_in_start(&j, text, b->arena);
    if (json_in_next(&j) != JSON_ARRAY) {
        b->why = "updates is not an array.";
        return ERR_INVALID;
    }
    while (rc == OK && (item = json_in_next(&j)) != JSON_ARRAY_END) {
        struct entry_params e = { 0 };

        if (item != JSON_OBJECT)
            return refuse(b, "something is not an object");
        rc = read_object(b, &j, &e);
        if (rc == OK)
            rc = add(b, &e);
    }
    return rc;
}

/* T,f1,...,f8,latitude,longitude,elevation,status */
static enum result read_row(struct bulk *b, struct str row, bool is_relative)
{
    struct entry_params e = { 0 };
    struct str part[CSV_PARTS];
    int n = 0;

    while (row.p) {
        if (n == CSV_PARTS)
            return refuse(b, "there are more than 13 columns");
        part[n] = str_cut(&row, ',');
        if (part[n].n == 0)
            part[n] = NO_STR;
        n++;
    }
    while (n < CSV_PARTS)
        part[n++] = NO_STR;
    if (is_relative)
        e.delta_t = part[0];
    else
        e.created_at = part[0];
    memcpy(e.field + 1, part + 1, DIALECT_FIELDS * sizeof *part);
    e.latitude = part[DIALECT_FIELDS + 1];
    e.longitude = part[DIALECT_FIELDS + 2];
    e.elevation = part[DIALECT_FIELDS + 3];
    e.status = part[DIALECT_FIELDS + 4];
    return add(b, &e);
}

enum result bulk_read_csv(struct bulk *b, struct str text, bool is_relative)
{
    enum result rc = OK;

    while (rc == OK && text.p) {
        struct str row = str_cut(&text, '|');

        if (str_trim(row).n > 0)
            rc = read_row(b, row, is_relative);
    }
    return rc;
}
