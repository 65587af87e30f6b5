/* The session's cookie: which one is taken, and what is set. */
#include "base_test.h"

#include "core/sessions.h"
#include "http/message.h"
#include "web/cookie.h"

#define ID  "0123456789abcdefghijklmnopqrstuvwxyz-_ABCDE"
#define ID2 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static struct str taken(const char *list, bool tls)
{
    struct header h = { STR("Cookie"), str_of(list) };
    struct request req = { .headers = &h, .n_headers = 1, .tls = tls };

    return cookie_session(&req);
}

static void an_id_is_taken(void **state)
{
    (void)state;
    assert_text(taken("session=" ID, false), ID);
    assert_text(taken("a=b; session=" ID "; c=d", false), ID);
    assert_text(taken(";;session = " ID " ;", false), ID);
    assert_text(taken("session=other; session=" ID, false), ID);
    assert_text(taken("session=" ID "; session=" ID, false), ID);
    assert_text(taken("__Host-session=" ID, true), ID);
    assert_text(taken("session=" ID2 "; __Host-session=" ID, true), ID);
}

static void nothing_else_is(void **state)
{
    static const char *const wrong[] = {
        "", ";", "=", "session", "session=", "Session=" ID, "xsession=" ID,
        "session2=" ID, "session=" ID "x", "session=\"" ID "\"",
        "session=\"; session=" ID "\"", "a=session=" ID, "session==" ID,
        "__Host-session=" ID, "session=" ID ", x=y",
        "session=" ID "; session=" ID2,
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (taken(wrong[i], false).p)
            fail_msg("\"%s\" gave an id", wrong[i]);
    assert_null(taken("session=" ID, true).p);
    assert_null(taken("__Host-session=" ID "; __Host-session=" ID2, true).p);
}

/* Set by hand in a call that has nothing but a response. */
static struct str set(struct arena *a, bool tls, bool end)
{
    static const struct app_settings settings = { .session_ms = 5000 };
    struct request req = { .tls = tls, .arena = a };
    struct response res = { .arena = a, .fd = -1 };
    struct app app = { .settings = &settings };
    struct call c = { .app = &app, .req = &req, .res = &res, .arena = a };

    if (end)
        cookie_end_session(&c);
    else
        cookie_set_session(&c, STR(ID));
    assert_int_equal(res.n_headers, 1);
    assert_text(res.headers[0].name, "Set-Cookie");
    return res.headers[0].value;
}

static void what_is_set(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    assert_text(set(a, false, false), "session=" ID
                "; Path=/; Max-Age=5; HttpOnly; SameSite=Lax");
    assert_text(set(a, true, false), "__Host-session=" ID
                "; Path=/; Max-Age=5; HttpOnly; SameSite=Lax; Secure");
    assert_text(set(a, false, true), "session="
                "; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    assert_text(set(a, true, true), "__Host-session="
                "; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    arena_free(a);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_is_taken),
        cmocka_unit_test(nothing_else_is),
        cmocka_unit_test(what_is_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
