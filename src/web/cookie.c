#include "web/cookie.h"

#include "core/sessions.h"
#include "http/message.h"

enum { COOKIES_MAX = 8 }; /* of our name that are looked at */

static const char *name_of(const struct request *req)
{
    return req->tls ? "__Host-session" : "session";
}

struct str cookie_session(const struct request *req)
{
    struct str id = NO_STR, next;

    for (int i = 0; i < COOKIES_MAX; i++) {
        next = request_cookie(req, name_of(req), i);
        if (!next.p)
            break;
        if (!session_id_valid(next))
            continue; /* another program's, on another port */
        if (id.p && !str_eq(id, next))
            return NO_STR;
        id = next;
    }
    return id;
}

static void set(struct call *c, struct str id, int64_t seconds)
{
    struct str value = arena_printf(
        c->arena, "%s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
        name_of(c->req), STR_FMT(id), (long long)seconds,
        c->req->tls ? "; Secure" : "");

    response_header(c->res, "Set-Cookie", value);
}

void cookie_set_session(struct call *c, struct str id)
{
    set(c, id, c->app->settings->session_ms / 1000);
}

void cookie_end_session(struct call *c)
{
    set(c, STR(""), 0);
}
