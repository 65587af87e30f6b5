#include "base_test.h"

#include "base/form.h"

/* As "[name=value]", with "-" for a value that is not there. The form is at
 * the end of its memory so that a read beyond it is noticed. */
static void check(const char *form, const char *want)
{
    struct arena *a = arena_new();
    size_t n = strlen(form);
    char *copy = malloc(n > 0 ? n : 1);
    struct str rest = { memcpy(copy, form, n), n }, got = STR("");
    struct form_pair pair;

    while (form_next(&rest, a, &pair))
        got = arena_printf(a, "%.*s[%.*s=%.*s]", STR_FMT(got),
                           STR_FMT(pair.name),
                           pair.value.p ? (int)pair.value.n : 1,
                           pair.value.p ? pair.value.p : "-");
    assert_text(got, want);
    free(copy);
    arena_free(a);
}

static void test_pairs(void **state)
{
    (void)state;
    check("", "");
    check("field1=3&field2=4", "[field1=3][field2=4]");
    check("a=&b", "[a=][b=-]");
    check("a=b=c", "[a=b=c]");
    check("=x", "[=x]");
    check("&&a=1&&", "[a=1]");
    check("a=1&a=2", "[a=1][a=2]");
}

static void test_decoding(void **state)
{
    (void)state;
    check("a+b=c+d%2B%20e", "[a b=c d+ e]");
    check("field%31=%e2%82%AC", "[field1=\xE2\x82\xAC]");
    check("a=100%&b=%zz%4&c=%", "[a=100%][b=%zz%4][c=%]");
    check("a=%%41", "[a=%A]");
    check("a=%4", "[a=%4]");
    check("a=%25%34%31", "[a=%41]");
    check("a=b%26c%3Dd", "[a=b&c=d]");
}

/* Seen in firmware: see the table of tolerances. */
static void test_lenience(void **state)
{
    (void)state;
    check("api_key=K&amp;field1=2&amp;field2=3",
          "[api_key=K][field1=2][field2=3]");
    check("?&PASSKEY=AA:BB&dateutc=2016-5-10 2:34:15",
          "[PASSKEY=AA:BB][dateutc=2016-5-10 2:34:15]");
    check("?a=1", "[a=1]");
    check("status=caf\xC3\xA9 ok, 5:30", "[status=caf\xC3\xA9 ok, 5:30]");
    check("amp;&?", "");
    check("a=?b&ampere=1", "[a=?b][ampere=1]");
}

static void test_zero_byte(void **state)
{
    struct arena *a = arena_new();
    struct str rest = STR("a=x%00y");
    struct form_pair pair;

    (void)state;
    assert_true(form_next(&rest, a, &pair));
    assert_int_equal(pair.value.n, 3);
    assert_memory_equal(pair.value.p, "x\0y", 3);
    assert_false(form_next(&rest, a, &pair));
    rest = NO_STR;
    assert_false(form_next(&rest, a, &pair));
    arena_free(a);
}

static void test_unescape(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    assert_text(form_unescape(STR("a+b%20c%2fd%"), a), "a+b c/d%");
    assert_text(form_unescape(NO_STR, a), NULL);
    arena_free(a);
}

static void test_escape(void **state)
{
    struct arena *a = arena_new();
    struct str s = form_escape(STR("aZ0-._~: /&=%+\xc3\xa9\0"), a);

    (void)state;
    assert_int_equal(s.n, 8 + 9 * 3);
    assert_memory_equal(s.p, "aZ0-._~:%20%2F%26%3D%25%2B%C3%A9%00", s.n);
    assert_int_equal(form_escape(NO_STR, a).n, 0);
    arena_free(a);
}

static void test_text_area(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    assert_text(form_lines(STR("a\r\nb\n\r\n"), a), "a\nb\n\n");
    assert_text(form_lines(STR("a\rb\r"), a), "a\rb\r");
    assert_text(form_lines(STR(""), a), "");
    assert_text(form_lines(NO_STR, a), NULL);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),    cmocka_unit_test(test_decoding),
        cmocka_unit_test(test_lenience), cmocka_unit_test(test_zero_byte),
        cmocka_unit_test(test_unescape),
        cmocka_unit_test(test_escape),
        cmocka_unit_test(test_text_area),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
