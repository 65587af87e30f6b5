/* bulk_api.c -- many readings in one request, stored all or not at all. */
#include "base/json_in.h"
#include "base/moment.h"
#include "base/zone.h"
#include "store/channel.h"
#include "web/entry_params.h"
#include "web/routes.h"
#include "web/submission.h"

enum { CSV_PARTS = 1 + DIALECT_FIELDS + 4, FIRST_ROOM = 64 };

/* Deltas of more than ten years between two entries are no deltas. */
#define DELTA_MAX INT64_C(315360000)

struct bulk {
    struct submission submission; /* first */
    struct reading *list;
    size_t n, room;
    bool timed;     /* an entry had an absolute time */
    int64_t latest; /* time of the entry before, or sum of deltas so far */
};

static enum result refuse(struct call *c, struct bulk *b, const char *why)
{
    c->why = arena_printf(c->arena, "%s, in entry %zu of updates.", why,
                          b->n + 1)
                 .p;
    return ERR_INVALID;
}

static enum result absolute(struct call *c, struct bulk *b, struct str text,
                            int64_t *at)
{
    if (!b->timed && b->n > 0)
        return refuse(c, b, "created_at follows entries with delta_t");
    if (!moment_parse(str_trim(text), zone_utc(), at))
        return refuse(c, b, "created_at is not a time");
    b->timed = true;
    return OK;
}

static enum result relative(struct call *c, struct bulk *b, struct str text,
                            int64_t *at)
{
    int64_t seconds;

    if (!str_int(str_trim(text), &seconds) || seconds < 0
        || seconds > DELTA_MAX)
        return refuse(c, b, "delta_t is not a number of seconds");
    if (seconds == 0 && b->n > 0)
        return refuse(c, b, "delta_t is 0 though it is not the first");
    *at = b->latest + (b->n > 0 || b->timed ? seconds * 1000 : 0);
    if (*at > MOMENT_MAX)
        return refuse(c, b, "delta_t adds up to more than time holds");
    return OK;
}

static enum result add(struct call *c, struct bulk *b,
                       const struct entry_params *e)
{
    struct reading r;
    int64_t at = 0;

    if (b->n == (size_t)c->app->settings->bulk_limit) {
        c->why = arena_printf(c->arena, "updates has more than %zu entries.",
                              b->n)
                     .p;
        return ERR_TOO_BIG;
    }
    enum result rc = entry_reading(e, c->arena, c->req->peer, true, &r);
    if (rc == ERR_INVALID)
        return refuse(c, b, "latitude or longitude is not one");
    if (rc == OK && e->created_at.p)
        rc = absolute(c, b, e->created_at, &at);
    else if (rc == OK && e->delta_t.p)
        rc = relative(c, b, e->delta_t, &at);
    else if (rc == OK)
        rc = refuse(c, b, "created_at or delta_t is missing");
    if (rc != OK)
        return rc;
    if (b->n == b->room) {
        struct reading *old = b->list;

        b->room = b->room ? b->room * 2 : FIRST_ROOM;
        b->list = arena_get(c->arena, b->room * sizeof *b->list);
        if (old)
            memcpy(b->list, old, b->n * sizeof *old);
    }
    b->latest = r.at = at;
    b->list[b->n++] = r;
    return OK;
}

/* Where nobody says what the series begins at, it ends now. */
static void anchor(struct bulk *b, int64_t now)
{
    for (size_t i = 0; i < b->n && !b->timed; i++)
        b->list[i].at += now - b->latest;
}

/* One object of the array; its '{' was read. */
static enum result read_object(struct call *c, struct bulk *b,
                               struct json_in *j, struct entry_params *e)
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
            return refuse(c, b, "a value is neither text nor a number");
    }
    return item == JSON_OBJECT_END ? OK : refuse(c, b, "the JSON is broken");
}

