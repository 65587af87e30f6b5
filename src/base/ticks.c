#include "base/ticks.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "base/civil.h"
#include "base/moment.h"
#include "base/zone.h"

/* Numbers. Spans are kept halved, for the whole may be more than a double
 * holds. */

static double nice_step(double half_span, int about)
{
    double rough = half_span / about * 2;
    double power = pow(10, floor(log10(rough)));
    double part = rough / power;

    if (!(power > 0) || !isfinite(part))
        return rough > 0 ? rough : half_span; /* the smallest of all */
    return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

static void open_up(double *low, double *high, bool keep_low, bool keep_high)
{
    double half = fabs(*low) * 0.05;

    if (!(half > 1e-300))
        half = 1;
    if (!keep_low)
        *low = fmax(*low - half, -DBL_MAX);
    if (!keep_high)
        *high = fmin(*high + half, DBL_MAX);
}

void number_axis(struct number_axis *x, double low, double high,
                 bool keep_low, bool keep_high, int about)
{
    if (!(low < high))
        open_up(&low, &high, keep_low, keep_high);
    double step = nice_step(high / 2 - low / 2, about);
    double first = floor(low / step), last = ceil(high / step);

    *x = (struct number_axis){ low, high, step, { 0 }, 0 };
    if (!keep_low && isfinite(first * step) && first * step < low)
        x->low = first * step;
    if (!keep_high && isfinite(last * step) && last * step > high)
        x->high = last * step;
    for (double i = first; i <= last && x->n < TICKS_MAX; i++) {
        double v = i * step;

        if (v >= x->low && v <= x->high)
            x->tick[x->n++] = v == 0 ? 0 : v; /* never "-0" */
        if (i + 1 == i)
            break; /* steps are smaller than what a double tells apart */
    }
}

double number_place(const struct number_axis *x, double v)
{
    double place = (v / 2 - x->low / 2) / (x->high / 2 - x->low / 2);

    return isfinite(place) ? place : 0.5;
}

struct str number_tick(const struct number_axis *x, double v,
                       char room[static DECIMAL_ROOM])
{
    double most = fmax(fabs(x->low), fabs(x->high));
    int decimals = (int)fmax(0, -floor(log10(x->step) + 1e-9));

    if (most < 1e7 && decimals <= 6)
        return decimal_round(v, decimals, room);
    int digits = (int)(log10(most / x->step) + 1e-9) + 2;
    int n = snprintf(room, DECIMAL_ROOM, "%.*g",
                     digits < 1 ? 1 : digits > 15 ? 15 : digits, v);
    return (struct str){ room, (size_t)n };
}

/* Times. */

enum unit { CLOCK, DAYS, MONTHS };

static const struct step {
    enum unit unit;
    int64_t n; /* milliseconds, days, months */
} steps[] = {
    { CLOCK, 1000 },     { CLOCK, 2000 },     { CLOCK, 5000 },
    { CLOCK, 10000 },    { CLOCK, 15000 },    { CLOCK, 30000 },
    { CLOCK, 60000 },    { CLOCK, 120000 },   { CLOCK, 300000 },
    { CLOCK, 600000 },   { CLOCK, 900000 },   { CLOCK, 1800000 },
    { CLOCK, 3600000 },  { CLOCK, 7200000 },  { CLOCK, 10800000 },
    { CLOCK, 21600000 }, { CLOCK, 43200000 }, { DAYS, 1 },
    { DAYS, 2 },         { DAYS, 7 },         { MONTHS, 1 },
    { MONTHS, 2 },       { MONTHS, 3 },       { MONTHS, 6 },
    { MONTHS, 12 },      { MONTHS, 24 },      { MONTHS, 60 },
    { MONTHS, 120 },     { MONTHS, 240 },     { MONTHS, 600 },
    { MONTHS, 1200 },    { MONTHS, 6000 },    { MONTHS, 12000 },
};

static const char *const month_names[] = { "Jan", "Feb", "Mar", "Apr",
                                           "May", "Jun", "Jul", "Aug",
                                           "Sep", "Oct", "Nov", "Dec" };
static const char *const day_names[] = { "Mon", "Tue", "Wed", "Thu",
                                         "Fri", "Sat", "Sun" };

enum { SHORT_SPAN = 8 }; /* days that have a name of their own */
#define MONTH_MS (CIVIL_DAY_MS * INT64_C(30))

static int64_t length_of(const struct step *s)
{
    return s->unit == CLOCK  ? s->n
           : s->unit == DAYS ? s->n * CIVIL_DAY_MS
                             : s->n * MONTH_MS;
}

static int64_t shown_at(int64_t at, const struct zone *zone)
{
    return at + (int64_t)zone_offset(zone, at) * 1000;
}

static const struct step *choose(int64_t span, int most)
{
    const struct step *s = steps, *last = s + sizeof steps / sizeof *s - 1;

    while (s < last && span / length_of(s) >= most)
        s++;
    return s;
}

/* Mondays; other counts of days from 1970. */
static int64_t first_day(int64_t day, int64_t n)
{
    int64_t shift = n == 7 ? 3 : 0;

    return civil_floor(day + shift + n - 1, n) * n - shift;
}

static int64_t month_start(int64_t month)
{
    int64_t year = civil_floor(month, 12);

    return civil_days((int)year, (int)(month - year * 12) + 1, 1)
           * CIVIL_DAY_MS;
}

/* The first moment at or after this one at which clocks show a multiple of
 * step. Where they are put forward meanwhile the multiple comes sooner, where
 * they are put back it may come twice. */
static int64_t next_clock(int64_t at, int64_t step, const struct zone *zone)
{
    int64_t shown = shown_at(at, zone), past;

    while ((past = shown - civil_floor(shown, step) * step) != 0) {
        int64_t next = at + step - past;

        if (shown_at(next, zone) - next > shown - at) {
            int64_t sooner = zone_moment(zone, shown + step - past);

            if (sooner > at && shown_at(sooner, zone) == shown + step - past)
                return sooner;
        }
        at = next;
        shown = shown_at(at, zone);
    }
    return at;
}

/* The first mark at or after a moment. */
static int64_t next_mark(int64_t at, const struct step *s,
                         const struct zone *zone)
{
    int64_t shown = shown_at(at, zone), mark;

    if (s->unit == CLOCK)
        return next_clock(at, s->n, zone);
    int64_t day = civil_floor(shown, CIVIL_DAY_MS);
    if (s->unit == DAYS) {
        mark = first_day(day, s->n);
        if (zone_moment(zone, mark * CIVIL_DAY_MS) < at)
            mark += s->n;
        return zone_moment(zone, mark * CIVIL_DAY_MS);
    }
    struct civil c = civil_from(day);
    mark = civil_floor((int64_t)c.year * 12 + c.month - 1 + s->n - 1, s->n)
           * s->n;
    if (zone_moment(zone, month_start(mark)) < at)
        mark += s->n;
    return zone_moment(zone, month_start(mark));
}

static void clock_label(struct time_tick *t, int64_t shown, int64_t step)
{
    int64_t day = civil_floor(shown, CIVIL_DAY_MS);
    int sec = (int)(shown - day * CIVIL_DAY_MS) / 1000;
    struct civil c = civil_from(day);

    t->strong = sec == 0;
    if (t->strong)
        snprintf(t->text, TICK_ROOM, "%d %s", c.day,
                 month_names[c.month - 1]);
    else if (step < 60000)
        snprintf(t->text, TICK_ROOM, "%02d:%02d:%02d", sec / 3600,
                 sec / 60 % 60, sec % 60);
    else
        snprintf(t->text, TICK_ROOM, "%02d:%02d", sec / 3600, sec / 60 % 60);
}

static void label(struct time_tick *t, const struct step *s, int64_t span,
                  const struct zone *zone)
{
    int64_t shown = shown_at(t->at, zone);
    int64_t day = civil_floor(shown, CIVIL_DAY_MS);
    struct civil c = civil_from(day);

    t->strong = c.month == 1 && c.day == 1;
    if (s->unit == CLOCK)
        clock_label(t, shown, s->n);
    else if (s->unit == MONTHS && (t->strong || s->n >= 12))
        snprintf(t->text, TICK_ROOM, "%d", c.year);
    else if (s->unit == MONTHS)
        snprintf(t->text, TICK_ROOM, "%s", month_names[c.month - 1]);
    else if (span <= SHORT_SPAN * (int64_t)CIVIL_DAY_MS)
        snprintf(t->text, TICK_ROOM, "%s %d",
                 day_names[day + 3 - civil_floor(day + 3, 7) * 7], c.day);
    else
        snprintf(t->text, TICK_ROOM, "%d %s", c.day,
                 month_names[c.month - 1]);
}

int time_ticks(int64_t from, int64_t until, const struct zone *zone, int most,
               struct time_tick *out)
{
    const struct step *s = choose(until - from, most);
    int n = 0;

    for (int64_t at = from; n < most; at++, n++) {
        if (at > MOMENT_MAX - length_of(s) * 2)
            break; /* the calendar ends */
        at = next_mark(at, s, zone);
        if (at > until)
            break;
        out[n].at = at;
        label(&out[n], s, until - from, zone);
    }
    return n;
}

struct str time_words(int64_t at, int64_t beside, const struct zone *zone,
                      char room[static TICK_ROOM])
{
    int64_t shown = shown_at(at, zone);
    int64_t day = civil_floor(shown, CIVIL_DAY_MS);
    int sec = (int)((shown - day * CIVIL_DAY_MS) / 1000);
    struct civil c = civil_from(day);
    struct civil b =
        civil_from(civil_floor(shown_at(beside, zone), CIVIL_DAY_MS));
    char year[8] = "";

    if (b.year != c.year)
        snprintf(year, sizeof year, " %d", c.year % 10000);
    int n = snprintf(room, TICK_ROOM, "%d %s%s %02d:%02d", c.day,
                     month_names[c.month - 1], year, sec / 3600,
                     sec / 60 % 60);
    return (struct str){ room, (size_t)n };
}
