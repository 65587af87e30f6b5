#include "base_test.h"

#include "base/buf.h"
#include "base/json_in.h"

/* A text's items in short: "{ a: s'x' 21.20 }" and so on. The text is at the
 * end of its memory so that a read beyond it is noticed. */
static void write_items(struct json_in *j, struct buf *out)
{
    for (;;) {
        enum json_item item = json_in_next(j);

        switch (item) {
        case JSON_OBJECT:
        case JSON_OBJECT_END:
            buf_char(out, item == JSON_OBJECT ? '{' : '}');
            break;
        case JSON_ARRAY:
        case JSON_ARRAY_END:
            buf_char(out, item == JSON_ARRAY ? '[' : ']');
            break;
        case JSON_NAME:
            buf_printf(out, "%.*s:", STR_FMT(j->text));
            break;
        case JSON_STRING:
            buf_printf(out, "'%.*s'", STR_FMT(j->text));
            break;
        case JSON_NUMBER:
            buf_add(out, j->text);
            break;
        case JSON_TRUE:
        case JSON_FALSE:
        case JSON_NULL:
            buf_add(out, item == JSON_TRUE    ? STR("T")
                         : item == JSON_FALSE ? STR("F")
                                              : STR("N"));
            break;
        case JSON_END:
            buf_char(out, '.');
            assert_int_equal(json_in_next(j), JSON_END);
            return;
        case JSON_BROKEN:
            buf_printf(out, "!%zu %s", j->at, j->why);
            assert_int_equal(json_in_next(j), JSON_BROKEN);
            return;
        }
        buf_char(out, ' ');
    }
}

static void check_n(const char *text, size_t n, const char *want)
{
    struct arena *a = arena_new();
    struct buf out = { 0 };
    struct json_in j;
    char *copy = malloc(n > 0 ? n : 1);

    memcpy(copy, text, n);
    json_in_start(&j, (struct str){ copy, n }, a);
    write_items(&j, &out);
    assert_text(buf_str(&out), want);
    free(copy);
    buf_free(&out);
    arena_free(a);
}

static void check(const char *text, const char *want)
{
    check_n(text, strlen(text), want);
}

static void test_values(void **state)
{
    (void)state;
    check("{}", "{ } .");
    check(" [ ] \r\n\t", "[ ] .");
    check("true", "T .");
    check("[true,false,null]", "[ T F N ] .");
    check("\"\"", "'' .");
    check("{\"updates\":[{\"created_at\":\"2018-01-30 10:26:21 -0500\","
          "\"field1\":21.20,\"status\":\"x\"},{\"delta_t\" : 15}]}",
          "{ updates: [ { created_at: '2018-01-30 10:26:21 -0500' "
          "field1: 21.20 status: 'x' } { delta_t: 15 } ] } .");
    check("{\"a\":1,\"a\":2,\"\":3}", "{ a: 1 a: 2 : 3 } .");
}

static void test_numbers(void **state)
{
    (void)state;
    check("[0,-0,21.20,1e3,1E+3,-1.5e-10]",
          "[ 0 -0 21.20 1e3 1E+3 -1.5e-10 ] .");
    check("123456789012345678901234567890.5",
          "123456789012345678901234567890.5 .");
    check("01", "!2 not a number");
    check("-", "!1 not a number");
    check("+1", "!0 no value");
    check(".5", "!0 no value");
    check("5.", "!2 no digit after the point");
    check("5e", "!2 no digit in the exponent");
    check("5e+", "!3 no digit in the exponent");
    check("NaN", "!0 no value");
    check("1x", "1 !1 more after the value");
    check("0x1", "0 !1 more after the value");
}

