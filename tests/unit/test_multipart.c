#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "http/multipart.h"

static bool is_nth(const char *type, const char *body, int n, struct part *out)
{
    struct multipart m;
    bool found = multipart_start(&m, str_of(type), str_of(body));

    for (int i = 0; found && i <= n; i++)
        found = multipart_next(&m, out);
    return found;
}

static void test_parts(void **state)
{
    static const char type[] = "multipart/form-data; boundary=XX";
    static const char body[] =
        "preamble\r\n--XX\r\n"
        "Content-Disposition: form-data; name=\"a\"\r\n\r\n1--XX\r\n--XX\r\n"
        "content-disposition:form-data;filename=\"f; x.csv\";name=file\r\n"
        "Content-Type: text/csv\r\n\r\nl1\r\n--X\r\nl2\r\n\r\n--XX\r\n"
        "Content-Disposition: form-data; name=\"\"\r\n\r\n\r\n--XX--\r\nend";
    struct part p;

    (void)state;
    assert_true(is_nth(type, body, 0, &p));
    assert_true(str_is(p.name, "a") && str_is(p.body, "1--XX"));
    assert_true(!p.filename.p && !p.type.p);
    assert_true(is_nth(type, body, 1, &p));
    assert_true(str_is(p.name, "file") && str_is(p.filename, "f; x.csv"));
    assert_true(str_is(p.body, "l1\r\n--X\r\nl2\r\n"));
    assert_true(str_is(p.type, "text/csv"));
    assert_true(is_nth(type, body, 2, &p));
    assert_true(p.name.p && p.name.n == 0 && p.body.n == 0);
    assert_false(is_nth(type, body, 3, &p));
}

static void test_bare_lf_and_quotes(void **state)
{
    struct part p;

    (void)state;
    assert_true(is_nth("multipart/form-data; charset=x; boundary=\"a b\"",
                       "--a b\nContent-Disposition: form-data; name=n\n\nv"
                       "\n--a b--",
                       0, &p));
    assert_true(str_is(p.name, "n") && str_is(p.body, "v"));
}

static void test_broken(void **state)
{
    static const char type[] = "multipart/form-data; boundary=X";
    static const char *const bodies[] = {
        "--X\r\nContent-Disposition: form-data; name=a\r\n\r\nv",
        "--X\r\nContent-Disposition: form-data; name=a",
        "--X\r\nContent-Disposition: form-data; name=a\r\n\r\n",
        "--X\r\nContent-Disposition: form-data\r\n\r\nv\r\n--X--",
        "--X\r\n\r\nv\r\n--X--",
        "--X\r\n",
        "--X",
        "--X\r\nContent-Disposition: form-data; name=\"a\r\n\r\nv",
    };
    struct multipart m;
    struct part p;

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        assert_true(multipart_start(&m, str_of(type), str_of(bodies[i])));
        if (multipart_next(&m, &p) || !m.broken)
            fail_msg("accepted: %s", bodies[i]);
    }
    assert_false(multipart_start(&m, STR("multipart/form-data"), STR("--")));
    assert_false(multipart_start(&m, str_of(type), STR("none of it")));
    assert_false(multipart_start(&m, str_of(type), STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_bare_lf_and_quotes),
        cmocka_unit_test(test_broken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
