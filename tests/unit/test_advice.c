/* When to open the windows: a table of airs, a summer's day, and what must
 * hold of any values. */
#include "base_test.h"

#include <math.h>

#include "base/zone.h"
#include "core/advice.h"

enum { MINUTE = 60 * 1000, POINTS = 26 * 60, ROUNDS = 300 };

#define NOW INT64_C(1786312800000) /* 2026-08-09T22:00Z */
#define NONE_IS NAN

static struct advice_point point[ADVICE_ROLES][POINTS];
static struct advice_query query;
static struct advice advice;
static struct arena *arena;

/* Every minute for 26 hours up to a minute before now. */
static void fill(enum advice_role role, double (*value)(int minutes_ago))
{
    for (int i = 0; i < POINTS; i++) {
        int ago = POINTS - i;

        point[role][i].at = query.now - (int64_t)ago * MINUTE;
        point[role][i].value = value(ago);
    }
    query.track[role] = (struct advice_track){
        .wanted = true, .point = point[role], .n = POINTS,
        .patience_ms = 3 * MINUTE,
    };
}

static double constant;

static double always(int ago)
{
    (void)ago;
    return constant;
}

static void keep(enum advice_role role, double v)
{
    constant = v;
    if (!isnan(v))
        fill(role, always);
}

static void begin(void)
{
    memset(&query, 0, sizeof query);
    query.now = NOW;
    query.comfort = ADVICE_COMFORT;
}

static void expect_words(const char *words, const char *reason,
                         bool fahrenheit)
{
    assert_text(advice_words(arena, &advice, zone_named(STR("Europe/Berlin"))),
                words);
    if (reason)
        assert_text(advice_reason(arena, &advice, fahrenheit), reason);
}

/* -- dew points */

