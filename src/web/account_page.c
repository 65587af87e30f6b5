/* account_page.c -- one's own account: password, sessions, key. */
#include "base/moment.h"
#include "core/secret.h"
#include "core/sessions.h"
#include "core/signin.h"
#include "core/user_key.h"
#include "core/writer.h"
#include "http/message.h"
#include "web/account_session.h"
#include "web/attempt.h"
#include "web/cookie.h"
#include "web/credentials.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/wording.h"

/* What was just done, as a link to here says it. */
static struct str done(struct call *c)
{
    static const char *const words[][2] = {
        { "password", "Your password is changed. Everywhere else you have to "
                      "log in again." },
        { "session", "That session has ended." },
        { "sessions", "Your other sessions have ended." },
        { "key", "You have another user key. The old one opens nothing any "
                 "more." },
    };
    struct str what = params_get(&c->params, "done");

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(what, words[i][0]))
            return str_of(words[i][1]);
    return NO_STR;
}

static enum result put_key(struct call *c, struct values *v)
{
    struct str key;

    enum result rc = user_key_text(c->db, c->app->secret, c->arena,
                                   c->visitor.account, &key);
    values_text(v, "user_key", key);
    return rc;
}

static enum result show(struct call *c, const char *flash)
{
    struct values *v = values_new(c->arena);
    struct account a;

    enum result rc = account_get(c->db, c->arena, c->visitor.account, &a);
    if (rc == OK)
        rc = put_key(c, v);
    if (rc == OK)
        rc = account_sessions(c, v);
    if (rc != OK)
        return rc;
    values_text(v, "title", STR("Your account - Almanac"));
    values_text(v, "flash", str_of(flash));
    values_text(v, "done", flash ? NO_STR : done(c));
    values_text(v, "name", a.name);
    wording_moment(c->arena, v, "since_iso", "since", a.created_at, NULL);
    return page_show(c, "account", v);
}

enum result account_page(struct call *c)
{
    return show(c, NULL);
}

static enum result change(struct call *c)
{
    struct signin in = {
        .account = c->visitor.account,
        .password = params_form(&c->params, "current_password"),
        .agent = request_header(c->req, "User-Agent"),
        .address = c->req->peer,
        .leaves = c->visitor.session,
    };

    enum result rc = signin_change(c->app->sessions, c->db, c->arena, &in,
                                   params_form(&c->params, "new_password"));
    if (rc == ERR_DENIED)
        return show(c, "That is not your present password.");
    attempt_forgive(c);
    if (rc != OK)
        return rc;
    cookie_set_session(c, in.id);
    return page_redirect(c, STR("/account?done=password"));
}

enum result account_password_post(struct call *c)
{
    struct str present = params_form(&c->params, "current_password");
    struct str new = params_form(&c->params, "new_password");

    if (!present.p || !new.p)
        return ERR_INVALID;
    const char *wrong = credentials_password(new);
    return wrong ? show(c, wrong) : attempt_begin(c, c->account_name, change);
}

struct renewing {
    struct job job; /* first */
    struct call *call;
};

static enum result renew(struct db *db, struct job *job)
{
    struct call *c = ((struct renewing *)job)->call;
    struct str text;

    return user_key_renew(db, c->app->secret, c->arena, c->visitor.account,
                          moment_now(), &text);
}

enum result account_key_post(struct call *c)
{
    struct renewing r = { .job = { .do_it = renew }, .call = c };

    enum result rc = writer_do(c->app->writer, &r.job);
    if (rc != OK)
        return rc;
    c->keys_changed = true;
    return page_redirect(c, STR("/account?done=key"));
}
