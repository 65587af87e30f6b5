#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "http/disposition.h"

static void check(struct str name, const char *want)
{
    struct arena *a = arena_new();
    struct str got = disposition_attachment(a, name);

    if (!str_is(got, want))
        fail_msg("%.*s", STR_FMT(got));
    arena_free(a);
}

static void test_plain_names(void **state)
{
    (void)state;
    check(STR("user-mapping.xml"), "attachment; filename=\"user-mapping.xml\"");
    check(STR("a b; c.txt"), "attachment; filename=\"a b; c.txt\"");
    check(STR(""), "attachment; filename=\"\"");
}

static void test_what_would_end_it(void **state)
{
    (void)state;
    check(STR("a\"b"), "attachment; filename=\"a_b\"; filename*=UTF-8''a%22b");
    check(STR("a\\"), "attachment; filename=\"a_\"; filename*=UTF-8''a%5C");
    check(STR("a\r\nX: y"), "attachment; filename=\"a__X: y\";"
                            " filename*=UTF-8''a%0D%0AX%3A%20y");
    check(STR("../x"),
          "attachment; filename=\".._x\"; filename*=UTF-8''..%2Fx");
    check(STR("a%41"), "attachment; filename=\"a_41\"; filename*=UTF-8''a%2541");
    check((struct str){ "a\0b", 3 }, "attachment; filename=\"a_b\"");
}

static void test_other_letters(void **state)
{
    (void)state;
    check(STR("\xC3\xA4.xml"),
          "attachment; filename=\"_.xml\"; filename*=UTF-8''%C3%A4.xml");
    check(STR("\xE2\x82\xAC"),
          "attachment; filename=\"_\"; filename*=UTF-8''%E2%82%AC");
    check(STR("\xC3("), "attachment; filename=\"_(\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_names),
        cmocka_unit_test(test_what_would_end_it),
        cmocka_unit_test(test_other_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