/* Values of the formula, which tables of dew points agree with to 0.1 K. */
static void dew_points(void **state)
{
    static const struct {
        double t, humidity, dew;
    } rows[] = {
        { 20, 100, 20 },    { 20, 50, 9.3 },   { 25, 50, 13.9 },
        { 25, 60, 16.7 },   { 30, 70, 23.9 },  { 0, 100, 0 },
        { 0, 50, -9.2 },    { -10, 80, -12.8 }, { 35, 30, 14.8 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double dew = advice_dew_point(rows[i].t, rows[i].humidity);

        if (fabs(dew - rows[i].dew) > 0.1)
            fail_msg("%g C, %g %%: %g", rows[i].t, rows[i].humidity, dew);
    }
}

/* -- airs that stay as they are */

static const struct row {
    double in, out, in_humidity, out_humidity;
    enum advice_verdict verdict;
    const char *words, *reason;
} rows[] = {
    /* warm inside */
    { 24.1, 22.8, 53, 47, ADVICE_OPEN, "Open now",
      "It is 24.1° inside and 22.8° outside, and the air outside is drier: "
      "dew point 11° against 14°." },
    { 24.1, 22.8, NONE_IS, NONE_IS, ADVICE_OPEN, "Open now",
      "It is 24.1° inside and 22.8° outside." },
    { 24.1, 22.8, 53, NONE_IS, ADVICE_OPEN, "Open now",
      "It is 24.1° inside and 22.8° outside." },
    { 24.1, 22.8, 53, 80, ADVICE_CLOSED, "Keep closed",
      "It is 24.1° inside and 22.8° outside, but the air outside is damper: "
      "dew point 19° against 14°." },
    { 24.1, 15, 30, 80, ADVICE_OPEN, "Open now",
      "It is 24.1° inside and 15.0° outside, and the air outside is not damp: "
      "dew point 12° against 5°." },
    { 24.1, 22.8, 53, 57, ADVICE_OPEN, "Open now",
      "It is 24.1° inside and 22.8° outside, and the air is about as damp "
      "outside: dew point 14° against 14°." },
    { 24.1, 27.3, NONE_IS, NONE_IS, ADVICE_CLOSED, "Keep closed",
      "It is 24.1° inside and 27.3° outside." },
    { 24.1, 23.9, NONE_IS, NONE_IS, ADVICE_CLOSED, "Keep closed",
      "It is 24.1° inside and 23.9° outside: too little to gain." },
    { 24.1, 23.9, 53, 80, ADVICE_CLOSED, "Keep closed",
      "It is 24.1° inside and 23.9° outside, but the air outside is damper: "
      "dew point 20° against 14°." },
    /* not warm */
    { 20.4, 3, NONE_IS, NONE_IS, ADVICE_NEEDLESS, "No need to open",
      "It is 20.4° inside, which is not warm, and 3.0° outside." },
    { 20.1, -4, 45, 80, ADVICE_NEEDLESS, "No need to open",
      "It is 20.1° inside, which is not warm, and −4.0° outside." },
    { 20.1, 5, 63, 80, ADVICE_AIR, "Open for a few minutes",
      "It is damp inside, 63\u00a0% at 20.1°, and the air outside is much "
      "drier: dew point 2° against 13°." },
    { 20.1, 14, 63, 80, ADVICE_NEEDLESS, "No need to open", NULL },
    { 21.9, 10, NONE_IS, NONE_IS, ADVICE_NEEDLESS, NULL, NULL },
    { 22.0, 10, NONE_IS, NONE_IS, ADVICE_OPEN, NULL, NULL },
    { 22.0, -0.04, NONE_IS, NONE_IS, ADVICE_OPEN, "Open now",
      "It is 22.0° inside and 0.0° outside." },
    /* no sense */
    { 85, 20, NONE_IS, NONE_IS, ADVICE_NONE, "No advice just now",
      "What the sensor says of the temperature inside cannot be right." },
    { 24, -127, NONE_IS, NONE_IS, ADVICE_NONE, NULL,
      "What the sensor says of the temperature outside cannot be right." },
    { 24, 20, 0, 50, ADVICE_NONE, NULL,
      "What the sensor says of the humidity inside cannot be right." },
    { 24, 20, 50, 101, ADVICE_NONE, NULL, NULL },
    { NONE_IS, 20, NONE_IS, NONE_IS, ADVICE_NONE, NULL,
      "There is no fresh reading of the temperature inside." },
};

static void airs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        begin();
        keep(INSIDE_TEMPERATURE, rows[i].in);
        keep(OUTSIDE_TEMPERATURE, rows[i].out);
        keep(INSIDE_HUMIDITY, rows[i].in_humidity);
        keep(OUTSIDE_HUMIDITY, rows[i].out_humidity);
        advise(&query, &advice);
        if (advice.verdict != rows[i].verdict)
            fail_msg("row %zu: verdict %d", i, (int)advice.verdict);
        if (rows[i].words)
            expect_words(rows[i].words, rows[i].reason, false);
    }
}

/* -- stale */

static void silent_when_stale(void **state)
{
    (void)state;
    for (int role = 0; role < ADVICE_ROLES; role++) {
        begin();
        keep(INSIDE_TEMPERATURE, 25);
        keep(OUTSIDE_TEMPERATURE, 20);
        keep(INSIDE_HUMIDITY, 50);
        keep(OUTSIDE_HUMIDITY, 50);
        query.track[role].n -= 2;
        advise(&query, &advice);
        assert_int_equal(advice.verdict, ADVICE_OPEN);
        query.track[role].n -= 1;
        advise(&query, &advice);
        assert_int_equal(advice.verdict, ADVICE_NONE);
        assert_int_equal(advice.fault, role);
        assert_false(advice.nonsense);
    }
}

static void nothing_from_the_future(void **state)
{
    (void)state;
    begin();
    keep(INSIDE_TEMPERATURE, 25);
    keep(OUTSIDE_TEMPERATURE, 20);
    point[INSIDE_TEMPERATURE][POINTS - 1].at = NOW + 1;
    point[INSIDE_TEMPERATURE][POINTS - 1].value = 3;
    advise(&query, &advice);
    assert_int_equal(advice.verdict, ADVICE_OPEN);
    assert_true(advice.value[INSIDE_TEMPERATURE] == 25);
}

