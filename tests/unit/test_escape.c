#include "base_test.h"

#include "base/escape.h"

/* A star for each sharp, a question mark for what is no character. */
static struct str in_stars(struct str rest, size_t n)
{
    if (n == 0)
        return STR("?");
    return *rest.p == '#' ? STR("*") : escape_markup(*rest.p);
}

static void rules(void **state)
{
    static const char *const known[][2] = {
        { "", "" }, { "abc", "abc" }, { "##", "**" }, { "a#b#c", "a*b*c" },
        { "#\xC3\xA9#", "*\xC3\xA9*" }, { "a<b>&", "a&lt;b&gt;&amp;" },
        { "\xFF\xC3", "??" }, { "x\xFFy", "x?y" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct buf out = { 0 };

        escape_write(&out, str_of(known[i][0]), in_stars);
        assert_text(buf_str(&out), known[i][1]);
        buf_free(&out);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
