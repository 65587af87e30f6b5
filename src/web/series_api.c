/* series_api.c -- the numbers that a chart in a browser is drawn from,
 * /channels/ID/series.json. See docs/series.md. */
#include "base/json.h"
#include "base/zone.h"
#include "http/gzip.h"
#include "http/message.h"
#include "store/post.h"
#include "web/chart_window.h"
#include "web/etag.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/series_writer.h"
#include "web/spool.h"

enum {
    POINTS_LEAST = 10,
    POINTS_MOST = 2000,
    POINTS_USUAL = 700,
    NOTES_MOST = 200
};

#define DAY_MS INT64_C(86400000)

struct answer {
    struct call *c;
    struct chart_window window;
    struct series series;
    struct json json;
};

/* The fields that may be asked for. */
static void put_labels(struct answer *w)
{
    const struct channel *ch = w->c->channel;

    json_open(&w->json, "all", '[');
    for (int i = 0; i < ch->n_fields; i++) {
        if (ch->fields[i].label.n == 0)
            continue;
        json_open(&w->json, NULL, '{');
        json_int(&w->json, "field", ch->fields[i].number);
        json_text(&w->json, "label", ch->fields[i].label);
        json_close(&w->json, '}');
    }
    json_close(&w->json, ']');
}

/* Notes, and what else is to be known. */

static bool may_read(const struct call *c, const struct post *p)
{
    const struct object o = { .owner = p->author,
                              .channel = p->channel,
                              .channel_owner = p->channel_owner,
                              .is_public = p->channel_is_public,
                              .removed = p->deleted_at != 0 };

    return grant(ACT_READ_POST, &c->visitor, &o) == OK;
}

static enum result put_notes(struct answer *w)
{
    struct call *c = w->c;
    struct post *list;
    int n;

    enum result rc = post_notes(c->db, c->arena, c->channel->id,
                                w->series.from, w->series.until, NOTES_MOST,
                                &list, &n);
    json_open(&w->json, "notes", '[');
    for (int i = 0; rc == OK && i < n; i++) {
        if (!may_read(c, &list[i]))
            continue;
        json_open(&w->json, NULL, '{');
        json_int(&w->json, "id", list[i].id.n);
        json_int(&w->json, "at", list[i].at);
        json_text(&w->json, "title", list[i].title);
        json_close(&w->json, '}');
    }
    json_close(&w->json, ']');
    return rc;
}

/* All there is: where the Home and End keys lead. */
static enum result put_ends(struct answer *w)
{
    struct call *c = w->c;
    struct reading first, last;

    enum result rc = reading_first(c->db, c->arena, c->channel->id, &first);
    if (rc == OK)
        rc = reading_until(c->db, c->arena, c->channel->id, INT64_MAX, &last);
    if (rc == OK) {
        json_int(&w->json, "oldest", first.at);
        json_int(&w->json, "newest", last.at);
    }
    return rc == ERR_MISSING ? OK : rc;
}

static enum result write_all(struct answer *w)
{
    const struct series *s = &w->series;
    const struct chart_range *range = w->window.range;
    const struct zone *zone = chart_zone(w->c->channel);
    struct json *j = &w->json;
    struct series_writer lines = { .arena = w->c->arena, .json = j,
                                   .series = s, .zone = zone,
                                   .field = w->window.field,
                                   .n_fields = w->window.n_fields };

    json_open(j, NULL, '{');
    json_text(j, "range", range ? str_of(range->name) : NO_STR);
    json_int(j, "from", s->from);
    json_int(j, "until", s->until);
    json_int(j, "bucket", s->length);
    json_int(j, "readings", s->entries);
    json_int(j, "last_entry", w->c->channel->last_entry);
    json_text(j, "zone", zone_name(zone));
    enum result rc = put_ends(w);
    put_labels(w);
    series_write_offsets(&lines);
    series_write_lines(&lines);
    if (rc == OK)
        rc = put_notes(w);
    json_close(j, '}');
    return rc;
}

/* Asking. */

static enum result read_points(struct call *c, int n_fields, int *out)
{
    struct str s = str_trim(params_get(&c->params, "points"));
    int64_t n = POINTS_USUAL, room = SERIES_POINTS / (n_fields + 1);

    if (s.n > 0 && (!str_int(s, &n) || n < 1)) {
        c->why = "points is not a number of points.";
        return ERR_INVALID;
    }
    n = n < POINTS_LEAST ? POINTS_LEAST : n > POINTS_MOST ? POINTS_MOST : n;
    *out = (int)(n < room ? n : room);
    return OK;
}

static enum result read_series(struct call *c, struct answer *w)
{
    int fields[CHANNEL_FIELDS], points = 0;
    enum result rc = chart_window_read(c, &w->window);

    if (rc == OK)
        rc = read_points(c, w->window.n_fields, &points);
    if (rc != OK)
        return rc;
    for (int i = 0; i < w->window.n_fields; i++)
        fields[i] = w->window.field[i]->number;
    struct series_query q = {
        .readings = chart_window_query(c, &w->window, points),
        .fields = fields,
        .n_fields = w->window.n_fields,
        .buckets = points,
        .decimals = -1,
    };
    rc = series_read(c->db, c->arena, &q, &w->series);
    if (w->series.from == INT64_MIN) /* all of nothing */
        w->series.from = w->series.until - DAY_MS;
    return rc;
}

/* Packed where the client takes it; 304 where it has it. */
static void send_text(struct call *c, struct str text)
{
    struct buf *body = &c->res->body;

    if (!c->channel->is_public)
        page_keep_private(c);
    else if (!response_get(c->res, "Cache-Control").p)
        response_header(c->res, "Cache-Control", STR("no-cache"));
    response_header(c->res, "Vary", STR("Accept-Encoding"));
    if (gzip_wanted(c->req)) {
        response_header(c->res, "Content-Encoding", STR("gzip"));
        text = gzip_pack(text, c->arena);
    }
    spool_never(c);
    if (!etag_known(c, text))
        buf_add(body, text);
}

enum result series_api(struct call *c)
{
    struct answer *w = ARENA_NEW(c->arena, struct answer);
    struct buf text = { 0 };

    c->suffix = JSON;
    *w = (struct answer){ .c = c, .json.out = &text };
    enum result rc = read_series(c, w);
    if (rc == OK)
        rc = write_all(w);
    if (rc == OK)
        send_text(c, arena_copy(c->arena, buf_str(&text)));
    buf_free(&text);
    return rc;
}