/* A sensor that says something once in half an hour is as good. */
static void slow_sensors(void **state)
{
    (void)state;
    begin();
    keep(OUTSIDE_TEMPERATURE, 20);
    constant = 25;
    for (int i = 0; i < 52; i++)
        point[INSIDE_TEMPERATURE][i] = (struct advice_point){
            NOW - (52 - i) * 30 * (int64_t)MINUTE, 25
        };
    query.track[INSIDE_TEMPERATURE] = (struct advice_track){
        true, point[INSIDE_TEMPERATURE], 52, 90 * MINUTE
    };
    advise(&query, &advice);
    assert_int_equal(advice.verdict, ADVICE_OPEN);
}

/* -- when */

/* Coldest at 04:00 UTC, warmest at 16:00; at now it is 22:00. */
static double summer_day(int ago)
{
    double hour = 22 - ago / 60.0;

    return 24 + 6 * cos((hour - 16) / 24 * 2 * M_PI);
}

static double warmer_than_yesterday(int ago)
{
    return summer_day(ago) + (ago < 12 * 60 ? 2 : 0);
}

static double falls(int ago) /* 1.2 K an hour, to 26 */
{
    return 26 + 1.2 * ago / 60;
}

static double falls_slowly(int ago)
{
    return 26 + 0.2 * ago / 60;
}

static double rises(int ago)
{
    return 26 - 0.5 * ago / 60;
}

static const struct ahead {
    double (*outside)(int ago);
    int hours;              /* of the past that are known; 0: all */
    double inside;
    enum advice_verdict verdict;
    const char *words;
} forecasts[] = {
    /* 24 at 22:00 UTC and falling: below 22.5 an hour later, 01:00 in Berlin */
    { summer_day, 0, 23, ADVICE_LATER, "Not before about 01:00" },
    { warmer_than_yesterday, 0, 24.5, ADVICE_LATER,
      "Not before about 01:20" },
    /* the night does not bring it */
    { summer_day, 0, 23.95 - 6, ADVICE_NEEDLESS, NULL },
    { rises, 0, 24, ADVICE_CLOSED, "Keep closed" },
    /* yesterday is not known: 1.5 K at 1.2 an hour */
    { falls, 6, 25, ADVICE_LATER, "Not before about 01:20" },
    { falls, 1, 25, ADVICE_CLOSED, "Keep closed" },
    { falls, 6, 22, ADVICE_LATER, "Not before about 03:50" },
    { falls_slowly, 6, 25, ADVICE_CLOSED, "Keep closed" },
    { rises, 6, 24, ADVICE_CLOSED, "Keep closed" },
};

static double hot(int ago)
{
    return summer_day(ago) + 7;
}

/* It gets cooler, but that is not enough. */
static void no_time_while_it_is_damp(void **state)
{
    (void)state;
    begin();
    keep(INSIDE_TEMPERATURE, 27);
    keep(INSIDE_HUMIDITY, 40);
    fill(OUTSIDE_TEMPERATURE, hot);
    keep(OUTSIDE_HUMIDITY, 30);
    advise(&query, &advice);
    assert_int_equal(advice.verdict, ADVICE_LATER);
    keep(OUTSIDE_HUMIDITY, 90);
    advise(&query, &advice);
    assert_int_equal(advice.verdict, ADVICE_CLOSED);
    expect_words("Keep closed", "It is 27.0° inside and 31.1° outside, and "
                 "the air outside is damper as well: dew point 29° against "
                 "12°.", false);
}

static void not_before(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forecasts / sizeof *forecasts; i++) {
        const struct ahead *f = &forecasts[i];

        begin();
        keep(INSIDE_TEMPERATURE, f->inside);
        fill(OUTSIDE_TEMPERATURE, f->outside);
        if (f->hours) {
            struct advice_track *t = &query.track[OUTSIDE_TEMPERATURE];

            t->point += POINTS - f->hours * 60;
            t->n = f->hours * 60;
        }
        advise(&query, &advice);
        if (advice.verdict != f->verdict)
            fail_msg("forecast %zu: %d", i, (int)advice.verdict);
        if (f->words)
            expect_words(f->words, NULL, false);
        if (f->verdict == ADVICE_LATER) {
            assert_int_equal(advice.by_yesterday, f->hours == 0);
            assert_true(advice.at > NOW && advice.at % 600000 == 0);
        }
    }
}

