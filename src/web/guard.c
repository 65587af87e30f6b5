#include "web/guard.h"

#include <sodium.h>

#include "core/secret.h"
#include "core/sessions.h"
#include "http/message.h"
#include "store/account.h"
#include "store/channel.h"
#include "store/post.h"
#include "web/cookie.h"
#include "web/routes.h"

static bool changes(const struct call *c)
{
    return c->method != GET && c->method != HEAD;
}

bool guard_foreign(const struct request *req)
{
    struct str site = request_header(req, "Sec-Fetch-Site");
    struct str origin = request_header(req, "Origin");
    struct str host = request_header(req, "Host");

    if (site.p && !str_is(site, "same-origin") && !str_is(site, "none"))
        return true;
    if (!origin.p)
        return false;
    size_t scheme = str_find(origin, ':');
    return scheme + 3 > origin.n
           || !str_eq_case(str_from(origin, scheme + 3), host);
}

static bool token_sent(const struct call *c, struct str token)
{
    struct str sent = params_form(&c->params, "csrf_token");

    return sent.n == token.n && sodium_memcmp(sent.p, token.p, token.n) == 0;
}

/* Whose the session is. An account that is gone was nobody's. */
static enum result meet_session(struct call *c, struct str id)
{
    struct session s;
    struct account a;
    enum result rc = sessions_find(c->app->sessions, c->db, c->arena, id, &s);

    if (rc != OK)
        return rc;
    if (s.account.n) {
        rc = account_get(c->db, c->arena, s.account, &a);
        if (rc != OK)
            return rc;
        c->visitor.account = a.id;
        c->visitor.admin = a.admin;
        c->account_name = a.name;
    }
    c->visitor.session = s.hash;
    c->form_token = session_token(c->arena, id);
    return OK;
}

static enum result meet_key(struct call *c)
{
    unsigned char hash[KEY_HASH];
    struct str text = call_key(c);
    struct key key;

    if (!text.p || !key_text_valid(text))
        return OK;
    key_hash(text, hash);
    enum result rc = key_find(
        c->db, c->arena, (struct str){ (const char *)hash, KEY_HASH }, &key);
    if (rc != OK)
        return rc == ERR_MISSING ? OK : rc;
    c->visitor.keyed = true;
    c->visitor.kind = key.kind;
    c->visitor.channel = key.channel;
    c->visitor.speaks_for = key.account;
    return OK;
}

/* A session in a request that changes something, but without its token, is as
 * good as none; on a page that is a reason to say so. */
static enum result check_form(struct call *c, struct str id)
{
    bool page = c->route->dialect == PAGE;

    if (!changes(c))
        return OK;
    if (page && guard_foreign(c->req)) {
        c->why = "Another site sent this form.";
        return ERR_DENIED;
    }
    if (!c->form_token.p || token_sent(c, session_token(c->arena, id)))
        return OK;
    if (page) {
        c->why = "This form was made for another session. Go back, load the "
                 "page again and send it once more.";
        return ERR_DENIED;
    }
    c->visitor = (struct visitor){ 0 };
    c->account_name = c->form_token = NO_STR;
    return OK;
}

static enum result meet(struct call *c)
{
    struct str id = cookie_session(c->req);
    enum result rc = id.p ? meet_session(c, id) : ERR_MISSING;

    c->no_sessions = rc == ERR_BUSY;
    if (rc != OK && rc != ERR_MISSING && rc != ERR_BUSY)
        return rc;
    rc = check_form(c, id);
    return rc == OK ? meet_key(c) : rc;
}

static enum result find_channel(struct call *c, struct object *o)
{
    struct channel_id id;

    if (!str_int(c->part[0], &id.n))
        return ERR_MISSING;
    c->channel = ARENA_NEW(c->arena, struct channel);
    enum result rc = channel_get(c->db, c->arena, id, c->channel);
    if (rc == OK)
        *o = (struct object){ .owner = c->channel->owner,
                              .channel = id,
                              .is_public = c->channel->is_public };
    return rc;
}

static enum result find_object(struct call *c, struct object *o)
{
    switch (c->route->act) {
    case ACT_READ_CHANNEL:
    case ACT_MANAGE_CHANNEL:
        return find_channel(c, o);
    default:
        return OK;
    }
}

/* To a stranger nothing is there, where only somebody may come in. */
static enum result check(struct call *c)
{
    struct object o = { .open = c->app->settings->registration };
    enum act act = c->route->act;

    if (act == ACT_MANAGE_CHANNEL || act == ACT_CHANGE_POST) {
        enum result rc = grant(act, &c->visitor, &o);
        if (rc == ERR_STRANGER)
            return rc;
    }
    enum result rc = find_object(c, &o);
    return rc == OK ? grant(act, &c->visitor, &o) : rc;
}

enum result guard_check(struct call *c)
{
    enum result rc = meet(c);

    if (rc == OK)
        rc = check(c);
    if (rc == ERR_STRANGER && c->no_sessions) {
        c->why = "Who is signed in cannot be looked up just now.";
        rc = ERR_BUSY;
    }
    return rc;
}
