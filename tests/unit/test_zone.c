#include "base_test.h"

#include <pthread.h>
#include <time.h>

#include "base/moment.h"
#include "base/zone.h"

static int64_t utc(const char *text)
{
    int64_t at;

    assert_true(moment_parse(str_of(text), zone_utc(), &at));
    return at;
}

static void check_offset(const char *zone, const char *at, int minutes)
{
    const struct zone *z = zone_named(str_of(zone));

    assert_non_null(z);
    assert_int_equal(zone_offset(z, utc(at)), minutes * 60);
}

/* The clocks of zone show this at that time of UTC. */
static void check_shown(const char *zone, const char *shown, const char *at)
{
    int64_t got = zone_moment(zone_named(str_of(zone)), utc(shown));
    char room[MOMENT_ROOM], want[MOMENT_ROOM];

    moment_ms(utc(at), want);
    assert_text(moment_ms(got, room), want);
}

static void test_names(void **state)
{
    static const char *const bad[] = {
        "", "Nowhere", "Europe", "Europe/", "Europe//Berlin", "/Europe/Berlin",
        "/etc/localtime", "../zoneinfo/UTC", "Europe/../UTC", "./UTC", "UTC2",
        "EST5EDT4", "EST5EDT,M3.2.0,M11.1.0", "+02:00", "-0500", ":UTC",
        "zone.tab", "leapseconds", "posix/Europe/Berlin", "localtime",
        "right/Europe/Berlin", "posixrules", "Europe/Berlin ", "europe/berlin",
        "Z", "Etc/GMT+5/", "America/Argentina/Buenos_Aires/"
        "America/Argentina/Buenos_Aires/Europe/Berlin"
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(zone_named(str_of(bad[i])));
    assert_null(zone_named(NO_STR));
    assert_null(zone_named((struct str){ "Europe/Berlin\0", 14 }));
    assert_text(zone_name(zone_named(STR("Europe/Berlin"))), "Europe/Berlin");
    assert_ptr_equal(zone_named(STR("Europe/Berlin")),
                     zone_named(STR("Europe/Berlin")));
    assert_text(zone_name(zone_named(STR("EST5EDT"))), "EST5EDT");
    check_offset("EST5EDT", "2018-07-01", -240);
    check_offset("Etc/GMT+5", "2018-07-01", -300);
    check_offset("America/Argentina/Buenos_Aires", "2018-07-01", -180);
}

static void test_utc(void **state)
{
    (void)state;
    assert_text(zone_name(zone_utc()), "UTC");
    assert_ptr_equal(zone_named(STR("UTC")), zone_utc());
    assert_true(zone_is_utc(zone_utc()));
    assert_true(zone_is_utc(zone_named(STR("Etc/UTC"))));
    assert_true(zone_is_utc(zone_named(STR("Zulu"))));
    assert_false(zone_is_utc(zone_named(STR("Europe/London"))));
    assert_int_equal(zone_offset(zone_utc(), MOMENT_MIN), 0);
    assert_int_equal(zone_moment(zone_utc(), 5), 5);
}

static void test_fixed(void **state)
{
    const struct zone *z = zone_fixed(-(5 * 3600 + 1800));

    (void)state;
    assert_text(zone_name(z), "-05:30");
    assert_ptr_equal(zone_fixed(-(5 * 3600 + 1800)), z);
    assert_int_equal(zone_offset(z, 0), -19800);
    assert_int_equal(zone_moment(z, 0), 19800000);
    assert_ptr_equal(zone_fixed(0), zone_utc());
    assert_text(zone_name(zone_fixed(3600)), "+01:00");
}

static void test_changes(void **state)
{
    (void)state;
    check_offset("Europe/Berlin", "2018-03-25T00:59:59.999Z", 60);
    check_offset("Europe/Berlin", "2018-03-25T01:00:00Z", 120);
    check_offset("Europe/Berlin", "2018-10-28T00:59:59Z", 120);
    check_offset("Europe/Berlin", "2018-10-28T01:00:00Z", 60);
    check_offset("America/New_York", "2018-03-11T06:59:59Z", -300);
    check_offset("America/New_York", "2018-03-11T07:00:00Z", -240);
    check_offset("America/New_York", "1918-07-01", -240);
    check_offset("Asia/Kolkata", "2018-07-01", 330);
    check_offset("Australia/Lord_Howe", "2018-01-01", 660);
    check_offset("Australia/Lord_Howe", "2018-07-01", 630);
}

static void test_far_years(void **state)
{
    (void)state;
    check_offset("Europe/Berlin", "2050-03-27T00:59:59Z", 60);
    check_offset("Europe/Berlin", "2050-03-27T01:00:00Z", 120);
    check_offset("Europe/Berlin", "9999-07-01", 120);
    check_offset("Europe/Dublin", "2050-01-01", 0);
    check_offset("Europe/Dublin", "2050-07-01", 60);
    check_offset("Africa/Casablanca", "2060-07-01", 60);
    check_offset("Asia/Kolkata", "2060-07-01", 330);
    check_shown("Europe/Berlin", "2050-03-27T02:30", "2050-03-27T01:30");
}

static void test_shown(void **state)
{
    (void)state;
    check_shown("Europe/Berlin", "2018-07-01T12:00", "2018-07-01T10:00");
    /* twice, and the first counts */
    check_shown("Europe/Berlin", "2018-10-28T02:30", "2018-10-28T00:30");
    check_shown("Europe/Berlin", "2018-10-28T03:00", "2018-10-28T02:00");
    check_shown("America/New_York", "2018-11-04T01:30", "2018-11-04T05:30");
    check_shown("Australia/Lord_Howe", "2018-04-01T01:45",
                "2018-03-31T14:45");
    /* never */
    check_shown("Europe/Berlin", "2018-03-25T01:59:59", "2018-03-25T00:59:59");
    check_shown("Europe/Berlin", "2018-03-25T02:30", "2018-03-25T01:30");
    check_shown("Europe/Berlin", "2018-03-25T03:00", "2018-03-25T01:00");
    check_shown("America/New_York", "2018-03-11T02:15", "2018-03-11T07:15");
    check_shown("Australia/Lord_Howe", "2018-10-07T02:10",
                "2018-10-06T15:40");
    check_shown("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00");
}

/* As the C library sees it, at random times of 1800 to 2400. */
static void test_random(void **state)
{
    static const char *const zones[] = {
        "Europe/Berlin",       "America/New_York", "Asia/Kolkata",
        "Australia/Lord_Howe", "Europe/Dublin",    "America/Santiago",
        "Africa/Casablanca",   "Pacific/Apia",     "Antarctica/Troll",
        "Africa/Monrovia",     "EST5EDT",          "Asia/Tehran",
    };

    (void)state;
    srandom(2026);
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        const struct zone *z = zone_named(str_of(zones[i]));

        assert_non_null(z);
        setenv("TZ", zones[i], 1);
        tzset();
        for (int k = 0; k < 20000; k++) {
            time_t at = random() % 18934128000 - 5364662400;
            struct tm tm;

            at += random() % 86400;
            localtime_r(&at, &tm);
            int64_t shown = (at + tm.tm_gmtoff) * INT64_C(1000);
            assert_int_equal(zone_offset(z, at * 1000), tm.tm_gmtoff);
            int64_t back = zone_moment(z, shown);
            assert_true(back <= at * 1000);
            assert_int_equal(back + zone_offset(z, back) * INT64_C(1000),
                             shown);
        }
    }
    unsetenv("TZ");
    tzset();
}

