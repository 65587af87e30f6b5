#include "web/chart_view.h"

#include "base/moment.h"
#include "base/ticks.h"
#include "base/zone.h"
#include "web/feed_writer.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

const struct chart_range chart_ranges[] = {
    { "hour", "Hour", "in the last hour", HOUR_MS },
    { "day", "Day", "in the last 24 hours", DAY_MS },
    { "week", "Week", "in the last 7 days", 7 * DAY_MS },
    { "month", "Month", "in the last 30 days", 30 * DAY_MS },
    { "year", "Year", "in the last 365 days", 365 * DAY_MS },
    { "all", "All", "since the first reading", 0 },
    { NULL, NULL, NULL, 0 },
};

const struct chart_range *const chart_range_usual = &chart_ranges[1];

const struct chart_range *chart_range_named(struct str name)
{
    for (const struct chart_range *r = chart_ranges; r->name; r++)
        if (str_is(name, r->name))
            return r;
    return NULL;
}

/* Now, or a little later, so that a picture stays the same for a while. */
static int64_t about(int64_t now, int64_t span, int buckets)
{
    int64_t step = span / buckets;

    if (step < 1000)
        step = 1000;
    if (step > HOUR_MS)
        step = HOUR_MS;
    return slice_start(now, step) + step - 1;
}

void chart_range_ends(const struct chart_range *r, int buckets, int64_t now,
                      struct reading_query *q)
{
    q->until = about(now, r->ms ? r->ms : DAY_MS, buckets);
    q->from = r->ms ? q->until - r->ms + 1 : INT64_MIN;
}

const struct zone *chart_zone(const struct channel *ch)
{
    const struct zone *zone = zone_named(ch->zone);

    return zone ? zone : zone_utc();
}

enum result chart_field(struct call *c, struct field *out)
{
    const struct channel *ch = c->channel;
    int number = feed_field(c->part[1]);

    for (int i = 0; number && i < ch->n_fields; i++) {
        if (ch->fields[i].number != number)
            continue;
        *out = ch->fields[i];
        if (out->label.n == 0)
            out->label = arena_printf(c->arena, "Field %d", number);
        return OK;
    }
    c->why = "This channel has no such field.";
    return ERR_MISSING;
}

/* Options, one by one. An empty one is as good as none. */

static struct str option(const struct call *c, const char *name)
{
    struct str s = params_get(&c->params, name);

    return s.p && str_trim(s).n > 0 ? str_trim(s) : NO_STR;
}

static enum result wrong(struct call *c, const char *sentence)
{
    c->why = sentence;
    return ERR_INVALID;
}

/* false: it is no number. What is too large or too small is as large or small
 * as may be. */
static bool read_size(struct str s, int least, int most, int *out)
{
    int64_t n;

    if (!s.p || str_is(s, "auto"))
        return true;
    if (!str_int(s, &n) || n < 1)
        return false;
    *out = n < least ? least : n > most ? most : (int)n;
    return true;
}

static enum result read_sizes(struct call *c, struct chart_look *l)
{
    if (!read_size(option(c, "width"), CHART_WIDTH_MIN, CHART_WIDTH_MAX,
                   &l->width))
        return wrong(c, "width is not a number of pixels.");
    if (!read_size(option(c, "height"), CHART_HEIGHT_MIN, CHART_HEIGHT_MAX,
                   &l->height))
        return wrong(c, "height is not a number of pixels.");
    return OK;
}

static bool read_colour(struct str s, struct colour *out, bool *has)
{
    *has = s.p && colour_parse(s, out);
    return *has || !s.p;
}

static enum result read_colours(struct call *c, const struct field *f,
                                struct chart_look *l)
{
    if (!read_colour(option(c, "color"), &l->colour, &l->has_colour))
        return wrong(c, "color is not a colour such as 0b6e5c.");
    if (!read_colour(option(c, "bgcolor"), &l->paper, &l->has_paper))
        return wrong(c, "bgcolor is not a colour such as ffffff.");
    if (!l->has_colour)
        l->has_colour = colour_parse(f->colour, &l->colour);
    return OK;
}