static void test_strings(void **state)
{
    (void)state;
    check("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "'\"\\/\b\f\n\r\t' .");
    check("\"a\\u0041\\u00e9\\u20AC\\uD83D\\uDE00z\"",
          "'aA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z' .");
    check("\"a long text with an escape \\n in it and more\"",
          "'a long text with an escape \n in it and more' .");
    check("{\"na\\u006de\":1}", "{ name: 1 } .");
    check("\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"",
          "'\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80' .");
    check("\"\x7F\"", "'\x7F' .");
}

static void test_broken_strings(void **state)
{
    (void)state;
    check("\"abc", "!4 a string without an end");
    check("\"", "!1 a string without an end");
    check("\"a\\", "!3 an unknown escape");
    check("\"\\x\"", "!2 an unknown escape");
    check("\"\\u12\"", "!3 \\u without four hexadecimal digits");
    check("\"\\u12g4\"", "!3 \\u without four hexadecimal digits");
    check("\"\\u0000\"", "!3 a zero character");
    check("\"\\uD800\"", "!7 half of a surrogate pair");
    check("\"\\uD800\\u0041\"", "!7 half of a surrogate pair");
    check("\"\\uDC00\"", "!7 half of a surrogate pair");
    check("\"\\uD800\\uD800\"", "!7 half of a surrogate pair");
    check("\"a\nb\"", "!2 a control character in a string");
    check("\"1234567890\n12345\"", "!11 a control character in a string");
    check("\"12345678\x1F\"", "!9 a control character in a string");
    check_n("\"a\0b\"", 5, "!2 a control character in a string");
    check("\"12345678\xFF\"", "!9 not valid UTF-8");
    check("\"\xED\xA0\x80\"", "!1 not valid UTF-8");
    check("\"\xC0\x80\"", "!1 not valid UTF-8");
    check("\"\xE2\x82", "!1 not valid UTF-8");
}

static void test_broken_shape(void **state)
{
    (void)state;
    check("", "!0 the text ends too early");
    check("  ", "!2 the text ends too early");
    check("[", "[ !1 the text ends too early");
    check("[1", "[ 1 !2 the text ends too early");
    check("[1,]", "[ 1 !3 no value");
    check("[,1]", "[ !1 no value");
    check("[1 2]", "[ 1 !3 no comma after a value");
    check("[1}", "[ 1 !2 no comma after a value");
    check("{\"a\":1,}", "{ a: 1 !7 no name");
    check("{a:1}", "{ !1 no name");
    check("{\"a\" 1}", "{ !5 no colon after a name");
    check("{\"a\":}", "{ a: !5 no value");
    check("{\"a\":1]", "{ a: 1 !6 no comma after a value");
    check("{1:2}", "{ !1 no name");
    check("{} {}", "{ } !3 more after the value");
    check("]", "!0 no value");
    check("// c\n1", "!0 no value");
    check("tru", "!0 no value");
    check("nulll", "N !4 more after the value");
    check_n("1\0", 2, "1 !1 more after the value");
    check("\xEF\xBB\xBF{}", "!0 no value");
}

static void test_depth(void **state)
{
    char text[2 * JSON_DEPTH + 2];
    struct arena *a = arena_new();
    struct json_in j;

    (void)state;
    memset(text, '[', JSON_DEPTH);
    memset(text + JSON_DEPTH, ']', JSON_DEPTH);
    json_in_start(&j, (struct str){ text, 2 * JSON_DEPTH }, a);
    for (int i = 0; i < 2 * JSON_DEPTH; i++)
        assert_int_not_equal(json_in_next(&j), JSON_BROKEN);
    assert_int_equal(json_in_next(&j), JSON_END);
    text[JSON_DEPTH] = '{';
    json_in_start(&j, (struct str){ text, 2 * JSON_DEPTH }, a);
    for (int i = 0; i < JSON_DEPTH; i++)
        assert_int_equal(json_in_next(&j), JSON_ARRAY);
    assert_int_equal(json_in_next(&j), JSON_BROKEN);
    assert_string_equal(j.why, "nested too deep");
    assert_int_equal(j.at, JSON_DEPTH);
    arena_free(a);
}

static void test_skip(void **state)
{
    struct arena *a = arena_new();
    struct json_in j;

    (void)state;
    json_in_start(&j, STR("{\"a\":{\"b\":[1,{}]},\"c\":2,\"d\":[[],[3]],"
                          "\"e\":true}"), a);
    assert_int_equal(json_in_next(&j), JSON_OBJECT);
    assert_int_equal(json_in_next(&j), JSON_NAME);
    assert_true(json_in_skip(&j, JSON_NAME));
    assert_int_equal(json_in_next(&j), JSON_NAME);
    assert_text(j.text, "c");
    assert_true(json_in_skip(&j, JSON_NAME));
    assert_int_equal(json_in_next(&j), JSON_NAME);
    assert_int_equal(json_in_next(&j), JSON_ARRAY);
    assert_true(json_in_skip(&j, JSON_ARRAY));
    assert_int_equal(json_in_next(&j), JSON_NAME);
    assert_text(j.text, "e");
    assert_int_equal(json_in_next(&j), JSON_TRUE);
    assert_true(json_in_skip(&j, JSON_TRUE));
    assert_int_equal(json_in_next(&j), JSON_OBJECT_END);
    json_in_start(&j, STR("{\"a\":[1,2"), a);
    json_in_next(&j);
    json_in_next(&j);
    assert_false(json_in_skip(&j, JSON_NAME));
    assert_false(json_in_skip(&j, JSON_BROKEN));
    json_in_start(&j, STR("{\"a\":1}"), a);
    assert_true(json_in_skip(&j, json_in_next(&j)));
    assert_int_equal(json_in_next(&j), JSON_END);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_broken_strings),
        cmocka_unit_test(test_broken_shape),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_skip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
