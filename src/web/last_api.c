/* last_api.c -- one reading: the last, a certain one, how old it is. */
#include "base/csv.h"
#include "base/moment.h"
#include "web/feed_writer.h"
#include "web/routes.h"

enum { RECENT_MAX = 100, RECENT_DEFAULT = 30 };

/* Everything these answers need. */
struct asked {
    struct feed_view view;
    struct reading reading;
    enum suffix suffix; /* as it was asked; the view takes PLAIN for JSON */
    bool there;
};

/* field 0: the whole reading; entry 0: the last. */
static enum result find(struct call *c, struct asked *a, int field,
                        int64_t entry)
{
    *a = (struct asked){ .suffix = c->suffix };
    enum result rc = feed_view_read(c, c->channel, field, &a->view);
    if (rc != OK)
        return rc;
    a->view.slice_ms = 0;
    rc = entry ? reading_get(c->db, c->arena, c->channel->id, entry,
                             &a->reading)
               : reading_last(c->db, c->arena, c->channel->id, field,
                              &a->reading);
    a->there = rc == OK;
    return rc == ERR_MISSING ? OK : rc;
}

static bool textual(enum suffix s)
{
    return s == PLAIN || s == TXT;
}

/* text/plain, with what the caller wants around it. */
static void write_text(struct call *c, const struct feed_view *v,
                       struct str text)
{
    struct buf *b = &c->res->body;

    c->suffix = TXT;
    buf_add(b, v->prepend);
    buf_add(b, text);
    buf_add(b, v->append);
}

static enum result show_entry(struct call *c, struct asked *a)
{
    struct rounding room;

    if (!a->there) {
        c->suffix = textual(a->suffix) ? TXT : a->suffix;
        feed_nothing(c, &a->view);
        return OK;
    }
    struct entry e = entry_of(&a->view, &a->reading, &room);
    c->suffix = textual(a->suffix) ? JSON : a->suffix;
    feed_one(c, &a->view, &e);
    return OK;
}

static enum result show_field(struct call *c, struct asked *a, int field)
{
    struct rounding room;

    if (!a->there || !textual(a->suffix))
        return show_entry(c, a);
    /* The bare value, of an unlabelled field too. */
    a->view.n_shown = 1;
    a->view.shown[0] = field;
    struct entry e = entry_of(&a->view, &a->reading, &room);
    write_text(c, &a->view, e.text[0]);
    return OK;
}

enum result last_api(struct call *c)
{
    struct asked a;
    enum result rc = find(c, &a, 0, 0);

    return rc == OK ? show_entry(c, &a) : rc;
}

static bool entry_part(struct str part, int64_t *out)
{
    return str_int(part, out) && *out > 0;
}

enum result entry_api(struct call *c)
{
    struct asked a;
    int64_t entry;

    if (!entry_part(c->part[1], &entry))
        return ERR_MISSING;
    enum result rc = find(c, &a, 0, entry);
    return rc == OK ? show_entry(c, &a) : rc;
}

enum result field_last_api(struct call *c)
{
    int field = feed_field(c->part[1]);
    struct asked a;

    if (!field)
        return ERR_MISSING;
    enum result rc = find(c, &a, field, 0);
    return rc == OK ? show_field(c, &a, field) : rc;
}

enum result field_entry_api(struct call *c)
{
    int field = feed_field(c->part[1]);
    struct asked a;
    int64_t entry;

    if (!field || !entry_part(c->part[2], &entry))
        return ERR_MISSING;
    enum result rc = find(c, &a, field, entry);
    return rc == OK ? show_field(c, &a, field) : rc;
}

static void write_age(struct call *c, struct asked *a, struct str age)
{
    struct json j = { .out = &c->res->body };
    struct xml x = { .out = &c->res->body };

    switch (a->suffix) {
    case JSON:
        callback_open(c, a->view.callback);
        json_open(&j, NULL, '{');
        json_text(&j, "last_data_age", age);
        json_text(&j, "last_data_age_units", STR("s"));
        json_close(&j, '}');
        callback_close(c, a->view.callback);
        break;
    case XML:
        xml_start(&x);
        xml_open(&x, "feed", NULL);
        xml_text(&x, "last-data-age", NULL, age);
        xml_text(&x, "last-data-age-units", NULL, STR("s"));
        xml_close(&x, "feed");
        break;
    case CSV:
        buf_printf(&c->res->body,
                   "last_data_age,last_data_age_units\n%.*s,s\n",
                   STR_FMT(age));
        break;
    case PLAIN:
    case TXT:
        write_text(c, &a->view, age);
        break;
    }
}