/* A spline would show values that nobody measured: it is a line here. */
static enum result read_type(struct call *c, struct chart_look *l)
{
    static const struct {
        const char *name;
        enum chart_type type;
    } types[] = {
        { "line", CHART_LINE },     { "spline", CHART_LINE },
        { "step", CHART_STEP },     { "column", CHART_COLUMN },
        { "bar", CHART_COLUMN },
    };
    struct str s = option(c, "type");

    if (feed_flag(c, "step"))
        l->type = CHART_STEP; /* of what would be a line */
    for (size_t i = 0; s.p && i < sizeof types / sizeof *types; i++)
        if (str_eq_case(s, str_of(types[i].name))) {
            if (types[i].type != CHART_LINE)
                l->type = types[i].type;
            return OK;
        }
    return s.p ? wrong(c, "type is not line, spline, step, column or bar.")
               : OK;
}

static enum result read_text(struct call *c, const char *name, struct str *out)
{
    struct str s = option(c, name);

    if (s.p && !str_is_text(s)) {
        c->why = "A title is not text in UTF-8.";
        return ERR_GARBLED;
    }
    *out = s.p ? str_cap(s, CHANNEL_TEXT_MAX) : NO_STR;
    return OK;
}

static enum result read_texts(struct call *c, struct chart_look *l)
{
    enum result rc = read_text(c, "title", &l->title);

    if (rc == OK)
        rc = read_text(c, "xaxis", &l->xaxis);
    return rc == OK ? read_text(c, "yaxis", &l->yaxis) : rc;
}

static enum result read_axis(struct call *c, struct chart_look *l)
{
    struct str low = option(c, "yaxismin"), high = option(c, "yaxismax");

    l->has_low = low.p != NULL;
    l->has_high = high.p != NULL;
    if (low.p && !decimal_parse(low, &l->low, NULL))
        return wrong(c, "yaxismin is not a number.");
    if (high.p && !decimal_parse(high, &l->high, NULL))
        return wrong(c, "yaxismax is not a number.");
    if (low.p && high.p && l->low >= l->high)
        return wrong(c, "yaxismin is not below yaxismax.");
    return OK;
}

static enum result read_look(struct call *c, const struct field *f,
                             struct chart_look *l)
{
    enum result rc = read_sizes(c, l);

    if (rc == OK)
        rc = read_colours(c, f, l);
    if (rc == OK)
        rc = read_type(c, l);
    if (rc == OK)
        rc = read_texts(c, l);
    return rc == OK ? read_axis(c, l) : rc;
}

void chart_look_read(const struct call *c, struct chart_look *l)
{
    *l = (struct chart_look){ .width = CHART_WIDTH, .height = CHART_HEIGHT };
    (void)read_size(option(c, "width"), CHART_WIDTH_MIN, CHART_WIDTH_MAX,
                    &l->width);
    (void)read_size(option(c, "height"), CHART_HEIGHT_MIN, CHART_HEIGHT_MAX,
                    &l->height);
    (void)read_colour(option(c, "bgcolor"), &l->paper, &l->has_paper);
}

/* The stretch. */

static bool dropped(const void *view, const struct reading *r)
{
    return entry_dropped(view, r);
}

/* Without a window: the newest readings, whatever their age, as feeds. A window
 * without an end ends now; its start is moved along unless it was given. */
static void by_feed(const struct call *c, struct chart_view *v)
{
    struct reading_query *q = &v->query.readings;
    const struct feed_view *f = &v->feed;
    int64_t now = c->req->at;

    q->from = f->from;
    q->until = f->until;
    q->first_entry = f->first_entry;
    q->last_entry = f->last_entry;
    q->newest = f->results > 0 ? f->results
                : f->window    ? 0
                               : RESULTS_DEFAULT;
    if (f->results == 0)
        q->last_entry = 0; /* none at all */
    if (f->window && q->until == INT64_MAX && q->from > now)
        q->until = q->from; /* nothing is there yet */
    else if (f->window && q->until == INT64_MAX && q->from > INT64_MIN) {
        q->until = about(now, now - q->from + 1, v->query.buckets);
        if (!option(c, "start").p)
            q->from += q->until - now;
    }
}

