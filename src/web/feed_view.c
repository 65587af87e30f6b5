#include "web/feed_view.h"

#include "base/moment.h"
#include "base/zone.h"

enum { DECIMALS_MAX = 15, CALLBACK_MAX = 128 };

bool feed_flag(const struct call *c, const char *name)
{
    struct str s = params_get(&c->params, name);

    return s.p && str_eq_case(s, STR("true"));
}

int feed_field(struct str part)
{
    int64_t n;

    if (str_starts(part, STR("field")))
        part = str_from(part, 5);
    if (!str_int(part, &n) || n < 1 || n > CHANNEL_FIELDS)
        return 0;
    return (int)n;
}

static bool number(const struct call *c, const char *name, int64_t *out)
{
    struct str s = params_get(&c->params, name);

    return s.p && str_int(str_trim(s), out);
}

static void read_zone(const struct call *c, const struct zone *usual,
                      struct feed_view *v)
{
    struct str name = params_get(&c->params, "timezone");
    int64_t hours;

    v->zone = name.p ? zone_named(str_trim(name)) : NULL;
    if (!v->zone && !name.p && number(c, "offset", &hours) && hours >= -23
        && hours <= 23)
        v->zone = zone_fixed((int)hours * 3600);
    if (!v->zone)
        v->zone = usual;
}

static enum result read_time(struct call *c, struct feed_view *v,
                             const char *name, int64_t *out)
{
    struct str s = params_get(&c->params, name);

    if (!s.p || str_trim(s).n == 0)
        return OK;
    if (!moment_parse(str_trim(s), v->zone, out)) {
        c->why = name[0] == 's' ? "start is not a time."
                                : "end is not a time.";
        return ERR_INVALID;
    }
    v->window = true;
    return OK;
}

static void read_span(const struct call *c, struct feed_view *v,
                      const char *name, int64_t unit_ms)
{
    int64_t n;

    if (!number(c, name, &n) || n < 0 || n > MOMENT_MAX / unit_ms)
        return;
    v->from = c->req->at - n * unit_ms;
    v->window = true;
}

static enum result read_window(struct call *c, struct feed_view *v)
{
    v->from = INT64_MIN;
    v->until = INT64_MAX;
    v->first_entry = 0;
    v->last_entry = INT64_MAX;
    read_span(c, v, "days", INT64_C(86400000));
    read_span(c, v, "minutes", 60000);
    enum result rc = read_time(c, v, "start", &v->from);
    if (rc == OK)
        rc = read_time(c, v, "end", &v->until);
    /* Times are shown in whole seconds, so the end takes in all of its own. */
    if (v->until != INT64_MAX && v->until % 1000 == 0)
        v->until += 999;
    int64_t n;
    if (number(c, "start_entry_id", &n))
        v->first_entry = n;
    if (number(c, "end_entry_id", &n))
        v->last_entry = n;
    v->results = number(c, "results", &n) && n >= 0
                     ? (n < RESULTS_MAX ? n : RESULTS_MAX)
                     : -1;
    return rc;
}

static int64_t slice_minutes(struct str s)
{
    static const int allowed[] = { 10, 15, 20, 30, 60, 240, 720, 1440 };
    int64_t n;

    if (str_eq_case(s, STR("daily")))
        return 1440;
    if (!str_int(s, &n))
        return 0;
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        if (n == allowed[i])
            return n;
    return 0;
}

static void read_slice(const struct call *c, struct feed_view *v)
{
    static const struct {
        const char *name;
        enum slice_kind kind;
    } kinds[] = {
        { "timescale", SLICE_FIRST },
        { "sum", SLICE_SUM },
        { "average", SLICE_AVERAGE },
        { "median", SLICE_MEDIAN },
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct str s = params_get(&c->params, kinds[i].name);
        int64_t minutes = s.p ? slice_minutes(str_trim(s)) : 0;

        if (minutes == 0)
            continue;
        v->slice = kinds[i].kind;
        v->slice_ms = minutes * 60000;
        return;
    }
}

bool callback_valid(struct str s)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$[]";

    for (size_t i = 0; s.p && i < s.n; i++)
        if (!s.p[i] || !strchr(good, s.p[i]))
            return false;
    return s.n > 0 && s.n <= CALLBACK_MAX;
}

static enum result read_looks(struct call *c, struct feed_view *v)
{
    int64_t n;

    v->status = feed_flag(c, "status");
    v->location = feed_flag(c, "location");
    v->metadata = feed_flag(c, "metadata");
    v->decimals = number(c, "round", &n) && n >= 0
                      ? (int)(n < DECIMALS_MAX ? n : DECIMALS_MAX)
                      : -1;
    struct str min = params_get(&c->params, "min");
    struct str max = params_get(&c->params, "max");
    v->has_min = min.p && decimal_parse(min, &v->min, NULL);
    v->has_max = max.p && decimal_parse(max, &v->max, NULL);
    v->prepend = params_get(&c->params, "prepend");
    v->append = params_get(&c->params, "append");
    v->callback = params_get(&c->params, "callback");
    if (v->callback.p && v->callback.n == 0)
        v->callback = NO_STR;
    if (v->callback.p && !callback_valid(v->callback)) {
        c->why = "callback is not the name of a function.";
        return ERR_INVALID;
    }
    return OK;
}

enum result feed_view_read(struct call *c, const struct channel *ch,
                           int only_field, struct feed_view *v)
{
    return feed_view_read_in(c, ch, only_field, zone_utc(), v);
}

enum result feed_view_read_in(struct call *c, const struct channel *ch,
                              int only_field, const struct zone *usual,
                              struct feed_view *v)
{
    *v = (struct feed_view){ 0 };
    if (c->suffix == PLAIN)
        c->suffix = JSON;
    for (int i = 0; i < ch->n_fields; i++) {
        const struct field *f = &ch->fields[i];

        if (f->label.n > 0 && (!only_field || f->number == only_field)
            && (f->number <= SHOWN_FIELDS || only_field)
            && v->n_shown < SHOWN_FIELDS)
            v->shown[v->n_shown++] = f->number;
    }
    read_zone(c, usual, v);
    read_slice(c, v);
    enum result rc = read_looks(c, v);
    return rc == OK ? read_window(c, v) : rc;
}
