#include "base_test.h"

#include "base/moment.h"
#include "base/zone.h"

static void check_in(const char *text, const char *zone, const char *want)
{
    const struct zone *z = zone_named(str_of(zone));
    char room[MOMENT_ROOM];
    int64_t at = 42;

    assert_non_null(z);
    if (!moment_parse(str_of(text), z, &at)) {
        assert_int_equal(at, 42);
        if (want)
            print_error("\"%s\" was refused\n", text);
        assert_null(want);
        return;
    }
    assert_text(moment_ms(at, room), want);
}

static void check(const char *text, const char *want)
{
    check_in(text, "UTC", want);
}

static void test_forms(void **state)
{
    (void)state;
    check("2018-01-30T10:26:21Z", "2018-01-30T10:26:21.000Z");
    check("2018-01-30 10:26:21.250 -0500", "2018-01-30T15:26:21.250Z");
    check("20180130T102621Z", "2018-01-30T10:26:21.000Z");
    check("20180130T1026+0100", "2018-01-30T09:26:00.000Z");
    check("20180130", "2018-01-30T00:00:00.000Z");
    check("2018-01-30T10:26:21+01:00", "2018-01-30T09:26:21.000Z");
    check("2018-01-30T10:26:21+01", "2018-01-30T09:26:21.000Z");
    check("2018-01-30 10:26", "2018-01-30T10:26:00.000Z");
    check("2018-01-30", "2018-01-30T00:00:00.000Z");
    check("2018-01-30 10:26:21 UTC", "2018-01-30T10:26:21.000Z");
    check("2018-01-30t10:26:21.1239z", "2018-01-30T10:26:21.123Z");
    check("2018-01-30 10:26:21,5 GMT", "2018-01-30T10:26:21.500Z");
    check("2025-12-01T23:09:48+00:00", "2025-12-01T23:09:48.000Z");
    check("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z");
    check(" 2018-01-30\r\n", "2018-01-30T00:00:00.000Z");
}

static void test_unix(void **state)
{
    (void)state;
    check("1517307981", "2018-01-30T10:26:21.000Z");
    check("999999999", "2001-09-09T01:46:39.000Z");
    check("99999999999", "5138-11-16T09:46:39.000Z");
    check("1517307981250", "2018-01-30T10:26:21.250Z");
    check("100000000000", "1973-03-03T09:46:40.000Z");
    check("99999999999999", "5138-11-16T09:46:39.999Z");
    check("151730798125000", NULL);
    check("-1517307981", NULL);
    check("1517307981.5", NULL);
    check_in("1517307981", "Europe/Berlin", "2018-01-30T10:26:21.000Z");
}

static void test_lenience(void **state)
{
    (void)state;
    check("2016-5-10 2:34:15", "2016-05-10T02:34:15.000Z");
    check("2016-5-10   2:34:15", "2016-05-10T02:34:15.000Z");
    check("2024-02-08 10: 36: 28", "2024-02-08T10:36:28.000Z");
    check("2024-02-08 10 :36 : 28", "2024-02-08T10:36:28.000Z");
    check("2018-01-30T10:26:21 01:00", "2018-01-30T09:26:21.000Z");
    check("2018-01-30 10:26:21 0100", "2018-01-30T09:26:21.000Z");
    check("2018-01-30 10:26:21 +0100", "2018-01-30T09:26:21.000Z");
    check("2018-01-30 10:26 01:00", "2018-01-30T09:26:00.000Z");
}

