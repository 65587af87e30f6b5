#include "web/cookie.h"

#include "core/sessions.h"
#include "http/message.h"

static const char *name_of(const struct request *req)
{
    return req->tls ? "__Host-session" : "session";
}

struct str cookie_session(const struct request *req)
{
    struct str id = request_cookie(req, name_of(req));

    return session_id_valid(id) ? id : NO_STR;
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