/* What was forecast comes true, within half an hour, when the day is like the
 * one before. */
static void it_comes_true(void **state)
{
    int64_t said = 0, first_open = 0;

    (void)state;
    for (int64_t now = NOW; now < NOW + 4 * 3600000; now += 5 * MINUTE) {
        begin();
        keep(INSIDE_TEMPERATURE, 23);
        for (int i = 0; i < POINTS; i++) {
            int64_t at = now - (POINTS - i) * (int64_t)MINUTE;

            point[OUTSIDE_TEMPERATURE][i].at = at;
            point[OUTSIDE_TEMPERATURE][i].value =
                summer_day((int)((NOW - at) / MINUTE));
            point[INSIDE_TEMPERATURE][i].at = at;
        }
        query.now = now;
        query.track[OUTSIDE_TEMPERATURE] = query.track[INSIDE_TEMPERATURE];
        query.track[OUTSIDE_TEMPERATURE].point = point[OUTSIDE_TEMPERATURE];
        advise(&query, &advice);
        if (advice.verdict == ADVICE_LATER && !said)
            said = advice.at;
        if (advice.verdict == ADVICE_OPEN && !first_open)
            first_open = now;
    }
    assert_true(said > 0 && first_open > 0);
    assert_true(llabs(said - first_open) <= 30 * MINUTE);
}

/* -- what must hold of any values */

static double between(double low, double high)
{
    return low + (high - low) * (double)random() / (double)RAND_MAX;
}

static bool closed(enum advice_verdict v)
{
    return v == ADVICE_CLOSED || v == ADVICE_LATER;
}

static double band_low, band_high;

static double within(int ago)
{
    (void)ago;
    return between(band_low, band_high);
}

/* However the values jump about within the bands, as time goes by the advice
 * stays what it was. */
static void never_flaps(void **state)
{
    static struct advice_point whole[POINTS];

    (void)state;
    for (int i = 0; i < 20; i++) {
        int open = 0, shut = 0;

        begin();
        keep(INSIDE_TEMPERATURE, 24);
        band_low = 23.51; /* 0 to 0.49 cooler */
        band_high = 24;
        fill(OUTSIDE_TEMPERATURE, within);
        bool opened = i % 2; /* it was plainly cooler, or plainly not */
        for (int k = 0; k < POINTS; k++)
            if (k < POINTS - 180)
                point[OUTSIDE_TEMPERATURE][k].value = opened ? 20 : 27;
        memcpy(whole, point[OUTSIDE_TEMPERATURE], sizeof whole);
        query.track[OUTSIDE_TEMPERATURE].point = whole;
        query.track[INSIDE_TEMPERATURE].patience_ms = 600 * MINUTE;
        for (int n = POINTS - 180; n <= POINTS; n++) {
            query.track[OUTSIDE_TEMPERATURE].n = n;
            query.track[OUTSIDE_TEMPERATURE].patience_ms = 10 * MINUTE;
            query.now = whole[n - 1].at + random() % MINUTE;
            advise(&query, &advice);
            open += advice.verdict == ADVICE_OPEN;
            shut += closed(advice.verdict);
        }
        assert_int_equal(opened ? open : shut, 181);
    }
}

/* A reading that stands alone, at the edge, changes it at most once in a
 * step. */
static void once_a_step(void **state)
{
    enum advice_verdict last = ADVICE_NONE;
    int64_t step = 0;

    (void)state;
    begin();
    keep(INSIDE_TEMPERATURE, 24);
    band_low = 22.9;
    band_high = 24.6;
    fill(OUTSIDE_TEMPERATURE, within);
    query.track[INSIDE_TEMPERATURE].patience_ms = 600 * MINUTE;
    for (int n = POINTS - 600; n <= POINTS; n++) {
        query.track[OUTSIDE_TEMPERATURE].n = n;
        query.now = point[OUTSIDE_TEMPERATURE][n - 1].at + 30000;
        advise(&query, &advice);
        bool is = advice.verdict == ADVICE_OPEN, was = last == ADVICE_OPEN;
        if (query.now / ADVICE_STEP_MS == step)
            assert_int_equal(is, was);
        step = query.now / ADVICE_STEP_MS;
        last = advice.verdict;
    }
}