static enum result read_stretch(struct call *c, struct chart_view *v)
{
    struct str name = option(c, "range");

    v->query.readings = READINGS_OF(c->channel->id);
    v->range = name.p ? chart_range_named(name) : NULL;
    if (name.p && !v->range)
        return wrong(c, "range is not hour, day, week, month, year or all.");
    if (v->range)
        chart_range_ends(v->range, v->query.buckets, c->req->at,
                         &v->query.readings);
    else
        by_feed(c, v);
    return OK;
}

enum result chart_view_read(struct call *c, const struct field *f,
                            struct chart_view *v)
{
    *v = (struct chart_view){
        .look = { .width = CHART_WIDTH, .height = CHART_HEIGHT },
        .field = f->number,
    };
    enum result rc = feed_view_read_in(c, c->channel, f->number,
                                       chart_zone(c->channel), &v->feed);
    if (rc == OK)
        rc = read_look(c, f, &v->look);
    if (rc != OK)
        return rc;
    /* entry_dropped looks at the fields shown; one without a label is, here */
    v->feed.n_shown = 1;
    v->feed.shown[0] = f->number;
    v->look.zone = v->feed.zone;
    v->look.decimals = v->feed.decimals;
    v->look.made = v->feed.slice_ms && v->feed.slice != SLICE_FIRST;
    v->look.as_stored = v->feed.slice_ms && v->feed.slice == SLICE_SUM;
    v->query = (struct series_query){
        .fields = &v->field,
        .n_fields = 1,
        .buckets = chart_buckets(v->look.width),
        .slice_ms = v->feed.slice_ms,
        .slice = v->feed.slice,
        .decimals = -1,
        .drop = v->feed.has_min || v->feed.has_max ? dropped : NULL,
        .arg = &v->feed,
    };
    return read_stretch(c, v);
}

/* Words. */

static struct str stretch_words(struct call *c, const struct chart_look *look,
                                const struct chart_range *range,
                                const struct series *s)
{
    int64_t now = c->req->at, end = s->until;
    char from[TICK_ROOM], until[TICK_ROOM];

    if (range)
        return str_of(range->words);
    if (s->n == 0)
        return STR("in this time");
    if (end > now && s->from <= now && end - now <= HOUR_MS)
        end = now; /* it was only rounded up */
    struct str a = time_words(s->from, now, look->zone, from);
    struct str b = time_words(end, now, look->zone, until);
    return arena_printf(c->arena, "from %.*s to %.*s", STR_FMT(a), STR_FMT(b));
}

struct str chart_words(struct call *c, const struct chart_look *look,
                       const struct field *f, const struct chart_range *range,
                       const struct series *s, const struct series_line *l)
{
    struct str stretch = stretch_words(c, look, range, s);
    char when[TICK_ROOM];

    if (!l || l->numbers == 0)
        return arena_printf(c->arena, "%.*s %.*s: no %s.", STR_FMT(f->label),
                            STR_FMT(stretch),
                            s->entries > 0 ? "numbers" : "readings");
    struct str low = chart_number(c->arena, look, f, l->low);
    struct str high = chart_number(c->arena, look, f, l->high);
    struct str last = chart_value(c->arena, look, f, l->last_text);
    struct str at = time_words(l->last_at, c->req->at, look->zone, when);
    return arena_printf(c->arena,
                        "%.*s %.*s: lowest %.*s, highest %.*s, newest %.*s on "
                        "%.*s (%.*s).",
                        STR_FMT(f->label), STR_FMT(stretch), STR_FMT(low),
                        STR_FMT(high), STR_FMT(last), STR_FMT(at),
                        STR_FMT(zone_name(look->zone)));
}
