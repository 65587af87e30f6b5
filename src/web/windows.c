#include "web/windows.h"

#include "base/zone.h"
#include "core/advice.h"
#include "core/newest.h"
#include "core/series.h"
#include "http/message.h"
#include "web/home_choice.h"
#include "web/value_text.h"

_Static_assert((int)HOME_SENSORS == (int)ADVICE_ROLES, "a role for each");

enum { BUCKETS = ADVICE_PAST_MS / ADVICE_STEP_MS };

struct windows {
    struct choice sensor[ADVICE_ROLES];
    struct advice_query query;
    bool fahrenheit;
};

static enum result find_sensors(struct call *c, const struct home_advice *h,
                                struct windows *w)
{
    struct seen *seen = NULL;
    enum result rc = OK;

    for (int r = 0; rc == OK && r < ADVICE_ROLES; r++)
        if (h->sensor[r].channel.n)
            rc = choice_find(c, &seen, h->sensor[r], &w->sensor[r]);
    return rc;
}

/* In the unit of the rule: °C for temperatures, % as it is. */
static double in_celsius(const struct field *f, double v)
{
    struct field as = { .unit = f->unit, .display = STR("°C") };
    struct str unit;

    return value_shown(&as, v, &unit);
}

static void add_point(struct advice_track *t, struct advice_point *room,
                      int64_t at, double v)
{
    room[t->n++] = (struct advice_point){ at, v };
}

/* A step is left out when any of its numbers is nonsense: the mean may look
 * sane all the same. */
static void make_track(struct call *c, struct windows *w, int role,
                       const struct series *s, const struct series_line *l)
{
    const struct field *f = w->sensor[role].field;
    struct advice_track *t = &w->query.track[role];
    struct advice_point *room =
        arena_get(c->arena, sizeof *room * (size_t)(s->n + 1));

    t->wanted = true;
    t->point = room;
    for (int i = 0; i < s->n; i++) {
        const struct bucket *b = &l->bucket[i];

        if (b->numbers == 0)
            continue;
        double low = in_celsius(f, b->low), high = in_celsius(f, b->high);
        bool sane = advice_sane((enum advice_role)role, low)
                    && advice_sane((enum advice_role)role, high);
        if (sane && b->last < l->last_at)
            add_point(t, room, b->last, in_celsius(f, b->mean));
    }
    if (l->numbers > 0)
        add_point(t, room, l->last_at, in_celsius(f, l->last));
}

/* Stale here when its card is. */
static enum result be_patient(struct call *c, struct windows *w,
                              const struct channel *ch)
{
    struct newest *list;
    enum result rc = newest_values(c->db, c->arena, ch, c->req->at, &list);

    for (int r = 0; rc == OK && r < ADVICE_ROLES; r++) {
        if (w->sensor[r].channel != ch)
            continue;
        struct newest n = list[w->sensor[r].field - ch->fields];
        w->query.track[r].patience_ms =
            value_patience_ms(value_usual_ms(n.times, n.n_times));
    }
    return rc;
}

/* All sensors of one channel at once. */
static enum result read_channel(struct call *c, struct windows *w, int first)
{
    const struct channel *ch = w->sensor[first].channel;
    int role[ADVICE_ROLES], fields[ADVICE_ROLES];
    struct series_query q = { .readings = READINGS_OF(ch->id),
                              .fields = fields, .decimals = -1,
                              .buckets = BUCKETS };
    struct series s;

    for (int r = first; r < ADVICE_ROLES; r++)
        if (w->sensor[r].channel == ch) {
            role[q.n_fields] = r;
            fields[q.n_fields++] = w->sensor[r].field->number;
        }
    q.readings.until = c->req->at;
    q.readings.from = q.readings.until - ADVICE_PAST_MS;
    enum result rc = series_read(c->db, c->arena, &q, &s);
    for (int i = 0; rc == OK && i < s.n_lines; i++)
        make_track(c, w, role[i], &s, &s.line[i]);
    return rc == OK ? be_patient(c, w, ch) : rc;
}

static enum result read_sensors(struct call *c, struct windows *w)
{
    enum result rc = OK;

    for (int r = 0; rc == OK && r < ADVICE_ROLES; r++) {
        int first = 0;

        if (!w->sensor[r].channel)
            continue;
        while (w->sensor[first].channel != w->sensor[r].channel)
            first++;
        if (first == r)
            rc = read_channel(c, w, r);
    }
    return rc;
}

static void put_advice(struct call *c, struct values *v,
                       const struct windows *w)
{
    static const char *const kinds[] = {
        [ADVICE_NONE] = "unknown",  [ADVICE_OPEN] = "open",
        [ADVICE_CLOSED] = "closed", [ADVICE_LATER] = "closed",
        [ADVICE_AIR] = "open",      [ADVICE_NEEDLESS] = "closed",
    };
    const struct zone *zone =
        zone_named(w->sensor[INSIDE_TEMPERATURE].channel->zone);
    struct str unit;
    struct advice a;

    (void)value_shown(w->sensor[INSIDE_TEMPERATURE].field, 0, &unit);
    advise(&w->query, &a);
    values_flag(v, "windows", true);
    values_text(v, "windows_kind", str_of(kinds[a.verdict]));
    values_text(v, "windows_words",
                advice_words(c->arena, &a, zone ? zone : zone_utc()));
    values_text(v, "windows_reason",
                advice_reason(c->arena, &a, str_is(unit, "°F")));
}

enum result windows_add(struct call *c, struct values *v)
{
    struct windows w = { .query = { .now = c->req->at } };
    struct home_advice h;
    enum result rc = home_advice_get(c->db, c->visitor.account, &h);

    if (rc == OK)
        rc = find_sensors(c, &h, &w);
    if (rc != OK || !w.sensor[OUTSIDE_TEMPERATURE].channel
        || !w.sensor[INSIDE_TEMPERATURE].channel)
        return rc;
    w.query.comfort = h.has_comfort ? h.comfort : ADVICE_COMFORT;
    rc = read_sensors(c, &w);
    if (rc == OK)
        put_advice(c, v, &w);
    return rc;
}
