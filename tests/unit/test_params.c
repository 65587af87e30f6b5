#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "http/params.h"

struct sent {
    struct header type;
    struct request req;
    struct params got;
    enum result rc;
};

static struct sent *read_all(const char *query, const char *type,
                             const char *body)
{
    struct arena *a = arena_new();
    struct sent *s = ARENA_NEW(a, struct sent);

    s->type = (struct header){ STR("content-type"), str_of(type) };
    s->req = (struct request){ .method = GET,
                               .query = str_of(query),
                               .headers = &s->type,
                               .n_headers = type != NULL,
                               .body = str_of(body),
                               .arena = a };
    s->rc = params_read(&s->req, &s->got);
    return s;
}

static void done(struct sent *s)
{
    arena_free(s->req.arena);
}

static void expect(const char *query, const char *type, const char *body,
                   const char *name, const char *value)
{
    struct sent *s = read_all(query, type, body);
    struct str got = params_get(&s->got, name);

    if (s->rc != OK)
        fail_msg("%s: %.*s", body, STR_FMT(s->got.bad));
    if (value ? !got.p || !str_is(got, value) : got.p != NULL)
        fail_msg("%s %s: %s is %.*s", query, body, name, STR_FMT(got));
    done(s);
}

static const char form[] = "application/x-www-form-urlencoded";
static const char json[] = "application/json; charset=utf-8";

static void test_merged(void **state)
{
    (void)state;
    expect("a=1&b=2", NULL, "", "b", "2");
    expect("a=1&a=2", NULL, "", "a", "2");
    expect("a=1", form, "a=2", "a", "2");
    expect("a=1", json, "{\"a\": 2}", "a", "2");
    expect("a=1", json, "{\"b\": 2}", "a", "1");
    expect("a=1", NULL, "", "A", NULL);
    expect("a", NULL, "", "a", "");
}

static void test_wrong_type(void **state)
{
    (void)state;
    expect("", NULL, "a=x+y", "a", "x y");
    expect("", "text/plain", "a=1", "a", "1");
    expect("", "application/octet-stream", "a=1", "a", "1");
    expect("", NULL, " {\"a\": 1}", "a", "1");
    expect("", "text/plain", "{\"a\": 1}", "a", "1");
    expect("", form, "{\"a\": 1}", "a", "1");
    expect("", form, "{x&a=1", "a", "1");
    expect("q=1", "image/png", "a=1", "a", "1");
    expect("", "text/html", "{\"a\": 1}", "a", "1");
    expect("q=1", json, "", "q", "1");
    expect("q=1", json, "[ ]", "q", "1");
    expect("", "application/senml+json", "{\"a\": 1}", "a", "1");
}

static void test_json(void **state)
{
    static const char body[] =
        "{\"n\": 21.20, \"e\":1e3, \"t\": \"\\u00e4 \\\"\", \"y\": true, "
        "\"z\": null, \"o\": {\"a\": [1, 2.0]} , \"l\": [ 1,{} ]}";
    struct sent *s = read_all("z=q", json, body);

    (void)state;
    assert_int_equal(s->rc, OK);
    assert_true(str_is(params_get(&s->got, "n"), "21.20"));
    assert_true(params_find(&s->got, "n")->number);
    assert_true(str_is(params_get(&s->got, "e"), "1e3"));
    assert_true(str_is(params_get(&s->got, "t"), "\xc3\xa4 \""));
    assert_false(params_find(&s->got, "t")->number);
    assert_true(str_is(params_get(&s->got, "y"), "true"));
    assert_true(str_is(params_get(&s->got, "z"), "q"));
    assert_true(str_is(params_get(&s->got, "o"), "{\"a\": [1, 2.0]}"));
    assert_true(str_is(params_get(&s->got, "l"), "[ 1,{} ]"));
    done(s);
}

static void test_multipart(void **state)
{
    struct sent *s = read_all(
        "a=0", "Multipart/Form-Data; boundary=X",
        "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
        "--X\r\nContent-Disposition: form-data; name=\"f\"; "
        "filename=\"x.csv\"\r\nContent-Type: text/csv\r\n\r\nq\r\n--X--\r\n");
    const struct param *f = params_find(&s->got, "f");

    (void)state;
    assert_int_equal(s->rc, OK);
    assert_true(str_is(params_get(&s->got, "a"), "1"));
    assert_true(str_is(f->filename, "x.csv") && str_is(f->type, "text/csv"));
    assert_true(str_is(f->value, "q"));
    assert_null(params_find(&s->got, "a")->filename.p);
    done(s);
}

static void expect_bad(const char *type, const char *body)
{
    struct sent *s = read_all("q=1", type, body);

    if (s->rc != ERR_INVALID || s->got.bad.n == 0)
        fail_msg("accepted: %s", body);
    assert_true(str_is(params_get(&s->got, "q"), "1"));
    done(s);
}

static void test_bad(void **state)
{
    (void)state;
    expect_bad(json, "[1]");
    expect_bad(json, "[{}]");
    expect_bad(json, "1");
    expect_bad(json, "a=1");
    expect_bad(json, "{\"a\": 1} x");
    expect_bad(json, "{\"a\": 1");
    expect_bad(json, "{\"a\": [}");
    expect_bad(json, "{\"a\": nan}");
    expect_bad(NULL, "{\"a\": }");
    expect_bad("multipart/form-data", "--X\r\n");
    expect_bad("multipart/form-data; boundary=X", "a=1");
    expect_bad("multipart/form-data; boundary=X",
               "--X\r\nContent-Disposition: form-data; name=a\r\n\r\n1");
}

static void test_too_many(void **state)
{
    char query[(PARAMS_MAX + 1) * 4 + 1];

    (void)state;
    for (int i = 0; i <= PARAMS_MAX; i++)
        memcpy(query + 4 * i, "a=1&", 5);
    struct sent *s = read_all(query, NULL, "");
    assert_int_equal(s->rc, ERR_TOO_BIG);
    done(s);
    s = read_all(query + 4, NULL, "");
    assert_int_equal(s->rc, OK);
    assert_int_equal(s->got.n, PARAMS_MAX);
    done(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merged), cmocka_unit_test(test_wrong_type),
        cmocka_unit_test(test_json),   cmocka_unit_test(test_multipart),
        cmocka_unit_test(test_bad),    cmocka_unit_test(test_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
