/* auth_pages.c -- signing in and out. */
#include "core/password.h"
#include "core/sessions.h"
#include "http/message.h"
#include "store/account.h"
#include "store/document.h"
#include "web/cookie.h"
#include "web/page.h"
#include "web/routes.h"

enum result login_page(struct call *c)
{
    struct values *v = values_new(c->arena);

    values_text(v, "title", STR("Log In - Almanac"));
    return page_show(c, "login", v);
}

static enum result login(struct call *c)
{
    struct str name = params_form(&c->params, "username");
    struct str password = params_form(&c->params, "password");
    struct values *v = values_new(c->arena);
    struct account a;

    if (!name.p || !password.p)
        return ERR_INVALID;
    enum result rc = account_named(c->db, c->arena, name, &a);
    const char *flash = rc == ERR_MISSING ? "Incorrect username." : NULL;
    if (rc != OK && rc != ERR_MISSING)
        return rc;
    if (!flash && !password_check(password, a.password))
        flash = "Incorrect password.";
    if (flash) {
        values_text(v, "flash", str_of(flash));
        values_text(v, "title", STR("Log In - Almanac"));
        return page_show(c, "login", v);
    }
    struct session s = {
        .account = a.id,
        .agent = request_header(c->req, "User-Agent"),
        .address = c->req->peer,
    };
    struct session_change change = { .begin = &s, .end = c->visitor.session };
    rc = sessions_change(c->app->sessions, c->arena, &change);
    if (rc != OK)
        return rc;
    cookie_set_session(c, change.id);
    return page_redirect(c, STR("/"));
}

enum result login_post(struct call *c)
{
    return call_in_hasher(c, login);
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
