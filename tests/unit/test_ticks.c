/* Marks of axes: round numbers whatever their size, and what clocks show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/moment.h"
#include "base/ticks.h"
#include "base/zone.h"

enum { ROUNDS = 20000 };

static struct number_axis axis;
static struct time_tick tick[TICKS_MAX];

/* "a b c" of the labels */
static const char *numbers(double low, double high, int about)
{
    static char all[TICKS_MAX * 40];
    char room[DECIMAL_ROOM];
    size_t n = 0;

    number_axis(&axis, low, high, false, false, about);
    all[0] = '\0';
    for (int i = 0; i < axis.n; i++) {
        struct str s = number_tick(&axis, axis.tick[i], room);

        n += (size_t)snprintf(all + n, sizeof all - n, "%s%.*s",
                              i ? " " : "", STR_FMT(s));
    }
    return all;
}

static void round_numbers(void **state)
{
    (void)state;
    assert_string_equal(numbers(3.1, 21.7, 4), "0 5 10 15 20 25");
    assert_string_equal(numbers(-3, 3, 4), "-4 -2 0 2 4");
    assert_string_equal(numbers(0.12, 0.31, 4), "0.10 0.15 0.20 0.25 0.30 "
                                                "0.35");
    assert_string_equal(numbers(1013.2, 1013.4, 4),
                        "1013.20 1013.25 1013.30 1013.35 1013.40");
    assert_string_equal(numbers(2e12, 7e12, 4),
                        "2e+12 4e+12 6e+12 8e+12");
    assert_string_equal(numbers(21.5, 21.5, 4),
                        "20 21 22 23");
    assert_string_equal(numbers(0, 0, 4), "-1.0 -0.5 0.0 0.5 1.0");
}

static void kept_ends(void **state)
{
    (void)state;
    number_axis(&axis, 3, 21, true, true, 4);
    assert_true(axis.low == 3 && axis.high == 21);
    assert_true(axis.tick[0] == 5 && axis.tick[axis.n - 1] == 20);
}

static double any_number(void)
{
    return (random() % 2 ? 1 : -1) * ldexp((double)random(),
                                           (int)(random() % 2000) - 1030);
}

static void of_every_size(void **state)
{
    char room[DECIMAL_ROOM];

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        double a = any_number(), b = random() % 9 ? any_number() : a;

        if (i % 3 == 0)
            b = a * (1 + 1e-7 * (double)(random() % 1000));
        double low = fmin(a, b), high = fmax(a, b);
        number_axis(&axis, low, high, false, false, 2 + i % 9);
        assert_true(axis.low <= low && axis.high >= high);
        assert_true(isfinite(axis.low) && isfinite(axis.high));
        for (int k = 0; k < axis.n; k++) {
            double at = number_place(&axis, axis.tick[k]);

            assert_true(at >= 0 && at <= 1);
            assert_true(k == 0 || axis.tick[k] > axis.tick[k - 1]);
            assert_true(number_tick(&axis, axis.tick[k], room).n < 26);
        }
    }
}

static const char *times(const char *from, const char *until,
                         const char *name, int most)
{
    static char all[TICKS_MAX * 40];
    const struct zone *z = zone_named(str_of(name));
    int64_t a = 0, b = 0;
    size_t n = 0;

    assert_true(moment_parse(str_of(from), z, &a));
    assert_true(moment_parse(str_of(until), z, &b));
    int ticks = time_ticks(a, b, z, most, tick);
    all[0] = '\0';
    for (int i = 0; i < ticks; i++)
        n += (size_t)snprintf(all + n, sizeof all - n, "%s%s%s",
                              i ? ", " : "", tick[i].text,
                              tick[i].strong ? "!" : "");
    return all;
}