static void test_refused(void **state)
{
    static const char *const bad[] = {
        "", "now", "2020-19-06 04:47:10", "2018-02-30", "2019-02-29",
        "1900-02-29", "0000-01-01", "2018-00-10", "2018-01-00", "2018-1-32",
        "2018-01-30T", "2018-01-30 ten", "2018-01-30 10", "2018-01-30 24:00",
        "2018-01-30 10:60", "2018-01-30 10:26:61", "2018-01-30 10:26:21 01",
        "2018-01-30 10:26:21 01:0", "2018-01-30 10:26:21 CET",
        "2018-01-30 10:26:21 +24:00", "2018-01-30 10:26:21 +01:60",
        "2018-01-30 10:26:21 +1", "2018-01-30 10:26:21Z x",
        "2018-01-30 10:26:21.", "2018-01-30 10:26:21 +01:", "18-01-30",
        "02018-01-30", "2018-01-30Z", "2018-001-30", "2018-01-300",
        "2018-01", "201801", "2018013", "2018/01/30", "-2018-01-30",
        "2018-01-30 102", "2018-01-30 10262", "20180130102621999",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "2018-01-30T10:26:21\xE2\x88\x92" "01:00"
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        check(bad[i], NULL);
    check("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z");
    check("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z");
    check("2000-02-29", "2000-02-29T00:00:00.000Z");
    assert_false(moment_parse((struct str){ "2018-01-30\0", 11 }, zone_utc(),
                              &(int64_t){ 0 }));
    assert_false(moment_parse(NO_STR, zone_utc(), &(int64_t){ 0 }));
}

static void test_in_zone(void **state)
{
    (void)state;
    check_in("2018-01-30 10:26", "America/New_York",
             "2018-01-30T15:26:00.000Z");
    check_in("2018-07-30", "Europe/Berlin", "2018-07-29T22:00:00.000Z");
    check_in("2018-07-30 10:00 Z", "Europe/Berlin",
             "2018-07-30T10:00:00.000Z");
    check_in("2018-07-30 10:00 -0300", "Europe/Berlin",
             "2018-07-30T13:00:00.000Z");
}

static void test_written(void **state)
{
    const struct zone *ny = zone_named(STR("America/New_York"));
    const struct zone *nepal = zone_fixed(5 * 3600 + 45 * 60);
    const int64_t at = INT64_C(1516972068000); /* 2018-01-26T13:07:48Z */
    char room[MOMENT_ROOM];

    (void)state;
    assert_text(moment_iso(at, zone_utc(), room), "2018-01-26T13:07:48Z");
    assert_text(moment_iso(at, ny, room), "2018-01-26T08:07:48-05:00");
    assert_text(moment_iso(at, nepal, room), "2018-01-26T18:52:48+05:45");
    assert_text(moment_iso(at + 999, zone_named(STR("Etc/UTC")), room),
                "2018-01-26T13:07:48Z");
    assert_text(moment_iso(at, zone_named(STR("Europe/London")), room),
                "2018-01-26T13:07:48+00:00");
    assert_text(moment_csv(at, zone_utc(), room), "2018-01-26 13:07:48 UTC");
    assert_text(moment_csv(at, ny, room), "2018-01-26 08:07:48 -0500");
    assert_text(moment_ms(at + 7, room), "2018-01-26T13:07:48.007Z");
    assert_text(moment_offset(at, zone_utc(), room),
                "2018-01-26T13:07:48+00:00");
    assert_text(moment_offset(at, ny, room), "2018-01-26T08:07:48-05:00");
    assert_text(moment_clock(at, ny, room), "08:07:48 AM Jan 26, 2018");
    assert_text(moment_clock(at, zone_utc(), room),
                "01:07:48 PM Jan 26, 2018");
    assert_text(moment_clock(at - 13 * 3600000, zone_utc(), room),
                "12:07:48 AM Jan 26, 2018");
    assert_text(moment_clock(at - 3600000, zone_utc(), room),
                "12:07:48 PM Jan 26, 2018");
    assert_text(moment_ms(-1, room), "1969-12-31T23:59:59.999Z");
    assert_text(moment_ms(MOMENT_MIN, room), "0001-01-01T00:00:00.000Z");
    assert_text(moment_ms(MOMENT_MAX, room), "9999-12-31T23:59:59.999Z");
}

static void test_age(void **state)
{
    char room[MOMENT_ROOM];

    (void)state;
    assert_text(moment_age(-5, room), "just now");
    assert_text(moment_age(9999, room), "just now");
    assert_text(moment_age(40000, room), "40 seconds");
    assert_text(moment_age(60000, room), "1 minute");
    assert_text(moment_age(179999, room), "2 minutes");
    assert_text(moment_age(5 * 3600000, room), "5 hours");
    assert_text(moment_age(INT64_C(86400000), room), "1 day");
    assert_text(moment_age(INT64_C(12) * 86400000, room), "12 days");
    assert_true(moment_age(INT64_MAX, room).n < MOMENT_ROOM);
}

/* Every day of the calendar, and then every form is read back as it was,
 * also before there were zones, when offsets had seconds. */
static void test_reads_back(void **state)
{
    static const char *const zones[] = { "UTC", "Europe/Berlin",
                                         "America/New_York", "Asia/Kolkata",
                                         "Africa/Monrovia" };
    char room[MOMENT_ROOM];
    int64_t at, back;

    (void)state;
    for (at = MOMENT_MIN; at < MOMENT_MAX; at += 86400000) {
        assert_true(moment_parse(moment_ms(at, room), zone_utc(), &back));
        assert_int_equal(back, at);
    }
    srandom(1);
    for (int i = 0; i < 100000; i++) {
        const struct zone *z = zone_named(str_of(zones[i % 5]));

        at = (random() % 8000000000 - 3000000000) * 1000;
        assert_true(moment_parse(moment_iso(at, z, room), zone_utc(), &back));
        assert_int_equal(back, at);
        assert_true(moment_parse(moment_csv(at, z, room), zone_utc(), &back));
        assert_int_equal(back, at);
    }
}

static void test_clocks(void **state)
{
    int64_t steady = moment_steady();

    (void)state;
    assert_true(moment_now() > INT64_C(1700000000000));
    for (int i = 0; i < 1000; i++) {
        int64_t now = moment_steady();

        assert_true(now >= steady);
        steady = now;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),      cmocka_unit_test(test_unix),
        cmocka_unit_test(test_lenience),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_in_zone),    cmocka_unit_test(test_written),
        cmocka_unit_test(test_age),        cmocka_unit_test(test_reads_back),
        cmocka_unit_test(test_clocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
