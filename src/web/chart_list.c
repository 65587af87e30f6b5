#include "web/chart_list.h"

#include <stdio.h>

#include "base/form.h"
#include "base/moment.h"
#include "web/chart_window.h"
#include "web/page.h"

/* The same numbers stand in charts.html. */
enum { SMALL_WIDTH = 328, SMALL_HEIGHT = 220, LARGE_WIDTH = 560,
       LARGE_HEIGHT = 260 };
enum { FIRST_POINTS = 500 }; /* for two charts beside each other */

/* With the key that opened a private channel. */
static struct str link_to(struct call *c, const char *path, const char *query)
{
    struct str link = c->channel->is_public ? str_of(path)
                                            : page_link(c, path);

    return arena_printf(c->arena, "%.*s%c%s", STR_FMT(link),
                        str_find(link, '?') < link.n ? '&' : '?', query);
}

/* "&fields=1,2" when only some were asked for. */
static struct str fields_chosen(struct call *c, const struct chart_window *w)
{
    struct str s = STR("");

    for (int i = 0; w->chosen && i < w->n_fields; i++)
        s = arena_printf(c->arena, "%.*s%s%d", STR_FMT(s),
                         i > 0 ? "," : "&fields=", w->field[i]->number);
    return s;
}

/* "range=day", or the ends under these names. */
static struct str stretch(struct call *c, const struct chart_window *w,
                          const char *from, const char *until)
{
    char first[MOMENT_ROOM], last[MOMENT_ROOM];

    if (w->range)
        return arena_printf(c->arena, "range=%s", w->range->name);
    return arena_printf(c->arena, "%s=%s&%s=%s", from,
                        moment_ms(w->from, first).p, until,
                        moment_ms(w->until, last).p);
}

static struct str page_of(struct call *c, const struct chart_window *w)
{
    char path[64];

    snprintf(path, sizeof path, "/channels/%lld",
             (long long)c->channel->id.n);
    return link_to(c, path,
                   arena_printf(c->arena, "%.*s%.*s",
                                STR_FMT(stretch(c, w, "from", "until")),
                                STR_FMT(fields_chosen(c, w))).p);
}

static struct str picture(struct call *c, int field,
                          const struct chart_window *w, int width, int height)
{
    char path[64];

    snprintf(path, sizeof path, "/channels/%lld/charts/%d.svg",
             (long long)c->channel->id.n, field);
    return link_to(c, path,
                   arena_printf(c->arena, "%.*s&width=%d&height=%d",
                                STR_FMT(stretch(c, w, "start", "end")), width,
                                height).p);
}

/* In words what the pictures show: all fields at once, in one bucket. */
static enum result read_all(struct call *c, const struct chart_window *w,
                            struct series *s)
{
    int fields[CHANNEL_FIELDS];

    for (int i = 0; i < w->n_fields; i++)
        fields[i] = w->field[i]->number;
    struct series_query q = {
        .readings = chart_window_query(c, w, chart_buckets(LARGE_WIDTH)),
        .fields = fields, .n_fields = w->n_fields, .buckets = 1,
    };
    return series_read(c->db, c->arena, &q, s);
}

static void put_picture(struct call *c, struct values *row,
                        const struct chart_window *w, const struct series *s,
                        int i)
{
    const struct chart_look look = { .zone = chart_zone(c->channel),
                                     .decimals = -1 };
    const struct field *f = w->field[i];

    values_text(row, "words",
                chart_words(c, &look, f, w->range, s,
                            s->n_lines > i ? &s->line[i] : NULL));
    values_text(row, "small",
                picture(c, f->number, w, SMALL_WIDTH, SMALL_HEIGHT));
    values_text(row, "large",
                picture(c, f->number, w, LARGE_WIDTH, LARGE_HEIGHT));
}

static void put_ranges(struct call *c, struct values *v,
                       const struct chart_window *now)
{
    for (const struct chart_range *r = chart_ranges; r->name; r++) {
        struct values *row = values_row(v, "ranges");
        struct chart_window other = *now;

        other.range = r;
        values_text(row, "range", str_of(r->name));
        values_text(row, "label", str_of(r->label));
        values_text(row, "link", page_of(c, &other));
        values_flag(row, "here", r == now->range);
    }
}

/* The first numbers, which the page asks for before its script is there. The
 * script asks for the same address, to the letter (address() in chart.js). */
static struct str numbers(struct call *c, const struct chart_window *w)
{
    struct str key = call_key_sent(c);
    bool locked = !c->channel->is_public && key.n > 0;

    return arena_printf(c->arena, "/channels/%lld/series.json?%.*s%.*s"
                                  "&points=%d%s%.*s",
                        (long long)c->channel->id.n,
                        STR_FMT(stretch(c, w, "from", "until")),
                        STR_FMT(fields_chosen(c, w)), FIRST_POINTS,
                        locked ? "&api_key=" : "",
                        STR_FMT(locked ? form_escape(key, c->arena)
                                       : STR("")));
}

/* What the script begins with. */
static void put_window(struct call *c, struct values *v,
                       const struct chart_window *w)
{
    struct str fields = fields_chosen(c, w);

    values_text(v, "channel_id",
                arena_printf(c->arena, "%lld", (long long)c->channel->id.n));
    values_flag(v, "locked", !c->channel->is_public);
    values_flag(v, "ranged", w->range != NULL);
    values_text(v, "range_name", w->range ? str_of(w->range->name) : NO_STR);
    values_text(v, "from_ms",
                arena_printf(c->arena, "%lld", (long long)w->from));
    values_text(v, "until_ms",
                arena_printf(c->arena, "%lld", (long long)w->until));
    values_text(v, "numbers", numbers(c, w));
    values_text(v, "points", arena_printf(c->arena, "%d", FIRST_POINTS));
    values_flag(v, "chosen_fields", w->chosen);
    values_text(v, "fields_chosen",
                str_from(fields, str_find(fields, '=') + 1));
}

enum result charts_add(struct call *c, struct values *v,
                       const struct channel *ch)
{
    struct chart_window *w = ARENA_NEW(c->arena, struct chart_window);
    struct series s;

    chart_window_guess(c, w);
    if (w->n_fields == 0 || ch->last_entry == 0)
        return OK;
    enum result rc = read_all(c, w, &s);
    if (rc != OK)
        return rc;
    values_flag(v, "has_charts", true);
    put_window(c, v, w);
    put_ranges(c, v, w);
    for (int i = 0; i < w->n_fields; i++)
        put_picture(c, values_row(v, "pictures"), w, &s, i);
    if (w->asked || w->chosen)
        values_text(v, "refresh", page_of(c, w));
    return OK;
}
