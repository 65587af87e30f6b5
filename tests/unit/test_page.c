/* What every page carries, and that nothing of a request gets into one
 * unescaped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "http/message.h"
#include "web/page.h"
#include "web/routes.h"

struct visit {
    struct request req;
    struct response res;
    struct header headers[2];
    struct param params[1];
    struct call call;
};

static int set_up(void **state)
{
    struct arena *a = arena_new();
    struct visit *v = ARENA_NEW(a, struct visit);

    v->req = (struct request){ .method = GET, .path = STR("/channels/1"),
                               .headers = v->headers, .arena = a };
    v->res = (struct response){ .arena = a, .fd = -1 };
    v->call = (struct call){ .req = &v->req, .res = &v->res, .arena = a,
                             .method = GET };
    v->call.params.list = v->params;
    *state = v;
    return 0;
}

static int tear_down(void **state)
{
    struct visit *v = *state;

    buf_free(&v->res.body);
    arena_free(v->req.arena);
    return 0;
}

static void with_header(struct visit *v, const char *name, const char *value)
{
    v->headers[v->req.n_headers++] =
        (struct header){ str_of(name), str_of(value) };
}

static void with_key(struct visit *v, const char *key)
{
    v->params[v->call.params.n++] =
        (struct param){ .name = STR("api_key"), .value = str_of(key) };
}

static struct str sent(const struct visit *v, const char *name)
{
    struct str found = NO_STR;

    for (int i = 0; i < v->res.n_headers; i++)
        if (str_is(v->res.headers[i].name, name)) {
            assert_null(found.p); /* once at most */
            found = v->res.headers[i].value;
        }
    return found;
}

static bool says(const struct visit *v, const char *text)
{
    return memmem(v->res.body.p, v->res.body.n, text, strlen(text)) != NULL;
}

static void security_headers(void **state)
{
    struct visit *v = *state;

    assert_int_equal(page_denied(&v->call), OK);
    assert_int_equal(v->res.status, 403);
    struct str csp = sent(v, "Content-Security-Policy");
    assert_true(str_starts(csp, STR("default-src 'none'; ")));
    assert_true(str_is(sent(v, "X-Content-Type-Options"), "nosniff"));
    assert_true(str_is(sent(v, "Referrer-Policy"), "same-origin"));
    assert_true(str_is(sent(v, "Cache-Control"), "no-store"));
    assert_true(str_is(sent(v, "Content-Type"), "text/html; charset=utf-8"));
    assert_true(says(v, "API Call Invalid: the URL entered does not contain "
                        "a valid API key or mac address"));
    assert_true(says(v, "TO HOME"));
    assert_false(says(v, "<script"));
}

static void errors_are_escaped(void **state)
{
    struct visit *v = *state;

    page_error(&v->call, 400, "Bad Request", "no <b>such</b> \"field\"");
    assert_int_equal(v->res.status, 400);
    assert_false(says(v, "<b>"));
    assert_true(says(v, "no &lt;b&gt;such&lt;/b&gt; &#34;field&#34;"));
}

static void accepted(void **state)
{
    struct visit *v = *state;
    struct accepted a = { .label = STR("Out <side>"), .value = STR("72.30"),
                          .key = STR("A&B"), .at = 1536764844000 };

    assert_int_equal(page_accepted(&v->call, &a), OK);
    assert_int_equal(v->res.status, 200);
    assert_true(says(v, "Most Recent Data Point"));
    assert_true(says(v, ">72.30<"));
    assert_true(says(v, "Out &lt;side&gt;"));
    assert_true(says(v, "03:07:24 PM Sep 12, 2018"));
    assert_true(says(v, "datetime=\"2018-09-12T15:07:24Z\""));
    assert_true(says(v, "href=\"/showrecent?api_key=A%26B\""));
    assert_true(says(v, "REFRESH"));
}

static void redirects_keep_the_key(void **state)
{
    struct visit *v = *state;

    with_key(v, " A&B=C#D%E+/? ");
    assert_int_equal(recent_redirect(&v->call), OK);
    assert_int_equal(v->res.status, 302);
    assert_true(str_is(sent(v, "Location"),
                       "/?api_key=A%26B%3DC%23D%25E%2B%2F%3F"));
}

static void redirects_drop_what_is_no_key(void **state)
{
    struct visit *v = *state;

    with_key(v, "a\r\nSet-Cookie: x=y");
    assert_int_equal(recent_redirect(&v->call), OK);
    assert_true(str_is(sent(v, "Location"), "/"));
}

static void origin_is_the_host_asked_for(void **state)
{
    struct visit *v = *state;

    with_header(v, "Host", "[::1]:8080");
    assert_true(str_is(page_origin(&v->call), "http://[::1]:8080"));
    v->req.tls = true;
    assert_true(str_is(page_origin(&v->call), "https://[::1]:8080"));
}

static void origin_of_a_bad_host(void **state)
{
    struct visit *v = *state;

    assert_true(str_is(page_origin(&v->call), "http://localhost:8080"));
    with_header(v, "Host", "x\" onclick=");
    assert_true(str_is(page_origin(&v->call), "http://localhost:8080"));
}

static void static_files(void **state)
{
    struct visit *v = *state;

    v->call.part[0] = STR("style.css");
    assert_int_equal(static_file(&v->call), OK);
    assert_int_equal(v->res.status, 200);
    assert_true(v->res.body.n > 1000);
    assert_true(str_is(sent(v, "Content-Type"), "text/css; charset=utf-8"));
    struct str tag = sent(v, "ETag");
    assert_true(tag.n > 10 && tag.p[0] == '"' && tag.p[tag.n - 1] == '"');

    buf_free(&v->res.body);
    v->res = (struct response){ .arena = v->req.arena, .fd = -1 };
    char list[256];
    snprintf(list, sizeof list, "\"other\", W/%.*s", STR_FMT(tag));
    with_header(v, "If-None-Match", list);
    assert_int_equal(static_file(&v->call), OK);
    assert_int_equal(v->res.status, 304);
    assert_int_equal(v->res.body.n, 0);
    assert_true(str_eq(sent(v, "ETag"), tag));
}

static void static_files_are_those_we_have(void **state)
{
    struct visit *v = *state;

    v->call.part[0] = STR("../pages/home.html");
    assert_int_equal(static_file(&v->call), ERR_MISSING);
    v->call.part[0] = STR("");
    assert_int_equal(static_file(&v->call), ERR_MISSING);
    v->call.part[0] = NO_STR;
    assert_int_equal(static_file(&v->call), ERR_MISSING);
    assert_int_equal(v->res.n_headers, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(security_headers),
        TEST(errors_are_escaped),
        TEST(accepted),
        TEST(redirects_keep_the_key),
        TEST(redirects_drop_what_is_no_key),
        TEST(origin_is_the_host_asked_for),
        TEST(origin_of_a_bad_host),
        TEST(static_files),
        TEST(static_files_are_those_we_have),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
