#include "base_test.h"

#include "base/json.h"

static void test_shape(void **state)
{
    struct buf b = { 0 };
    struct json j = { .out = &b };

    (void)state;
    json_open(&j, NULL, '{');
    json_open(&j, "channel", '{');
    json_int(&j, "id", 9);
    json_text(&j, "name", STR("my_house"));
    json_text(&j, "gone", NO_STR);
    json_bool(&j, "public", true);
    json_close(&j, '}');
    json_open(&j, "feeds", '[');
    json_open(&j, NULL, '{');
    json_raw(&j, "field1", STR("21.20"));
    json_close(&j, '}');
    json_null(&j, NULL);
    json_open(&j, NULL, '[');
    json_close(&j, ']');
    json_bool(&j, NULL, false);
    json_close(&j, ']');
    json_close(&j, '}');
    assert_text(buf_str(&b),
                "{\"channel\":{\"id\":9,\"name\":\"my_house\",\"gone\":null,"
                "\"public\":true},\"feeds\":[{\"field1\":21.20},null,[],"
                "false]}");
    buf_free(&b);
}

static void check(const char *text, const char *want)
{
    struct buf b = { 0 };
    struct json j = { .out = &b };

    json_text(&j, NULL, str_of(text));
    assert_text(buf_str(&b), want);
    buf_free(&b);
}

static void test_text(void **state)
{
    struct buf b = { 0 };
    struct json j = { .out = &b };

    (void)state;
    check("", "\"\"");
    check("a\"b\\c/", "\"a\\\"b\\\\c/\"");
    check("\b\f\n\r\t\x01\x1F\x7F", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\"");
    check("</script>&", "\"\\u003c/script\\u003e\\u0026\"");
    check("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80",
          "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
    check("a\xE2\x80\xA8\xE2\x80\xA9z", "\"a\\u2028\\u2029z\"");
    check("a\xFFz\xE2\x82", "\"a\\ufffdz\\ufffd\\ufffd\"");
    json_text(&j, "ab", (struct str){ "\0", 1 });
    assert_text(buf_str(&b), "\"ab\":\"\\u0000\"");
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