enum result age_api(struct call *c)
{
    int field = c->part[1].p ? feed_field(c->part[1]) : 0;
    struct asked a;

    if (c->part[1].p && !field)
        return ERR_MISSING;
    enum result rc = find(c, &a, field, 0);
    if (rc != OK)
        return rc;
    if (!a.there)
        return show_entry(c, &a);
    int64_t age = (c->req->at - a.reading.at) / 1000;
    c->suffix = a.suffix;
    write_age(c, &a, arena_printf(c->arena, "%lld",
                                  (long long)(age < 0 ? 0 : age)));
    return OK;
}

/* feeds/last_average and its kin: the last few readings as one row. */
struct recent {
    enum slice_kind kind;
    const char *name;
};

static struct recent recent_of(const struct call *c)
{
    static const struct recent kinds[] = {
        { SLICE_SUM, "sum" },
        { SLICE_MEDIAN, "median" },
        { SLICE_AVERAGE, "average" },
    };
    struct str path = c->req->path;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds - 1; i++)
        if (memmem(path.p, path.n, kinds[i].name, strlen(kinds[i].name)))
            return kinds[i];
    return kinds[2];
}

static void keep_row(void *arg, const struct slice_row *row)
{
    struct entry *e = arg;

    for (int i = 0; i < SHOWN_FIELDS; i++)
        if (row->text[i].p)
            memcpy((char *)e->text[i].p, row->text[i].p,
                   e->text[i].n = row->text[i].n);
        else
            e->text[i] = NO_STR;
}

static enum result sum_up(struct call *c, const struct asked *a,
                          enum slice_kind kind, int64_t n, struct entry *out)
{
    struct reading_query q = READINGS_OF(c->channel->id);
    struct str values[SLICE_FIELDS];
    enum result rc = OK;
    struct reading r;

    for (int i = 0; i < SHOWN_FIELDS; i++)
        out->text[i].p = arena_get(c->arena, DECIMAL_ROOM);
    q.newest = n;
    /* One slice that holds all time. */
    struct slicer *s = slicer_new(kind, INT64_MAX / 4, a->view.n_shown,
                                  a->view.decimals, 0, keep_row, out);
    struct readings *it = readings_open(c->db, &q);
    while (rc == OK && readings_next(it, &r)) {
        for (int i = 0; i < a->view.n_shown; i++)
            values[i] = reading_value(&r, a->view.shown[i]);
        rc = slicer_add(s, 0, values);
    }
    enum result end = readings_end(it);
    slicer_end(s);
    slicer_free(s);
    return rc == OK ? end : rc;
}

enum result recent_api(struct call *c)
{
    int field = c->part[1].p ? feed_field(c->part[1]) : 0;
    struct recent recent = recent_of(c);
    struct entry e = { 0 };
    struct asked a;
    int64_t n;

    if (c->part[1].p && !field)
        return ERR_MISSING;
    struct str want = params_get(&c->params, recent.name);
    if (!want.p || !str_int(str_trim(want), &n) || n < 1)
        n = RECENT_DEFAULT;
    enum result rc = find(c, &a, field, 0);
    if (rc != OK || !a.there)
        return rc != OK ? rc : show_entry(c, &a);
    rc = sum_up(c, &a, recent.kind, n < RECENT_MAX ? n : RECENT_MAX, &e);
    if (rc != OK)
        return rc;
    e.at = a.reading.at;
    if (field && textual(a.suffix)) {
        write_text(c, &a.view, a.view.n_shown ? e.text[0] : NO_STR);
        return OK;
    }
    a.view.location = a.view.status = false;
    c->suffix = textual(a.suffix) ? JSON : a.suffix;
    feed_one(c, &a.view, &e);
    return OK;
}

enum result status_last_api(struct call *c)
{
    struct asked a;
    enum result rc = find(c, &a, 0, 0);

    if (rc != OK)
        return rc;
    a.view.n_shown = 0;
    a.view.location = false;
    a.view.status = true;
    if (!a.there || !textual(a.suffix))
        return show_entry(c, &a);
    write_text(c, &a.view, a.reading.status);
    return OK;
}
