/* Whose form it is, which cookie counts, and what every route comes to. */
#include "base_test.h"

#include "http/message.h"
#include "web/cookie.h"
#include "web/guard.h"
#include "web/routes.h"

enum { HEADERS_MAX = 4 };

struct visit {
    struct request req;
    struct response res;
    struct header headers[HEADERS_MAX];
    struct call call;
};

static struct visit *visit(struct arena *a, enum method method,
                           const char *path)
{
    struct visit *v = ARENA_NEW(a, struct visit);

    v->req = (struct request){ .method = method, .path = str_of(path),
                               .headers = v->headers, .arena = a };
    v->res = (struct response){ .arena = a, .fd = -1 };
    v->call = (struct call){
        .req = &v->req, .res = &v->res, .arena = a,
        .method = method == HEAD ? GET : method,
    };
    return v;
}

static void header(struct visit *v, const char *name, const char *value)
{
    assert_in_range(v->req.n_headers, 0, HEADERS_MAX - 1);
    if (value)
        v->headers[v->req.n_headers++] =
            (struct header){ str_of(name), str_of(value) };
}

/* -- whose form it is */

static const struct sent {
    const char *host, *origin, *site;
    bool foreign;
} forms[] = {
    /* no browser: nothing to go by */
    { "a.example", NULL, NULL, false },
    { NULL, NULL, NULL, false },
    /* the same place, however it is written */
    { "a.example", "http://a.example", NULL, false },
    { "a.example:8080", "http://a.example:8080", NULL, false },
    { "A.Example:8080", "http://a.eXample:8080", NULL, false },
    { "[::1]:8080", "http://[::1]:8080", NULL, false },
    { "[FE80::1]", "http://[fe80::1]", NULL, false },
    { "a.example:80", "http://a.example", NULL, false },
    { "a.example:443", "https://a.example", NULL, false },
    /* a proxy speaks TLS for us */
    { "a.example", "https://a.example", NULL, false },
    { "a.example:8443", "https://a.example:8443", NULL, false },
    /* another one */
    { "a.example", "http://b.example", NULL, true },
    { "a.example", "http://a.example.evil", NULL, true },
    { "a.example", "http://evil.a.example", NULL, true },
    { "a.example", "http://xa.example", NULL, true },
    { "a.example:8080", "http://a.example", NULL, true },
    { "a.example:8080", "http://a.example:9090", NULL, true },
    { "a.example", "http://a.example:8080", NULL, true },
    { "a.example", "http://a.example:443", NULL, true },
    { "[::1]:8080", "http://[::2]:8080", NULL, true },
    { "a.example", "http://a.example@evil.example", NULL, true },
    /* none at all */
    { "a.example", "null", NULL, true },
    { "null", "null", NULL, true },
    { "a.example", "", NULL, true },
    { "", "", NULL, true },
    { "", "http://", NULL, true },
    { NULL, "http://", NULL, true },
    { NULL, "http://a.example", NULL, true },
    { "a.example", "a.example", NULL, true },
    { "a.example", "http:a.example", NULL, true },
    { "a.example", "file://a.example", NULL, true },
    { "a.example", "http", NULL, true },
    /* the browser has compared already; behind a proxy that hides the Host,
     * too */
    { "a.example", "http://a.example", "same-origin", false },
    { "127.0.0.1:8080", "https://a.example", "same-origin", false },
    { "a.example", NULL, "none", false },
    { "a.example", "http://a.example", "cross-site", true },
    { "a.example", "http://a.example", "same-site", true },
    { "a.example", NULL, "cross-site", true },
    { "a.example", NULL, "", true },
    { "a.example", NULL, "Same-Origin", true },
};

static void whose_form(void **state)
{
    (void)state;
    struct arena *a = arena_new();

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const struct sent *s = &forms[i];
        struct visit *v = visit(a, POST, "/auth/login");

        header(v, "Host", s->host);
        header(v, "Origin", s->origin);
        header(v, "Sec-Fetch-Site", s->site);
        if (guard_foreign(&v->req) != s->foreign)
            print_error("Host %s, Origin %s, Sec-Fetch-Site %s\n", s->host,
                        s->origin, s->site);
        assert_int_equal(guard_foreign(&v->req), s->foreign);
    }
    arena_free(a);
}

