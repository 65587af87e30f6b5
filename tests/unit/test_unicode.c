#include "base_test.h"

#include "base/unicode.h"
#include "base/xml.h"

static void test_first(void **state)
{
    size_t n;

    (void)state;
    assert_int_equal(unicode_first(STR("a"), &n), 'a');
    assert_int_equal(n, 1);
    assert_int_equal(unicode_first(STR("éa"), &n), 0xE9);
    assert_int_equal(n, 2);
    assert_int_equal(unicode_first(STR("日"), &n), 0x65E5);
    assert_int_equal(n, 3);
    assert_int_equal(unicode_first(STR("\U0010FFFF"), &n), 0x10FFFF);
    assert_int_equal(n, 4);
    assert_int_equal(unicode_length(STR("aé日\U0001F600")), 4);
}

static void test_kinds(void **state)
{
    (void)state;
    assert_int_equal(unicode_digit('7'), 7);
    assert_int_equal(unicode_digit(0x0662), 2);
    assert_int_equal(unicode_digit(0xFF19), 9);
    assert_int_equal(unicode_digit(0xB2), -1); /* superscript two */
    assert_int_equal(unicode_digit('a'), -1);
    assert_true(unicode_is_space(0x3000) && unicode_is_space(0x85)
                && unicode_is_space('\t') && unicode_is_space(0x1C));
    assert_false(unicode_is_space(0x200B) || unicode_is_space('x'));
    assert_true(unicode_is_printable(' ') && unicode_is_printable(0x1F600));
    assert_false(unicode_is_printable(0xA0) || unicode_is_printable(0x7F)
                 || unicode_is_printable(0x200B)
                 || unicode_is_printable(0xE000)
                 || unicode_is_printable(0x2028));
}

static void test_xml_can_hold(void **state)
{
    size_t at = 99;

    (void)state;
    assert_true(xml_can_hold(STR("a\t\r\né\U0001F600<&"), &at));
    assert_int_equal(at, 99);
    assert_false(xml_can_hold(STR("ab\x07"), &at));
    assert_int_equal(at, 2);
    assert_false(xml_can_hold(STR("\xEF\xBF\xBF"), &at));
    assert_false(xml_can_hold(STR("a\xFF"), &at));
    assert_int_equal(at, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first), cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_xml_can_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