static double to_celsius(double f)
{
    return (f - 32) / 1.8;
}

/* A house that measures in °F gets the same advice, in its own numbers. */
static void in_either_unit(void **state)
{
    static struct advice_point other[2][POINTS];

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct advice_query f = { 0 };
        struct advice second;

        begin();
        band_low = between(-10, 35);
        band_high = band_low + between(0, 8);
        fill(OUTSIDE_TEMPERATURE, within);
        keep(INSIDE_TEMPERATURE, between(15, 32));
        keep(INSIDE_HUMIDITY, between(10, 100));
        keep(OUTSIDE_HUMIDITY, between(10, 100));
        advise(&query, &advice);
        f = query;
        for (int r = 0; r < 2; r++) {
            for (int k = 0; k < POINTS; k++)
                other[r][k] = (struct advice_point){
                    point[r][k].at,
                    to_celsius(point[r][k].value * 1.8 + 32)
                };
            f.track[r].point = other[r];
        }
        advise(&f, &second);
        assert_int_equal(advice.verdict, second.verdict);
        assert_true(fabs(advice.dew_inside - second.dew_inside) < 1e-6);
    }
    begin();
    keep(INSIDE_TEMPERATURE, to_celsius(77.4));
    keep(OUTSIDE_TEMPERATURE, to_celsius(70.2));
    keep(INSIDE_HUMIDITY, 50);
    keep(OUTSIDE_HUMIDITY, 40);
    advise(&query, &advice);
    expect_words("Open now", "It is 77.4° inside and 70.2° outside, and the "
                             "air outside is drier: dew point 45° against "
                             "57°.", true);
}

/* Never "open" to warmer air, never to much damper muggy air, never without
 * a reason that can be read. */
static void never_absurd(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS * 4; i++) {
        begin();
        for (int r = 0; r < ADVICE_ROLES; r++) {
            bool humid = r >= OUTSIDE_HUMIDITY;

            band_low = humid ? between(-10, 100) : between(-70, 70);
            band_high = band_low + between(0, 10);
            if (random() % 5)
                fill((enum advice_role)r, within);
            query.track[r].n -= random() % 3 ? 0 : (int)(random() % POINTS);
            if (query.track[r].n < 0)
                query.track[r].n = 0;
        }
        query.comfort = between(10, 30);
        advise(&query, &advice);
        double in = advice.value[INSIDE_TEMPERATURE];
        double out = advice.value[OUTSIDE_TEMPERATURE];
        if (advice.verdict == ADVICE_OPEN)
            assert_true(in >= out && in >= query.comfort - 0.5);
        if (advice.verdict == ADVICE_OPEN && advice.has_dew)
            assert_true(advice.dew_outside <= advice.dew_inside + 1
                        || advice.dew_outside <= 13);
        if (advice.verdict == ADVICE_LATER)
            assert_true(advice.at > query.now
                        && advice.at <= query.now + 19 * 3600000);
        if (advice.verdict == ADVICE_LATER && advice.has_dew)
            assert_true(advice.dew_outside <= advice.dew_inside + 1
                        || advice.dew_outside <= 13);
        struct str why = advice_reason(arena, &advice, i % 2);
        assert_true(why.n > 20 && str_ends(why, STR(".")));
        assert_false(memmem(why.p, why.n, "nan", 3));
    }
}

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dew_points),
        cmocka_unit_test(airs),
        cmocka_unit_test(silent_when_stale),
        cmocka_unit_test(nothing_from_the_future),
        cmocka_unit_test(slow_sensors),
        cmocka_unit_test(not_before),
        cmocka_unit_test(no_time_while_it_is_damp),
        cmocka_unit_test(it_comes_true),
        cmocka_unit_test(never_flaps),
        cmocka_unit_test(once_a_step),
        cmocka_unit_test(in_either_unit),
        cmocka_unit_test(never_absurd),
    };

    srandom(7);
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
