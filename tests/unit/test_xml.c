#include "base_test.h"

#include "base/xml.h"

static void test_feed(void **state)
{
    struct buf b = { 0 };
    struct xml x = { .out = &b };

    (void)state;
    xml_start(&x);
    xml_open(&x, "channel", NULL);
    xml_int(&x, "id", 1417);
    xml_text(&x, "name", NULL, STR("R&D <lab>"));
    xml_text(&x, "field2", NULL, NO_STR);
    xml_text(&x, "latitude", "decimal", NO_STR);
    xml_text(&x, "empty", NULL, STR(""));
    xml_open(&x, "feeds", "array");
    xml_empty(&x, "feed", NULL);
    xml_close(&x, "feeds");
    xml_empty(&x, "tags", "array");
    xml_close(&x, "channel");
    assert_text(buf_str(&b),
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<channel>\n"
                "  <id type=\"integer\">1417</id>\n"
                "  <name>R&amp;D &lt;lab&gt;</name>\n"
                "  <field2 nil=\"true\"/>\n"
                "  <latitude type=\"decimal\" nil=\"true\"/>\n"
                "  <empty></empty>\n"
                "  <feeds type=\"array\">\n"
                "    <feed/>\n"
                "  </feeds>\n"
                "  <tags type=\"array\"/>\n"
                "</channel>\n");
    buf_free(&b);
}

static void check(struct str v, const char *want)
{
    struct buf b = { 0 };

    xml_escape(&b, v);
    assert_text(buf_str(&b), want);
    buf_free(&b);
}

#define FFFD "\xEF\xBF\xBD"

static void test_escape(void **state)
{
    (void)state;
    check(NO_STR, "");
    check(STR("\"a\" 'b'"), "&quot;a&quot; 'b'");
    check(STR("a\tb\nc\rd"), "a\tb\nc&#13;d");
    check(STR("a\0b\x01\x1F"), "a" FFFD "b" FFFD FFFD);
    check(STR("\xC3\xA9\xF0\x9F\x98\x80"), "\xC3\xA9\xF0\x9F\x98\x80");
    check(STR("\xEF\xBF\xBE|\xEF\xBF\xBF"), FFFD "|" FFFD);
    check(STR("\xEF\xBF\xBD"), FFFD);
    check(STR("x\xFFy\xE2\x82"), "x" FFFD "y" FFFD FFFD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_feed),
        cmocka_unit_test(test_escape),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
