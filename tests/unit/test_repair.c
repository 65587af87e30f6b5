#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "http/repair.h"

static void expect(const char *line, const char *method, const char *path,
                   const char *query)
{
    struct arena *a = arena_new();
    struct repaired r;

    if (repair_line(str_of(line), a, &r) != OK)
        fail_msg("refused: %s", line);
    if (!str_is(r.method, method) || !str_is(r.path, path)
        || (query ? !r.query.p || !str_is(r.query, query) : r.query.p != NULL))
        fail_msg("%s: %.*s %.*s ? %.*s", line, STR_FMT(r.method),
                 STR_FMT(r.path), STR_FMT(r.query));
    arena_free(a);
}

static enum result rc_of(struct str line)
{
    struct arena *a = arena_new();
    struct repaired r;
    enum result rc = repair_line(line, a, &r);

    arena_free(a);
    return rc;
}

static void test_good(void **state)
{
    (void)state;
    expect("GET / HTTP/1.1", "GET", "/", NULL);
    expect("GET /a/b?c=d HTTP/1.1", "GET", "/a/b", "c=d");
    expect("GET /a? HTTP/1.1", "GET", "/a", "");
    expect("GET /a?b?c HTTP/1.1", "GET", "/a", "b?c");
    expect("OPTIONS * HTTP/1.1", "OPTIONS", "/", NULL);
    expect("GET /update/API_key=K/mac=6c:rf/field=1/data=2 HTTP/1.1", "GET",
           "/update/API_key=K/mac=6c:rf/field=1/data=2", NULL);
    expect("GET /update/api_key=K/mac=M/field=1/data=2 HTTP/1.1", "GET",
           "/update/api_key=K/mac=M/field=1/data=2", NULL);
}

static void test_repaired(void **state)
{
    (void)state;
    expect("GET /a?b=c d HTTP/1.1", "GET", "/a", "b=c d");
    expect("GET   /a?b=c    HTTP/1.1  \r", "GET", "/a", "b=c");
    expect("GET /a?s=HTTP/1.1 x HTTP/1.0", "GET", "/a", "s=HTTP/1.1 x");
    expect("POST api/webhook/x HTTP/1.1", "POST", "/api/webhook/x", NULL);
    expect("GET //a HTTP/1.1", "GET", "/a", NULL);
    expect("GET ///a//b HTTP/1.1", "GET", "/a//b", NULL);
    expect("GET ?&PASSKEY=X HTTP/1.1", "GET", "/", "&PASSKEY=X");
    expect("GET http://h/update?x=1 HTTP/1.1", "GET", "/update", "x=1");
    expect("GET HTTPS://h:80?x=1 HTTP/1.1", "GET", "/", "x=1");
    expect("GET http://h HTTP/1.1", "GET", "/", NULL);
    expect("GET /a\t\"<\xff>^` HTTP/1.1", "GET", "/a\t\"<\xff>^`", NULL);
}

static void test_glued(void **state)
{
    (void)state;
    expect("GET ID=a&PASSWORD=b HTTP/1.1", "GET", "/", "ID=a&PASSWORD=b");
    expect("GET /data/report/stationtype=AMBWeatherV4.3.4&PASSKEY=AA:B/C&x=1"
           " HTTP/1.1",
           "GET", "/data/report/",
           "stationtype=AMBWeatherV4.3.4&PASSKEY=AA:B/C&x=1");
    expect("GET /data/a=1&PASSKEY=X HTTP/1.1", "GET", "/data/",
           "a=1&PASSKEY=X");
    expect("GET /update/api_key=K HTTP/1.1", "GET", "/update/", "api_key=K");
    expect("GET /monkey=1/a HTTP/1.1", "GET", "/monkey=1/a", NULL);
}

static void test_versions(void **state)
{
    struct arena *a = arena_new();
    struct repaired r;

    (void)state;
    assert_int_equal(repair_line(STR("GET /a?b=1"), a, &r), OK);
    assert_true(r.no_version && !r.old);
    assert_int_equal(repair_line(STR("GET /a HTTP/1.0"), a, &r), OK);
    assert_true(!r.no_version && r.old);
    assert_int_equal(repair_line(STR("GET /a http/1.1"), a, &r), OK);
    assert_true(!r.no_version && !r.old);
    assert_int_equal(repair_line(STR("GET /a HTTP/x"), a, &r), OK);
    assert_true(r.no_version);
    assert_true(repair_has_version(STR("GET /a HTTP/1.1\r")));
    assert_false(repair_has_version(STR("GET /a")));
    arena_free(a);
    assert_int_equal(rc_of(STR("PRI * HTTP/2.0")), ERR_METHOD);
    assert_int_equal(rc_of(STR("GET / HTTP/3")), ERR_METHOD);
}

static void test_refused(void **state)
{
    (void)state;
    assert_int_equal(rc_of(STR("")), ERR_INVALID);
    assert_int_equal(rc_of(STR("GET")), ERR_INVALID);
    assert_int_equal(rc_of(STR("GET ")), ERR_INVALID);
    assert_int_equal(rc_of(STR("GET HTTP/1.1")), ERR_INVALID);
    assert_int_equal(rc_of(STR("G\xc3T / HTTP/1.1")), ERR_INVALID);
    assert_int_equal(rc_of(STR("GET /\0 HTTP/1.1")), ERR_INVALID);
    assert_int_equal(rc_of(STR("GET /a\rb HTTP/1.1")), ERR_INVALID);
    assert_int_equal(rc_of(STR("{\"a\": 1}")), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),    cmocka_unit_test(test_repaired),
        cmocka_unit_test(test_glued),   cmocka_unit_test(test_versions),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
