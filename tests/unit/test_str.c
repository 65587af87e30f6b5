#include "base_test.h"

static void test_compare(void **state)
{
    (void)state;
    assert_true(str_eq(STR("ab"), STR("ab")));
    assert_false(str_eq(STR("ab"), STR("abc")));
    assert_true(str_eq(NO_STR, STR("")));
    assert_true(str_eq_case(STR("Content-Length"), STR("content-LENGTH")));
    assert_false(str_eq_case(STR("a@"), STR("a`")));
    assert_false(str_eq_case(STR("\xC4"), STR("\xE4")));
    assert_true(str_starts(STR("/update"), STR("/up")));
    assert_false(str_starts(STR("/u"), STR("/up")));
    assert_true(str_starts(NO_STR, STR("")));
    assert_true(str_ends(STR("last.json"), STR(".json")));
    assert_false(str_ends(STR("json"), STR(".json")));
}

static void test_parts(void **state)
{
    (void)state;
    assert_text(str_from(STR("abc"), 1), "bc");
    assert_text(str_from(STR("abc"), 9), "");
    assert_text(str_from(NO_STR, 3), NULL);
    assert_text(str_trim(STR(" \t\r\n a b \v\f")), "a b");
    assert_text(str_trim(STR("  ")), "");
    assert_text(str_trim(NO_STR), NULL);
    assert_int_equal(str_find(STR("a=b"), '='), 1);
    assert_int_equal(str_find(STR("ab"), '='), 2);
    assert_int_equal(str_find(NO_STR, '='), 0);
}

static void test_cut(void **state)
{
    struct str s = STR("a,,b");

    (void)state;
    assert_text(str_cut(&s, ','), "a");
    assert_text(str_cut(&s, ','), "");
    assert_text(s, "b");
    assert_text(str_cut(&s, ','), "b");
    assert_text(s, NULL);
    assert_text(str_cut(&s, ','), NULL);
    s = STR("a,");
    str_cut(&s, ',');
    assert_text(s, "");
}

static void test_int(void **state)
{
    static const char *const bad[] = {
        "", "-", "+", " 1", "1 ", "1.0", "0x1", "9223372036854775808",
        "-9223372036854775809", "99999999999999999999", "--1", "1e3"
    };
    int64_t v = 7;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(str_int(str_of(bad[i]), &v));
    assert_false(str_int((struct str){ "1\0", 2 }, &v));
    assert_int_equal(v, 7);
    assert_true(str_int(STR("007"), &v) && v == 7);
    assert_true(str_int(STR("+42"), &v) && v == 42);
    assert_true(str_int(STR("-0"), &v) && v == 0);
    assert_true(str_int(STR("9223372036854775807"), &v) && v == INT64_MAX);
    assert_true(str_int(STR("-9223372036854775808"), &v) && v == INT64_MIN);
}

static void test_real(void **state)
{
    static const char *const bad[] = { "",    "nan", "inf", "0x10", "1,5",
                                       " 1",  "1 ",  "1e",  "1e999" };
    double v = 7;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(str_real(str_of(bad[i]), &v));
    assert_true(v == 7);
    assert_true(str_real(STR("-21.25"), &v) && v == -21.25);
    assert_true(str_real(STR("1e3"), &v) && v == 1000);
}

static void test_char(void **state)
{
    static const struct {
        const char *s;
        size_t n;
    } cases[] = {
        { "", 0 },
        { "a", 1 },
        { "\xC2\x80", 2 },
        { "\xC1\xBF", 0 },         /* longer than it need be */
        { "\xE0\x9F\xBF", 0 },
        { "\xE0\xA0\x80", 3 },
        { "\xED\x9F\xBF", 3 },
        { "\xED\xA0\x80", 0 },     /* a surrogate */
        { "\xEF\xBF\xBF", 3 },
        { "\xF0\x8F\xBF\xBF", 0 },
        { "\xF0\x90\x80\x80", 4 },
        { "\xF4\x8F\xBF\xBF", 4 },
        { "\xF4\x90\x80\x80", 0 }, /* beyond U+10FFFF */
        { "\xF5\x80\x80\x80", 0 },
        { "\x80", 0 },
        { "\xE2\x82", 0 },
        { "\xE2\x82\x41", 0 },
        { "\xFF", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(str_char(str_of(cases[i].s)), cases[i].n);
}

/* A bad byte is found wherever it is, also within eight good ones. */
static void test_is_text(void **state)
{
    char s[40];

    (void)state;
    assert_true(str_is_text(NO_STR));
    assert_true(str_is_text(STR("21.5 \xC2\xB0 na\xC3\xAFve \xE2\x82\xAC")));
    for (size_t at = 0; at < sizeof s; at++) {
        memset(s, 'a', sizeof s);
        assert_true(str_is_text((struct str){ s, sizeof s }));
        s[at] = '\0';
        assert_false(str_is_text((struct str){ s, sizeof s }));
        s[at] = (char)0x80;
        assert_false(str_is_text((struct str){ s, sizeof s }));
        s[at] = (char)0xFF;
        assert_false(str_is_text((struct str){ s, sizeof s }));
        s[at] = 0x7F;
        assert_true(str_is_text((struct str){ s, sizeof s }));
        s[at] = 0x01;
        assert_true(str_is_text((struct str){ s, sizeof s }));
    }
}

static void test_cap(void **state)
{
    (void)state;
    assert_text(str_cap(STR("abc"), 3), "abc");
    assert_text(str_cap(STR("abc"), 2), "ab");
    assert_text(str_cap(STR("abc"), 0), "");
    assert_text(str_cap(STR("a\xE2\x82\xAC"), 4), "a\xE2\x82\xAC");
    assert_text(str_cap(STR("a\xE2\x82\xAC"), 3), "a");
    assert_text(str_cap(STR("a\xE2\x82\xAC"), 2), "a");
    assert_text(str_cap(STR("\xF0\x90\x80\x80"), 3), "");
    assert_text(str_cap(NO_STR, 3), NULL);
    assert_int_equal(str_cap(STR("\x80\x80\x80\x80\x80\x80"), 5).n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare), cmocka_unit_test(test_parts),
        cmocka_unit_test(test_cut),     cmocka_unit_test(test_int),
        cmocka_unit_test(test_real),    cmocka_unit_test(test_char),
        cmocka_unit_test(test_is_text), cmocka_unit_test(test_cap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