/* -- which cookie counts */

#define ID_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA1"
#define ID_B "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA2"
#define FLASK "eyJfcGVybWFuZW50Ijp0cnVlfQ.ZK1abc.xyz"

static const struct jar {
    const char *first, *second; /* two headers */
    bool tls;
    const char *id;
} jars[] = {
    { NULL, NULL, false, NULL },
    { "session=" ID_A, NULL, false, ID_A },
    { "a=b; session=" ID_A "; c=d", NULL, false, ID_A },
    { "session=" ID_A, "session=" ID_A, false, ID_A },
    { "session=" ID_A "; session=" ID_A, NULL, false, ID_A },
    /* two that differ: somebody else has set one */
    { "session=" ID_A "; session=" ID_B, NULL, false, NULL },
    { "session=" ID_A, "session=" ID_B, false, NULL },
    /* what is no id is another program's */
    { "session=" FLASK "; session=" ID_A, NULL, false, ID_A },
    { "session=" ID_A "; session=", NULL, false, ID_A },
    { "session=" FLASK, NULL, false, NULL },
    { "session=" ID_A "A", NULL, false, NULL },
    { "session=\"" ID_A "\"", NULL, false, NULL },
    { "session=%41AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL, false,
      NULL },
    { "session", NULL, false, NULL },
    { "=" ID_A, NULL, false, NULL },
    { "Session=" ID_A, NULL, false, NULL },
    { "xsession=" ID_A, NULL, false, NULL },
    { "session=a; session=b; session=c; session=d; session=e; session=f; "
      "session=g; session=h; session=" ID_A, NULL, false, NULL },
    /* over TLS another name, that only this host can have set */
    { "__Host-session=" ID_A, NULL, true, ID_A },
    { "session=" ID_A, NULL, true, NULL },
    { "__Host-session=" ID_A "; session=" ID_B, NULL, true, ID_A },
    { "__Host-session=" ID_A, NULL, false, NULL },
};

static void which_cookie(void **state)
{
    (void)state;
    struct arena *a = arena_new();

    for (size_t i = 0; i < sizeof jars / sizeof jars[0]; i++) {
        struct visit *v = visit(a, GET, "/");

        v->req.tls = jars[i].tls;
        header(v, "Cookie", jars[i].first);
        header(v, "cookie", jars[i].second);
        if (!str_eq(cookie_session(&v->req), str_of(jars[i].id)))
            print_error("%s, %s\n", jars[i].first, jars[i].second);
        assert_text(cookie_session(&v->req), jars[i].id);
    }
    arena_free(a);
}

/* -- what every route comes to */

#define LOOK (GET | HEAD)

/* A line for each line of the table in routes.c, in any order. Whatever is not
 * LOOK changes something; those that only read all the same say so. */
