#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "web/entry_params.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct reading read_one(const char *name, struct str value)
{
    struct entry_params e = { 0 };
    struct reading r;

    entry_take(&e, str_of(name), value, false);
    assert_int_equal(entry_reading(&e, arena, STR("192.0.2.7"), false, &r),
                     OK);
    return r;
}

static void same(struct str got, const char *want)
{
    if (!want) {
        assert_null(got.p);
        return;
    }
    assert_int_equal(got.n, strlen(want));
    assert_memory_equal(got.p, want, got.n);
}

static void values_are_verbatim(void **state)
{
    static const char *const kept[] = { "007", "1e3", " 5", "nan", "-INF",
                                        "21.20", "Clouds", "a\r\nb", " " };

    (void)state;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        struct reading r = read_one("field3", str_of(kept[i]));

        same(reading_value(&r, 3), kept[i]);
        assert_int_equal(r.n_values, 1);
    }
}

static void line_ends_at_the_end_go(void **state)
{
    struct reading r = read_one("field1", STR("5\r\n"));

    (void)state;
    same(reading_value(&r, 1), "5");
    r = read_one("field1", STR("5\\r\\n"));
    same(reading_value(&r, 1), "5");
    r = read_one("field1", STR("\r\n"));
    same(reading_value(&r, 1), NULL);
}

static void names_of_fields(void **state)
{
    static const char *const none[] = { "field9", "field0", "field", "9", "0",
                                        "field10", "Field1", "field1 ", "" };
    struct reading r = read_one("8", STR("x"));

    (void)state;
    same(reading_value(&r, 8), "x");
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(read_one(none[i], STR("x")).n_values, 0);
}

static void long_values_are_cut_between_characters(void **state)
{
    char text[300];

    (void)state;
    memset(text, 'a', sizeof text);
    struct reading r = read_one("field1", (struct str){ text, 300 });
    assert_int_equal(reading_value(&r, 1).n, 255);
    memcpy(text + 254, "\xc3\xa9", 2); /* bytes 255 and 256 */
    r = read_one("field1", (struct str){ text, 300 });
    assert_int_equal(reading_value(&r, 1).n, 254);
}

static void only_text_is_taken(void **state)
{
    struct entry_params e = { 0 };
    struct reading r;

    (void)state;
    entry_take(&e, STR("status"), STR("\xb0"), false);
    assert_int_equal(entry_reading(&e, arena, NO_STR, false, &r),
                     ERR_GARBLED);
    e = (struct entry_params){ 0 };
    entry_take(&e, STR("field1"), STR("a\0b"), false);
    assert_int_equal(entry_reading(&e, arena, NO_STR, false, &r),
                     ERR_GARBLED);
}

static void the_long_name_of_a_place_wins(void **state)
{
    struct entry_params e = { 0 };
    struct reading r;

    (void)state;
    entry_take(&e, STR("latitude"), STR("1.50"), false);
    entry_take(&e, STR("lat"), STR("2"), false);
    entry_take(&e, STR("long"), STR("3"), false);
    assert_int_equal(entry_reading(&e, arena, NO_STR, false, &r), OK);
    same(r.latitude, "1.50");
    same(r.longitude, "3");
}

static void a_place_that_is_none(void **state)
{
    static const char *const bad[] = { "91", "-90.01", "north", "nan" };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct entry_params e = { 0 };
        struct reading r;

        entry_take(&e, STR("lat"), str_of(bad[i]), false);
        assert_int_equal(entry_reading(&e, arena, NO_STR, false, &r), OK);
        assert_null(r.latitude.p);
        assert_int_equal(entry_reading(&e, arena, NO_STR, true, &r),
                         ERR_INVALID);
    }
}

static void the_sender_in_place_of_a_word(void **state)
{
    struct reading r = read_one("field2", STR("IP_ADDRESS"));

    (void)state;
    same(reading_value(&r, 2), "192.0.2.7");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_are_verbatim, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(line_ends_at_the_end_go, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(names_of_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            long_values_are_cut_between_characters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_text_is_taken, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_long_name_of_a_place_wins, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_place_that_is_none, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_sender_in_place_of_a_word, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
