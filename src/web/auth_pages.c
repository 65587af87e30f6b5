/* auth_pages.c -- signing in and out. */
#include "core/sessions.h"
#include "core/signin.h"
#include "http/message.h"
#include "web/attempt.h"
#include "web/cookie.h"
#include "web/credentials.h"
#include "web/local_path.h"
#include "web/page.h"
#include "web/routes.h"

/* Where the visitor wanted to go; NO_STR: nowhere in particular. */
static struct str wanted(struct call *c)
{
    struct str next = params_get(&c->params, "next");

    return local_path(next) ? next : NO_STR;
}

static enum result show(struct call *c, const char *flash)
{
    struct values *v = values_new(c->arena);

    values_text(v, "title", STR("Log In - Almanac"));
    values_text(v, "flash", str_of(flash));
    values_text(v, "username", credentials_shown(c));
    values_text(v, "next", wanted(c));
    return page_show(c, "login", v);
}

enum result login_page(struct call *c)
{
    return show(c, NULL);
}

static const char *refusal(struct call *c, enum result rc)
{
    if (c->app->settings->neutral_sign_in)
        return "Incorrect username or password.";
    return rc == ERR_MISSING ? "Incorrect username." : "Incorrect password.";
}

static enum result login(struct call *c)
{
    struct signin in = {
        .name = params_form(&c->params, "username"),
        .password = params_form(&c->params, "password"),
        .agent = request_header(c->req, "User-Agent"),
        .address = c->req->peer,
        .leaves = c->visitor.session,
    };
    struct str next = wanted(c);

    enum result rc = signin_try(c->app->sessions, c->db, c->arena, &in);
    if (rc == ERR_MISSING || rc == ERR_DENIED)
        return show(c, refusal(c, rc));
    attempt_forgive(c);
    if (rc != OK)
        return rc;
    cookie_set_session(c, in.id);
    return page_redirect(c, next.p ? next : STR("/"));
}

enum result login_post(struct call *c)
{
    struct str name = params_form(&c->params, "username");

    if (!name.p || !params_form(&c->params, "password").p)
        return ERR_INVALID;
    return attempt_begin(c, name, login);
}

enum result logout_post(struct call *c)
{
    struct session_change change = { .end = c->visitor.session };
    enum result rc = OK;

    if (change.end.p)
        rc = sessions_change(c->app->sessions, c->arena, &change);
    if (rc != OK)
        return rc;
    cookie_end_session(c);
    return page_redirect(c, STR("/"));
}