static const struct expected {
    const char *path;
    unsigned methods;
    enum act act;
    enum { CHANGES, READS } what;
} expected[] = {
    { "/update.*", GET | POST, ACT_STORE, CHANGES },
    { "/s/update.*", GET | POST, ACT_STORE, CHANGES },
    { "/update/*", GET, ACT_STORE, CHANGES },
    { "/channels/:/bulk_update.json*", POST, ACT_STORE, CHANGES },
    { "/channels/:/feeds.json*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/feeds/last.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/feeds/last_data_age.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/feeds/last_average.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/feeds/last_sum.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/feeds/last_median.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/feeds/entry/:.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/feeds/:.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/fields/:.json*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/fields/:/last.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/fields/:/last_data_age.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/fields/:/last_average.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/fields/:/last_sum.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/fields/:/last_median.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/fields/:/:.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/status.json*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/status/last.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/charts/:.svg", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/charts/:", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/series.json*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/events", LOOK, ACT_READ_CHANNEL, READS },
    { "/events", LOOK, ACT_LIST, READS },
    { "/stream/channels/:/feeds.*", LOOK | POST, ACT_READ_CHANNEL, READS },
    { "/channels.*", LOOK, ACT_LIST, READS },
    { "/channels/create", LOOK, ACT_BE_SOMEBODY, READS },
    { "/channels/create", POST, ACT_BE_SOMEBODY, CHANGES },
    { "/channels/:/edit", LOOK, ACT_MANAGE_CHANNEL, READS },
    { "/channels/:/edit", POST, ACT_MANAGE_CHANNEL, CHANGES },
    { "/channels/:/clear", LOOK, ACT_MANAGE_CHANNEL, READS },
    { "/channels/:/clear", POST, ACT_MANAGE_CHANNEL, CHANGES },
    { "/channels/:/delete", LOOK, ACT_MANAGE_CHANNEL, READS },
    { "/channels/:/delete", POST, ACT_MANAGE_CHANNEL, CHANGES },
    { "/channels/:/connect", LOOK, ACT_MANAGE_CHANNEL, READS },
    { "/channels/:/keys", LOOK, ACT_MANAGE_CHANNEL, READS },
    { "/channels/:/keys", POST, ACT_MANAGE_CHANNEL, CHANGES },
    { "/channels/:/devices", LOOK, ACT_MANAGE_CHANNEL, READS },
    { "/channels/:/devices", POST, ACT_MANAGE_CHANNEL, CHANGES },
    { "/channels/:/import", LOOK, ACT_MANAGE_CHANNEL, READS },
    { "/channels/:/import", POST, ACT_MANAGE_CHANNEL, CHANGES },
    { "/channels/:/export", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/export.csv", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:/embed", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels.*", LOOK, ACT_USE_API, READS },
    { "/channels.*", POST, ACT_USE_API, CHANGES },
    { "/channels/public.*", LOOK, ACT_LOOK, READS },
    { "/channels/:.*", LOOK, ACT_READ_CHANNEL, READS },
    { "/channels/:.*", LOOK, ACT_SEE_CHANNEL, READS },
    { "/channels/:.*", PUT, ACT_MANAGE_CHANNEL, CHANGES },
    { "/channels/:.*", DELETE, ACT_MANAGE_CHANNEL, CHANGES },
    { "/channels/:.*", POST, ACT_LOOK, CHANGES },
    { "/channels/:/feeds.*", DELETE, ACT_MANAGE_CHANNEL, CHANGES },
    { "/channels/:/feeds.*", POST, ACT_LOOK, CHANGES },
    { "/users/:.*", LOOK, ACT_LOOK, READS },
    { "/users/:/channels.*", LOOK, ACT_LIST, READS },
    { "/", LOOK, ACT_LIST, READS },
    { "/home/edit", LOOK, ACT_BE_SOMEBODY, READS },
    { "/home/edit", POST, ACT_BE_SOMEBODY, CHANGES },
    { "/showrecent", LOOK, ACT_LOOK, READS },
    { "/showtemp", LOOK, ACT_LOOK, READS },
    { "/showdoubletemp", LOOK, ACT_LOOK, READS },
    { "/static/*", LOOK, ACT_LOOK, READS },
    { "/auth/register", LOOK, ACT_REGISTER, READS },
    { "/auth/register", POST, ACT_REGISTER, CHANGES },
    { "/auth/login", LOOK, ACT_LOOK, READS },
    { "/auth/login", POST, ACT_LOOK, CHANGES },
    { "/auth/logout", POST, ACT_LOOK, CHANGES },
    { "/account", LOOK, ACT_BE_SOMEBODY, READS },
    { "/account/password", POST, ACT_BE_SOMEBODY, CHANGES },
    { "/account/key", POST, ACT_BE_SOMEBODY, CHANGES },
    { "/account/sessions/end", POST, ACT_BE_SOMEBODY, CHANGES },
    { "/account/sessions/end_others", POST, ACT_BE_SOMEBODY, CHANGES },
    { "/account/close", LOOK, ACT_BE_SOMEBODY, READS },
    { "/account/close", POST, ACT_BE_SOMEBODY, CHANGES },
    { "/accounts", LOOK, ACT_ADMINISTER, READS },
    { "/accounts", POST, ACT_ADMINISTER, CHANGES },
    { "/accounts/:", LOOK, ACT_ADMINISTER, READS },
    { "/accounts/:/password", POST, ACT_ADMINISTER, CHANGES },
    { "/accounts/:/admin", POST, ACT_ADMINISTER, CHANGES },
    { "/accounts/:/remove", POST, ACT_ADMINISTER, CHANGES },
    { "/tools/mapper", LOOK, ACT_LOOK, READS },
    { "/tools/mapper", POST, ACT_LIST, CHANGES },
    { "/documents", LOOK, ACT_LIST, READS },
    { "/documents/:", LOOK, ACT_DOCUMENT, READS },
    { "/documents/:/:", LOOK, ACT_DOCUMENT, READS },
    { "/documents/:/delete", POST, ACT_DOCUMENT, CHANGES },
    { "/hello", LOOK, ACT_LOOK, READS },
    { "/journal", LOOK, ACT_LIST, READS },
    { "/journal.atom", LOOK, ACT_LIST, READS },
    { "/journal/create", LOOK, ACT_BE_SOMEBODY, READS },
    { "/journal/create", POST, ACT_BE_SOMEBODY, CHANGES },
    { "/journal/removed", LOOK, ACT_BE_SOMEBODY, READS },
    { "/journal/:", LOOK, ACT_READ_POST, READS },
    { "/journal/:/update", LOOK, ACT_CHANGE_POST, READS },
    { "/journal/:/update", POST, ACT_CHANGE_POST, CHANGES },
    { "/journal/:/delete", POST, ACT_CHANGE_POST, CHANGES },
    { "/journal/:/restore", POST, ACT_CHANGE_POST, CHANGES },
    { "/health", LOOK, ACT_LOOK, READS },
    { "/metrics", LOOK, ACT_LOOK, READS },
};

/* The way in for readings, as their firmware has it. */
static bool may_change_by_get(const char *path)
{
    return str_is(str_of(path), "/update.*")
           || str_is(str_of(path), "/s/update.*")
           || str_is(str_of(path), "/update/*");
}

static bool is_row(const struct route *r, const struct expected *e)
{
    return str_is(str_of(r->path), e->path) && r->methods == e->methods
           && r->act == e->act;
}

enum { EXPECTED = sizeof expected / sizeof expected[0] };

static void every_route_has_its_row(void **state)
{
    (void)state;
    bool met[EXPECTED] = { false };
    int wrong = 0;

    for (const struct route *r = routes; r->path; r++) {
        int i = 0;

        while (i < EXPECTED && (met[i] || !is_row(r, &expected[i])))
            i++;
        if (i < EXPECTED) {
            met[i] = true;
            continue;
        }
        print_error("%s, methods %u, act %d: no row here\n", r->path,
                    r->methods, (int)r->act);
        wrong++;
    }
    for (int i = 0; i < EXPECTED; i++)
        if (!met[i]) {
            print_error("%s: no such route\n", expected[i].path);
            wrong++;
        }
    assert_int_equal(wrong, 0);
}

static void nothing_changes_by_get(void **state)
{
    (void)state;
    for (int i = 0; i < EXPECTED; i++) {
        const struct expected *e = &expected[i];
        bool get = e->methods & LOOK;

        if (get && e->what == CHANGES && !may_change_by_get(e->path))
            fail_msg("%s changes something by GET", e->path);
        if (!get && e->what == READS)
            fail_msg("%s reads, but not by GET", e->path);
    }
}

/* A handler that changes something for one route may not answer GET on
 * another. */
static void no_handler_does_both(void **state)
{
    (void)state;
    for (const struct route *r = routes; r->path; r++)
        for (const struct route *s = routes; s->path; s++)
            if (s->run == r->run && !(r->methods & GET)
                && (s->methods & GET))
                fail_msg("%s and %s have one handler", r->path, s->path);
}

/* HEAD is for looking; a page of ours is never changed with PUT or DELETE,
 * which no form can send. */
static void methods_of_routes(void **state)
{
    (void)state;
    for (const struct route *r = routes; r->path; r++) {
        bool device = may_change_by_get(r->path);

        if (!(r->methods & HEAD) != (!(r->methods & GET) || device))
            fail_msg("%s: GET and HEAD do not go together", r->path);
        if (r->dialect == PAGE && r->methods != LOOK && r->methods != POST)
            fail_msg("%s: a page has GET or POST", r->path);
    }
}

/* The act is about the first ":"; without one there is nothing to ask about.
 * In the loop no guard stands, but in front of the readings and of what the
 * loop hands on. */
static void acts_of_routes(void **state)
{
    (void)state;
    for (const struct route *r = routes; r->path; r++) {
        bool about = r->act == ACT_READ_CHANNEL || r->act == ACT_SEE_CHANNEL
                     || r->act == ACT_MANAGE_CHANNEL
                     || r->act == ACT_READ_POST || r->act == ACT_CHANGE_POST
                     || r->act == ACT_DOCUMENT;

        if (about && !strchr(r->path, ':'))
            fail_msg("%s names nothing", r->path);
        if (r->place == IN_LOOP && r->act != ACT_LOOK && r->act != ACT_STORE
            && r->act != ACT_REGISTER)
            fail_msg("%s: no guard stands in the loop", r->path);
    }
}

/* -- which route it is */

static const struct asked {
    enum method method;
    const char *path, *accept;
    const char *route; /* NULL: none */
    enum dialect dialect;
    const char *part;
} paths[] = {
    { GET, "/channels/1", NULL, "/channels/:.*", OBJECT, "1" },
    { GET, "/channels/1", "text/html", "/channels/:.*", PAGE, "1" },
    { HEAD, "/channels/1", "text/html", "/channels/:.*", PAGE, "1" },
    { GET, "/channels/1.json", "text/html", "/channels/:.*", OBJECT, "1" },
    { PUT, "/channels/1", "text/html", "/channels/:.*", OBJECT, "1" },
    { GET, "/channels/%31", NULL, "/channels/:.*", OBJECT, "1" },
    { GET, "/channels/1%2Ffeeds.json", NULL, "/channels/:.*", OBJECT,
      "1/feeds" },
    { GET, "/channels/1%00", NULL, "/channels/:.*", OBJECT, "1" },
    { GET, "/channel%73/1", NULL, NULL, PAGE, NULL },
    { GET, "//channels/1", NULL, NULL, PAGE, NULL },
    { GET, "/channels//1", NULL, NULL, PAGE, NULL },
    { GET, "/channels/1/", NULL, "/channels/:.*", OBJECT, "1" },
    { GET, "/Channels/1", NULL, NULL, PAGE, NULL },
    { GET, "/channels/../channels/1", NULL, NULL, PAGE, NULL },
    { GET, "/channels/1/../feeds", NULL, NULL, PAGE, NULL },
    { POST, "/auth/logout", NULL, "/auth/logout", PAGE, NULL },
    { GET, "/auth/logout", NULL, NULL, PAGE, NULL },
    { PUT, "/auth/logout", NULL, NULL, PAGE, NULL },
    { HEAD, "/update", NULL, NULL, PAGE, NULL },
};

static void which_route(void **state)
{
    (void)state;
    struct arena *a = arena_new();

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        const struct asked *p = &paths[i];
        struct visit *v = visit(a, p->method, p->path);
        unsigned allowed;

        header(v, "Accept", p->accept);
        enum result rc = route_find(&v->call, &allowed);
        if ((rc == OK) != (p->route != NULL))
            fail_msg("%s %s", method_name(p->method), p->path);
        if (!p->route)
            continue;
        assert_string_equal(v->call.route->path, p->route);
        assert_int_equal(v->call.route->dialect, p->dialect);
        if (p->part)
            assert_true(str_starts(v->call.part[0], str_of(p->part)));
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whose_form),
        cmocka_unit_test(which_cookie),
        cmocka_unit_test(every_route_has_its_row),
        cmocka_unit_test(nothing_changes_by_get),
        cmocka_unit_test(no_handler_does_both),
        cmocka_unit_test(methods_of_routes),
        cmocka_unit_test(acts_of_routes),
        cmocka_unit_test(which_route),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
