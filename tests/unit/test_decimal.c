#include "base_test.h"

#include <float.h>
#include <math.h>

#include "base/decimal.h"

static void test_numbers(void **state)
{
    static const struct {
        const char *text;
        double v;
    } cases[] = {
        { "0", 0 },           { "21.20", 21.2 },   { "007", 7 },
        { "-5", -5 },         { "+5.5", 5.5 },     { " 5", 5 },
        { "\t5\r\n", 5 },     { ".5", 0.5 },       { "5.", 5 },
        { "1e3", 1000 },      { "1E-3", 0.001 },   { "-1.5e+2", -150 },
        { "-9999", -9999 },   { "0.1", 0.1 },      { "1e22", 1e22 },
        { "1e23", 1e23 },     { "1e-23", 1e-23 },  { "0e99999", 0 },
        { "1e-999", 0 },      { "5e-324", 5e-324 },
        { "123456789012345", 123456789012345.0 },
        { "9007199254740993", 9007199254740992.0 },
        { "0.000000000000000000000000000001", 1e-30 },
        { "1.7976931348623157e308", DBL_MAX },
        { "2.2250738585072014e-308", DBL_MIN },
        { "8.41e21", 8.41e21 },
        { "100000000000000000000000000e-26", 1 },
    };
    double v;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool comma = false;

        assert_true(decimal_parse(str_of(cases[i].text), &v, &comma));
        assert_true(v == cases[i].v);
        assert_false(comma);
    }
    assert_true(decimal_parse(STR("-0"), &v, NULL) && signbit(v));
}

static void test_comma(void **state)
{
    bool comma = false;
    double v;

    (void)state;
    assert_true(decimal_parse(STR("21,5"), &v, &comma));
    assert_true(v == 21.5 && comma);
    assert_true(decimal_parse(STR("12345678901234567,5e1"), &v, NULL));
    assert_true(v == 123456789012345675.0);
    assert_true(decimal_parse(STR("1"), &v, &comma) && comma);
}

static void test_not_numbers(void **state)
{
    static const char *const bad[] = {
        "",      " ",    "nan",  "NaN",  "inf",    "-INF",  "0x10", "1e",
        "1e+",   ".",    ",",    "-",    "+",      "1.2.3", "1,2,3", "1 2",
        "1e5.0", "e5",   "--1",  "21 C", "Clouds", "1e999", "-1e400", "1_000",
        "\xC2\xA0" "5",  "1.e",  "0x1p3", "infinity", "1,234.5"
    };
    char big[DECIMAL_TEXT_MAX + 2];
    bool comma = false;
    double v = 7;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(decimal_parse(str_of(bad[i]), &v, &comma));
    assert_false(decimal_parse(NO_STR, &v, NULL));
    assert_false(decimal_parse((struct str){ "1\0" "2", 3 }, &v, NULL));
    memset(big, '0', sizeof big);
    assert_false(decimal_parse((struct str){ big, sizeof big }, &v, NULL));
    assert_false(comma);
    assert_true(v == 7);
    assert_true(decimal_parse((struct str){ big, DECIMAL_TEXT_MAX }, &v, NULL));
}

/* Always what the C library says, which rounds correctly. */
static void test_random(void **state)
{
    char text[64];
    double v;

    (void)state;
    srandom(20180130);
    for (int i = 0; i < 200000; i++) {
        int digits = (int)(random() % 20), e = (int)(random() % 60) - 30;

        snprintf(text, sizeof text, "%ld%0*ld.%ldE%d", random() % 1000,
                 digits / 2, random() % 1000, random() % 1000000, e);
        assert_true(decimal_parse(str_of(text), &v, NULL));
        assert_true(v == strtod(text, NULL));
    }
}

static void test_shortest(void **state)
{
    static const struct {
        double v;
        const char *text;
    } cases[] = {
        { 51, "51.0" },
        { 51.0 / 7, "7.285714285714286" },
        { 0, "0.0" },
        { -0.0, "-0.0" },
        { -2.5, "-2.5" },
        { 0.1, "0.1" },
        { 0.1 + 0.2, "0.30000000000000004" },
        { 100, "100.0" },
        { 1234567, "1234567.0" },
        { 0.001, "0.001" },
        { 0.0001, "0.0001" },
        { 0.00012345, "0.00012345" },
        { 0.00001, "1.0e-05" },
        { 0.0000123, "1.23e-05" },
        { 999999999999999, "999999999999999.0" },
        { 807020827134439.25, "807020827134439.2" }, /* as near as .3 */
        { 807020827134439.75, "807020827134439.8" },
        { 1e15, "1000000000000000.0" },
        { 9007199254740993.0, "9007199254740992.0" },
        { 1e16, "1.0e+16" },
        { 1e20, "1.0e+20" },
        { 1.5e300, "1.5e+300" },
        { 123456789012345678.0, "1.2345678901234568e+17" },
        { DBL_MAX, "1.7976931348623157e+308" },
        { 5e-324, "5.0e-324" },
        { INFINITY, "Infinity" },
        { -INFINITY, "-Infinity" },
        { NAN, "NaN" },
    };
    char room[DECIMAL_ROOM];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_text(decimal_shortest(cases[i].v, room), cases[i].text);
}

static void test_reads_back(void **state)
{
    char room[DECIMAL_ROOM];

    (void)state;
    srandom(7);
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = (uint64_t)random() << 42 ^ (uint64_t)random() << 21 ^
                        (uint64_t)random();
        double v, back;

        memcpy(&v, &bits, sizeof v);
        if (!isfinite(v))
            continue;
        assert_true(decimal_parse(decimal_shortest(v, room), &back, NULL));
        assert_true(v == back);
    }
}

static void test_round(void **state)
{
    char room[DECIMAL_ROOM];

    (void)state;
    assert_text(decimal_round(21.256, 2, room), "21.26");
    assert_text(decimal_round(21, 0, room), "21");
    assert_text(decimal_round(-0.001, 2, room), "-0.00");
    assert_text(decimal_round(0.5, 15, room), "0.500000000000000");
    assert_int_equal(decimal_round(-DBL_MAX, 15, room).n, 1 + 309 + 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),     cmocka_unit_test(test_comma),
        cmocka_unit_test(test_not_numbers), cmocka_unit_test(test_random),
        cmocka_unit_test(test_shortest),    cmocka_unit_test(test_reads_back),
        cmocka_unit_test(test_round),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
