#include "web/chart_list.h"

#include <stdio.h>

#include "web/chart_view.h"
#include "web/page.h"

/* The same numbers stand in charts.html. */
enum { SMALL_WIDTH = 328, SMALL_HEIGHT = 220, LARGE_WIDTH = 560,
       LARGE_HEIGHT = 260 };

/* With the key that opened a private channel. */
static struct str link_to(struct call *c, const char *path, const char *query)
{
    struct str link = c->channel->is_public ? str_of(path)
                                            : page_link(c, path);

    return arena_printf(c->arena, "%.*s%c%s", STR_FMT(link),
                        str_find(link, '?') < link.n ? '&' : '?', query);
}

static struct str range_link(struct call *c, const struct chart_range *r)
{
    char path[64], query[64];

    snprintf(path, sizeof path, "/channels/%lld",
             (long long)c->channel->id.n);
    snprintf(query, sizeof query, "range=%s", r->name);
    return link_to(c, path, query);
}

static struct str picture(struct call *c, int field,
                          const struct chart_range *r, int width, int height)
{
    char path[64], query[64];

    snprintf(path, sizeof path, "/channels/%lld/charts/%d.svg",
             (long long)c->channel->id.n, field);
    snprintf(query, sizeof query, "range=%s&width=%d&height=%d", r->name,
             width, height);
    return link_to(c, path, query);
}

/* In words what the pictures show: all fields at once, in one bucket. */
static enum result read_all(struct call *c, const struct chart_range *r,
                            const int *fields, int n, struct series *s)
{
    struct series_query q = { .readings = READINGS_OF(c->channel->id),
                              .fields = fields, .n_fields = n,
                              .buckets = 1 };

    chart_range_ends(r, chart_buckets(LARGE_WIDTH), c->req->at, &q.readings);
    return series_read(c->db, c->arena, &q, s);
}

static void put_picture(struct call *c, struct values *row,
                        const struct field *f, const struct chart_range *r,
                        const struct series *s, int i)
{
    const struct chart_look look = { .zone = chart_zone(c->channel),
                                     .decimals = -1 };

    values_text(row, "words",
                chart_words(c, &look, f, r, s,
                            s->n_lines > i ? &s->line[i] : NULL));
    values_text(row, "small",
                picture(c, f->number, r, SMALL_WIDTH, SMALL_HEIGHT));
    values_text(row, "large",
                picture(c, f->number, r, LARGE_WIDTH, LARGE_HEIGHT));
}

static void put_ranges(struct call *c, struct values *v,
                       const struct chart_range *now)
{
    for (const struct chart_range *r = chart_ranges; r->name; r++) {
        struct values *row = values_row(v, "ranges");

        values_text(row, "label", str_of(r->label));
        values_text(row, "link", range_link(c, r));
        values_flag(row, "here", r == now);
    }
}

enum result charts_add(struct call *c, struct values *v,
                       const struct channel *ch)
{
    const struct chart_range *asked =
        chart_range_named(params_get(&c->params, "range"));
    const struct chart_range *r = asked ? asked : chart_range_usual;
    const struct field *shown[CHANNEL_FIELDS];
    int fields[CHANNEL_FIELDS], n = 0;
    struct series s;

    for (int i = 0; i < ch->n_fields; i++)
        if (ch->fields[i].label.n > 0) {
            fields[n] = ch->fields[i].number;
            shown[n++] = &ch->fields[i];
        }
    if (n == 0 || ch->last_entry == 0)
        return OK;
    enum result rc = read_all(c, r, fields, n, &s);
    if (rc != OK)
        return rc;
    values_flag(v, "has_charts", true);
    put_ranges(c, v, r);
    for (int i = 0; i < n; i++)
        put_picture(c, values_row(v, "pictures"), shown[i], r, &s, i);
    if (asked)
        values_text(v, "refresh", range_link(c, asked));
    return OK;
}