static enum result read_json(struct call *c, struct bulk *b, struct str text)
{
    enum result rc = OK;
    enum json_item item;
    struct json_in j;

    json_in_start(&j, text, c->arena);
    if (json_in_next(&j) != JSON_ARRAY) {
        c->why = "updates is not an array.";
        return ERR_INVALID;
    }
    while (rc == OK && (item = json_in_next(&j)) != JSON_ARRAY_END) {
        struct entry_params e = { 0 };

        if (item != JSON_OBJECT)
            return refuse(c, b, "something is not an object");
        rc = read_object(c, b, &j, &e);
        if (rc == OK)
            rc = add(c, b, &e);
    }
    return rc;
}

/* T,f1,...,f8,latitude,longitude,elevation,status */
static enum result read_row(struct call *c, struct bulk *b, struct str row,
                            bool is_relative)
{
    struct entry_params e = { 0 };
    struct str part[CSV_PARTS];
    int n = 0;

    while (row.p) {
        if (n == CSV_PARTS)
            return refuse(c, b, "there are more than 13 columns");
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
    return add(c, b, &e);
}

static enum result read_csv(struct call *c, struct bulk *b, struct str text)
{
    struct str format = params_get(&c->params, "time_format");
    bool is_relative = str_is(format, "relative");
    enum result rc = OK;

    if (format.p && !is_relative && !str_is(format, "absolute")) {
        c->why = "time_format is neither absolute nor relative.";
        return ERR_INVALID;
    }
    while (rc == OK && text.p) {
        struct str row = str_cut(&text, '|');

        if (str_trim(row).n > 0)
            rc = read_row(c, b, row, is_relative);
    }
    return rc;
}

/* The write key of the channel in the path, and no other. */
static enum result open_channel(struct call *c, struct bulk *b)
{
    struct submission *s = &b->submission;
    struct channel_id id;
    struct channel ch;

    if (!str_int(c->part[0], &id.n))
        return ERR_MISSING;
    s->key = str_trim(params_get(&c->params, "write_api_key"));
    if (s->key.n == 0)
        s->key = call_key(c);
    enum result rc = channel_get(c->db, c->arena, id, &ch);
    if (rc == OK)
        rc = s->key.p ? key_look_up(c->db, c->arena, s->key, &s->fact)
                      : ERR_STRANGER;
    if (rc != OK)
        return rc;
    s->batch.channel = id;
    return s->fact.found && s->fact.kind == KEY_WRITE
                   && s->fact.channel.n == id.n
               ? OK
               : ERR_STRANGER;
}

static enum result answer(struct submission *s, enum result rc)
{
    if (rc != OK)
        return rc;
    s->c->res->status = 202;
    buf_add(&s->c->res->body, STR("{\"success\":true}"));
    s->c->suffix = JSON;
    return OK;
}

static enum result read_bulk(struct call *c, struct bulk *b)
{
    const struct param *updates = params_find(&c->params, "updates");
    bool json = c->suffix != CSV;

    if (c->suffix != CSV)
        c->suffix = JSON;
    enum result rc = open_channel(c, b);
    if (rc != OK)
        return rc;
    if (!updates || str_trim(updates->value).n == 0) {
        c->why = "updates is missing.";
        return ERR_INVALID;
    }
    rc = json ? read_json(c, b, updates->value)
              : read_csv(c, b, updates->value);
    if (rc == OK && b->n == 0) {
        c->why = "updates is empty.";
        return ERR_INVALID;
    }
    return rc;
}

enum result bulk_api(struct call *c)
{
    struct bulk *b = ARENA_NEW(c->arena, struct bulk);

    b->submission.c = c;
    b->submission.answer = answer;
    enum result rc = read_bulk(c, b);
    if (rc != OK) {
        submission_refused(c, rc);
        return rc;
    }
    anchor(b, c->req->at);
    b->submission.batch.list = b->list;
    b->submission.batch.n = b->n;
    return submission_hand_in(&b->submission);
}