/* And at noon of every day of a century that the database does not list. */
static void test_far_days(void **state)
{
    static const char *const zones[] = { "Europe/Berlin", "America/New_York",
                                         "Pacific/Auckland" };

    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        const struct zone *z = zone_named(str_of(zones[i]));
        time_t at = utc("2038-01-01T12:00") / 1000;

        setenv("TZ", zones[i], 1);
        tzset();
        for (int day = 0; day < 36525; day++, at += 86400) {
            struct tm tm;

            localtime_r(&at, &tm);
            assert_int_equal(zone_offset(z, at * 1000), tm.tm_gmtoff);
        }
    }
    unsetenv("TZ");
    tzset();
}

static void *look_up(void *arg)
{
    static const char *const zones[] = { "Asia/Tokyo", "Europe/Paris",
                                         "Europe/Madrid", "America/Denver" };

    (void)arg;
    for (int i = 0; i < 4000; i++) {
        const struct zone *z = zone_named(str_of(zones[i % 4]));

        if (!z || zone_fixed(i % 100 * 60) != zone_fixed(i % 100 * 60) ||
            zone_offset(z, 0) % 3600 != 0)
            return "wrong";
    }
    return NULL;
}

static void test_threads(void **state)
{
    pthread_t t[4];
    void *wrong;

    (void)state;
    for (int i = 0; i < 4; i++)
        pthread_create(&t[i], NULL, look_up, NULL);
    for (int i = 0; i < 4; i++) {
        pthread_join(t[i], &wrong);
        assert_null(wrong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads), cmocka_unit_test(test_names),
        cmocka_unit_test(test_utc),     cmocka_unit_test(test_fixed),
        cmocka_unit_test(test_changes), cmocka_unit_test(test_far_years),
        cmocka_unit_test(test_shown),   cmocka_unit_test(test_random),
        cmocka_unit_test(test_far_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