static void round_times(void **state)
{
    (void)state;
    assert_string_equal(times("2021-06-01 14:07", "2021-06-01 15:07",
                              "Europe/Berlin", 6),
                        "14:15, 14:30, 14:45, 15:00");
    assert_string_equal(times("2021-06-01 14:07", "2021-06-02 14:07",
                              "Asia/Kolkata", 9),
                        "15:00, 18:00, 21:00, 2 Jun!, 03:00, 06:00, 09:00, "
                        "12:00");
    assert_string_equal(times("2021-06-01 14:07", "2021-06-08 14:07",
                              "America/New_York", 8),
                        "Wed 2, Thu 3, Fri 4, Sat 5, Sun 6, Mon 7, Tue 8");
    assert_string_equal(times("2021-06-01 14:07", "2021-07-01 14:07",
                              "Europe/Berlin", 6),
                        "7 Jun, 14 Jun, 21 Jun, 28 Jun");
    assert_string_equal(times("2020-11-20", "2021-11-20", "UTC", 7),
                        "2021!, Mar, May, Jul, Sep, Nov");
    assert_string_equal(times("1991-03-01", "2021-11-20", "UTC", 8),
                        "1995!, 2000!, 2005!, 2010!, 2015!, 2020!");
    assert_string_equal(times("2021-06-01 14:07:01", "2021-06-01 14:07:31",
                              "UTC", 4), "14:07:10, 14:07:20, 14:07:30");
}

/* Spring of 2021 in Berlin: 02:00 is 03:00. Autumn: 02:00 comes twice. */
static void when_clocks_change(void **state)
{
    (void)state;
    assert_string_equal(times("2021-03-27 23:30", "2021-03-28 06:30",
                              "Europe/Berlin", 9),
                        "28 Mar!, 01:00, 03:00, 04:00, 05:00, 06:00");
    assert_string_equal(times("2021-10-30 23:30", "2021-10-31 05:30",
                              "Europe/Berlin", 9),
                        "31 Oct!, 01:00, 02:00, 02:00, 03:00, 04:00, 05:00");
    assert_string_equal(times("2021-03-28 00:00", "2021-03-28 23:59",
                              "Europe/Berlin", 5),
                        "28 Mar!, 06:00, 12:00, 18:00");
    assert_string_equal(times("2021-10-31 00:00", "2021-10-31 23:59",
                              "Europe/Berlin", 5),
                        "31 Oct!, 06:00, 12:00, 18:00");
    assert_string_equal(times("2021-10-03 00:00", "2021-10-03 05:00",
                              "Australia/Lord_Howe", 6),
                        "3 Oct!, 01:00, 03:00, 04:00, 05:00");
    assert_string_equal(times("2021-10-30 00:00", "2021-11-02 00:00",
                              "Europe/Berlin", 5),
                        "Sat 30, Sun 31, Mon 1, Tue 2");
    assert_int_equal(tick[2].at - tick[1].at, 25 * 3600000);
    assert_int_equal(tick[3].at - tick[2].at, 24 * 3600000);
    /* Cairo, 2014: there was no midnight on 16 May. */
    assert_string_equal(times("2014-05-14 12:00", "2014-05-17 12:00",
                              "Africa/Cairo", 5), "Thu 15, Fri 16, Sat 17");
}

static void in_order_and_no_more(void **state)
{
    static const char *const zones[] = { "UTC", "Europe/Berlin",
                                         "Australia/Lord_Howe",
                                         "America/Havana", "Asia/Kathmandu" };

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        const struct zone *z = zone_named(str_of(zones[i % 5]));
        int64_t from = ((int64_t)random() << 12) % (MOMENT_MAX - MOMENT_MIN)
                       + INT64_C(-2000000000000);
        int64_t span = ((int64_t)random() << (random() % 15)) + 1;
        int most = 1 + (int)(random() % TICKS_MAX);
        int n = time_ticks(from, from + span, z, most, tick);

        assert_true(n <= most);
        for (int k = 0; k < n; k++) {
            assert_true(tick[k].at >= from && tick[k].at <= from + span);
            assert_true(k == 0 || tick[k].at > tick[k - 1].at);
            assert_true(strlen(tick[k].text) > 1);
        }
    }
    assert_true(time_ticks(MOMENT_MIN, MOMENT_MAX, zone_utc(), 9, tick) > 5);
}

static void words(void **state)
{
    char room[TICK_ROOM];
    int64_t at = INT64_C(1624456800000); /* 2021-06-23T14:00Z */
    const struct zone *z = zone_named(STR("Europe/Berlin"));

    (void)state;
    assert_memory_equal(time_words(at, at, z, room).p, "23 Jun 16:00", 13);
    assert_memory_equal(time_words(at, INT64_C(1700000000000), z, room).p,
                        "23 Jun 2021 16:00", 18);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_numbers),
        cmocka_unit_test(kept_ends),
        cmocka_unit_test(of_every_size),
        cmocka_unit_test(round_times),
        cmocka_unit_test(when_clocks_change),
        cmocka_unit_test(in_order_and_no_more),
        cmocka_unit_test(words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
