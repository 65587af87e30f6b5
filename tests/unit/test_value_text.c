/* How a newest value is shown, and when it counts as old. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "web/value_text.h"

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

static void shows(const char *unit, const char *display, const char *value,
                  const char *want, const char *want_unit)
{
    struct field f = { .number = 1, .unit = str_of(unit),
                       .display = str_of(display) };
    struct str behind = STR("untouched");
    struct str got = value_text(arena, &f, str_of(value), &behind);

    if (!str_is(got, want) || !str_is(behind, want_unit))
        fail_msg("%s %s as %s: \"%.*s\" \"%.*s\"", value, unit, display,
                 STR_FMT(got), STR_FMT(behind));
}

static void celsius_as_fahrenheit(void **state)
{
    (void)state;
    shows("°C", "°F", "22.4", "72", "°F");
    shows("°C", "°F", "-40", "-40", "°F");
    shows("°C", "°F", "100.0", "212", "°F");
    shows("°C", "°F", "-17.9", "0", "°F"); /* not -0 */
    shows("°C", "°F", "22,4", "72", "°F");
    shows("°C", "°F", " 22.4 ", "72", "°F");
}

static void fahrenheit_as_celsius(void **state)
{
    (void)state;
    shows("°F", "°C", "72.3", "22.4", "°C");
    shows("°F", "°C", "32", "0.0", "°C");
    shows("°F", "°C", "31.95", "0.0", "°C"); /* not -0.0 */
    shows("°F", "°C", "-4", "-20.0", "°C");
}

static void other_units_are_left(void **state)
{
    (void)state;
    shows("°C", "", "21.20", "21.20", "°C");
    shows("°C", "°C", "21.20", "21.20", "°C");
    shows("hPa", "inHg", "1013.250", "1013.250", "hPa");
    shows("", "°F", "007", "007", "");
    shows("C", "°F", "1e1", "1e1", "C");
}

static void what_is_no_number_is_left(void **state)
{
    (void)state;
    shows("°C", "°F", "Clouds", "Clouds", "");
    shows("°C", "°F", "nan", "nan", "");
    shows("°C", "", "-", "-", "");
    shows("°F", "°C", "0x10", "0x10", "");
}

static void what_cannot_be_converted_is_left(void **state)
{
    (void)state;
    shows("°C", "°F", "1.7e308", "1.7e308", "°C");
}

static void unset_texts_are_empty(void **state)
{
    struct field f = { .number = 1 };
    struct str unit;

    (void)state;
    assert_true(str_is(value_text(arena, &f, STR("7"), &unit), "7"));
    assert_int_equal(unit.n, 0);
}

static void usual_distance(void **state)
{
    int64_t minutes[] = { 0, 60000, 120000, 180000, 9000000, 9060000 };
    int64_t seconds[] = { 0, 1000, 2000, 3000, 4000, 5000 };
    int64_t same[] = { 5, 5, 5, 5, 5 };
    int64_t few[] = { 0, 60000, 120000, 180000 };

    (void)state;
    assert_int_equal(value_usual_ms(minutes, 6), 60000);
    assert_int_equal(value_usual_ms(seconds, 6), 20000);
    assert_int_equal(value_usual_ms(same, 5), 20000);
    assert_int_equal(value_usual_ms(few, 4), 0);
    assert_int_equal(value_usual_ms(few, 0), 0);
}

static void stale(void **state)
{
    (void)state;
    assert_false(value_is_stale(0, 60000, 180000));
    assert_true(value_is_stale(0, 60000, 180001));
    assert_false(value_is_stale(0, 0, 3600000));
    assert_true(value_is_stale(0, 0, 3600001));
    assert_false(value_is_stale(5000, 60000, 0)); /* ahead of the clock */
    assert_false(value_is_stale(0, INT64_MAX / 2, INT64_MAX / 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(celsius_as_fahrenheit, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(fahrenheit_as_celsius, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(other_units_are_left, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_number_is_left, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_converted_is_left,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(unset_texts_are_empty, set_up,
                                        tear_down),
        cmocka_unit_test(usual_distance),
        cmocka_unit_test(stale),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
