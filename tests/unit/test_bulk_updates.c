#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "web/bulk_updates.h"

static struct arena *arena;
static struct bulk bulk;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    bulk = (struct bulk){ .arena = arena, .peer = STR("192.0.2.1"),
                          .max = 100 };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void same(struct str got, const char *want)
{
    if (want)
        assert_true(str_is(got, want));
    else
        assert_null(got.p);
}

static void absolute_times_and_all_members(void **state)
{
    (void)state;
    assert_int_equal(
        bulk_read_json(&bulk,
                       STR("[{\"created_at\":\"2018-01-30 10:26:21 -0500\","
                           "\"field1\":21.20,\"2\":\"007\",\"status\":\"x\","
                           "\"latitude\":1.5,\"longitude\":2,"
                           "\"elevation\":3,\"field8\":null},"
                           "{\"created_at\":1517325982}]")),
        OK);
    bulk_anchor(&bulk, 5);
    assert_int_equal(bulk.n, 2);
    assert_true(bulk.list[0].at == INT64_C(1517325981000));
    assert_true(bulk.list[1].at == INT64_C(1517325982000));
    same(reading_value(&bulk.list[0], 1), "21.20");
    same(reading_value(&bulk.list[0], 2), "007");
    same(reading_value(&bulk.list[0], 8), NULL);
    same(bulk.list[0].status, "x");
    same(bulk.list[0].latitude, "1.5");
    same(bulk.list[0].elevation, "3");
}

static void relative_times_end_now(void **state)
{
    (void)state;
    assert_int_equal(
        bulk_read_json(&bulk, STR("[{\"delta_t\":0},{\"delta_t\":\"15\"},"
                                  "{\"delta_t\":5}]")),
        OK);
    bulk_anchor(&bulk, 100000);
    assert_true(bulk.list[0].at == 80000);
    assert_true(bulk.list[1].at == 95000);
    assert_true(bulk.list[2].at == 100000);
}

static void deltas_after_a_time_count_from_it(void **state)
{
    (void)state;
    assert_int_equal(
        bulk_read_json(&bulk, STR("[{\"created_at\":\"2020-01-01\"},"
                                  "{\"delta_t\":10}]")),
        OK);
    bulk_anchor(&bulk, 5);
    assert_true(bulk.list[1].at == bulk.list[0].at + 10000);
}

static void csv_rows(void **state)
{
    (void)state;
    assert_int_equal(
        bulk_read_csv(&bulk,
                      STR("2018-06-14T12:12:22-0500,1,,3,,,,,,42.3,-71,250,ok|"
                          "2018-06-14T12:12:23-0500,2|"),
                      false),
        OK);
    assert_int_equal(bulk.n, 2);
    assert_int_equal(bulk.list[0].n_values, 2);
    same(reading_value(&bulk.list[0], 3), "3");
    same(bulk.list[0].longitude, "-71");
    same(bulk.list[0].status, "ok");
    assert_true(bulk.list[1].at == bulk.list[0].at + 1000);
}

static void what_refuses_the_whole(void **state)
{
    static const char *const bad[] = {
        "{}", "[1]", "[{\"field1\":1}]", "[{\"created_at\":\"soon\"}]",
        "[{\"delta_t\":-1}]", "[{\"delta_t\":1.5}]",
        "[{\"delta_t\":0},{\"delta_t\":0}]",
        "[{\"delta_t\":1},{\"created_at\":\"2020-01-01\"}]",
        "[{\"delta_t\":1,\"latitude\":91}]",
        "[{\"delta_t\":1,\"field1\":[1]}]", "[{\"delta_t\":1}", "[",
        "[{\"delta_t\":999999999999}]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct bulk b = { .arena = arena, .max = 100 };

        assert_int_equal(bulk_read_json(&b, str_of(bad[i])), ERR_INVALID);
        assert_non_null(b.why);
    }
    assert_int_equal(bulk_read_csv(&bulk, STR("0,1,2,3,4,5,6,7,8,9,0,1,2,3"),
                                   true),
                     ERR_INVALID);
    assert_int_equal(bulk_read_csv(&bulk, STR("0,\xff"), true), ERR_GARBLED);
}

static void the_wrong_entry_is_named(void **state)
{
    (void)state;
    assert_int_equal(
        bulk_read_json(&bulk, STR("[{\"delta_t\":1},{\"delta_t\":\"x\"}]")),
        ERR_INVALID);
    assert_string_equal(bulk.why, "delta_t is not a number of seconds, in "
                                  "entry 2 of updates.");
}

static void there_is_a_limit(void **state)
{
    char text[1024] = "";

    (void)state;
    for (int i = 0; i < 101; i++)
        strcat(text, "1|");
    assert_int_equal(bulk_read_csv(&bulk, str_of(text), true), ERR_TOO_BIG);
    assert_int_equal(bulk.n, 100);
}

#define B(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        B(absolute_times_and_all_members),
        B(relative_times_end_now),
        B(deltas_after_a_time_count_from_it),
        B(csv_rows),
        B(what_refuses_the_whole),
        B(the_wrong_entry_is_named),
        B(there_is_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
