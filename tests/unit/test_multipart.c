#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

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

/* What a part's header says of a file: { value of Content-Disposition behind
 * "form-data; name=f", the name of the file or NULL }. */
static void test_file_names(void **state)
{
    static const char *const cases[][2] = {
        { "", NULL },
        { "; filename=\"\"", "" },
        { "; filename=a.yaml", "a.yaml" },
        { "; filename=\"a.yaml\"", "a.yaml" },
        { "; FileName =\"a.yaml\"", "a.yaml" },
        { ";filename=\"a;b.yaml\";x=y", "a;b.yaml" },
        { "; filename=\"a%22b.yaml\"", "a%22b.yaml" },
        { "; filename=\"a\\\"b.yaml\"", "a\\\"b.yaml" },
        { "; filename=\"C:\\dir\\\"; x=y", "C:\\dir\\" },
        { "; filename=\"C:\\dir\\\"", "C:\\dir\\" },
        { "; filename=\"a\\\"b", "a\\" },
        { "; filename=\"a", "a" },
        { "; filename=\"../../etc/x\"", "../../etc/x" },
        { "; filename*=UTF-8''%C3%A4.yaml", "%C3%A4.yaml" },
        { "; filename*=\"utf-8'de'x.yaml\"", "x.yaml" },
        { "; filename*=UTF-8''b.txt; filename=a.yaml", "a.yaml" },
        { "; filename=a.yaml; filename*=UTF-8''b.txt", "a.yaml" },
        { "; filename*=x", NULL },
        { "; filename*", NULL },
    };
    char body[300];
    struct part p;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(body, sizeof body,
                 "--X\r\nContent-Disposition: form-data; name=\"f\"%s\r\n\r\n"
                 "v\r\n--X--\r\n", cases[i][0]);
        assert_true(is_nth("multipart/form-data; boundary=X", body, 0, &p));
        assert_true(str_is(p.name, "f") && str_is(p.body, "v"));
        if (!p.filename.p != !cases[i][1]
            || !str_eq(p.filename, str_of(cases[i][1])))
            fail_msg("%s: %.*s", cases[i][0], STR_FMT(p.filename));
    }
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
        cmocka_unit_test(test_file_names),
        cmocka_unit_test(test_broken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
