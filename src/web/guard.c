#include "web/guard.h"

#include <sodium.h>

#include "core/secret.h"
#include "core/sessions.h"
#include "http/message.h"
#include "store/account.h"
#include "store/channel.h"
#include "store/post.h"
#include "web/cookie.h"
#include "web/post_view.h"
#include "web/routes.h"
#include "web/submission.h"

enum proof { NO_PROOF = 0, SESSION = 1, KEY = 2 };

/* How each act is gone about: what can prove something, what the first ":" of
 * the path names, and when the proofs are looked at. Pages always look for a
 * session, because they show who is signed in. */
static const struct way {
    unsigned proofs;
    enum { NOTHING, A_CHANNEL, A_POST, A_DOCUMENT } names;
    enum {
        IF_NEEDED, /* not when it is open to everybody */
        FIRST,     /* to a stranger nothing of that name is there or not */
        ALWAYS     /* the handler tells one visitor from another */
    } when;
} ways[ACT_COUNT] = {
    [ACT_LOOK]           = { NO_PROOF,      NOTHING,    IF_NEEDED },
    [ACT_LIST]           = { SESSION | KEY, NOTHING,    ALWAYS },
    [ACT_REGISTER]       = { NO_PROOF,      NOTHING,    IF_NEEDED },
    [ACT_BE_SOMEBODY]    = { SESSION,       NOTHING,    FIRST },
    [ACT_USE_API]        = { SESSION | KEY, NOTHING,    FIRST },
    [ACT_ADMINISTER]     = { SESSION,       NOTHING,    FIRST },
    [ACT_STORE]          = { KEY,           A_CHANNEL,  IF_NEEDED },
    [ACT_READ_CHANNEL]   = { SESSION | KEY, A_CHANNEL,  IF_NEEDED },
    [ACT_SEE_CHANNEL]    = { SESSION | KEY, A_CHANNEL,  ALWAYS },
    [ACT_MANAGE_CHANNEL] = { SESSION | KEY, A_CHANNEL,  FIRST },
    [ACT_READ_POST]      = { SESSION | KEY, A_POST,     IF_NEEDED },
    [ACT_CHANGE_POST]    = { SESSION,       A_POST,     FIRST },
    [ACT_DOCUMENT]       = { SESSION,       A_DOCUMENT, FIRST },
};

static bool changes(const struct call *c)
{
    return c->method != GET && c->method != HEAD;
}

static bool is_page(const struct call *c)
{
    return c->route->dialect == PAGE;
}

/* "host:port" without the port that goes with the scheme. */
static struct str bare(struct str host, bool https)
{
    struct str port = https ? STR(":443") : STR(":80");

    if (str_ends(host, port))
        host.n -= port.n;
    return host;
}

/* A browser that sends Sec-Fetch-Site has compared better than can be done
 * here, behind a proxy. An Origin is compared without its scheme, because that
 * is the proxy's, too. */
bool guard_foreign(const struct request *req)
{
    struct str site = request_header(req, "Sec-Fetch-Site");
    struct str origin = request_header(req, "Origin");
    struct str host = request_header(req, "Host");
    bool https = str_starts(origin, STR("https://"));

    if (site.p)
        return !str_is(site, "same-origin") && !str_is(site, "none");
    if (!origin.p)
        return false;
    if (!https && !str_starts(origin, STR("http://")))
        return true; /* "null", and whatever is no site */
    origin = str_from(origin, https ? 8 : 7);
    return !host.n || !str_eq_case(bare(origin, https), bare(host, https));
}

static bool token_sent(const struct call *c, struct str id)
{
    struct str sent = params_form(&c->params, "csrf_token");
    struct str token = session_token(c->arena, id);

    return sent.n == token.n && sodium_memcmp(sent.p, token.p, token.n) == 0;
}

/* In an API the cookie may come along unasked, from a page elsewhere. Without
 * the token it changes nothing, and JSONP would hand out what it opens. */
static bool cookie_counts(const struct call *c, struct str id)
{
    if (is_page(c))
        return true;
    if (changes(c))
        return !guard_foreign(c->req) && token_sent(c, id);
    return !params_find(&c->params, "callback");
}

/* Whose the session is. An account that is gone was nobody's. */
static enum result find_session(struct call *c, struct str id)
{
    struct session s;
    struct account a;
    enum result rc = sessions_find(c->app->sessions, c->db, c->arena, id, &s);

    if (rc == OK && s.account.n)
        rc = account_get(c->db, c->arena, s.account, &a);
    if (rc != OK)
        return rc;
    if (s.account.n) {
        c->visitor.account = a.id;
        c->visitor.admin = a.admin;
        c->account_name = a.name;
    }
    c->visitor.session = s.hash;
    c->form_token = session_token(c->arena, id);
    return OK;
}

static enum result meet_session(struct call *c)
{
    struct str id = cookie_session(c->req);

    if (!id.p || !cookie_counts(c, id))
        return OK;
    enum result rc = find_session(c, id);
    c->no_sessions = rc == ERR_BUSY;
    if (rc == ERR_MISSING || rc == ERR_BUSY)
        return OK;
    if (rc == OK && !is_page(c)) {
        /* No other page may show it as an image, or run it as a script. */
        response_header(c->res, "Cache-Control", STR("no-store"));
        response_header(c->res, "Vary", STR("Cookie"));
        response_header(c->res, "Cross-Origin-Resource-Policy",
                        STR("same-origin"));
    }
    return rc;
}

static struct str sent_key(const struct call *c)
{
    struct str s = NO_STR;

    if (c->route->act == ACT_STORE) /* bulk updates have a name of their own */
        s = str_trim(params_get(&c->params, "write_api_key"));
    return s.n ? s : call_key(c);
}

static enum result meet_key(struct call *c)
{
    unsigned char hash[KEY_HASH];
    struct str text = sent_key(c);
    struct key key;

    if (!key_text_valid(text))
        return OK;
    key_hash(text, hash);
    enum result rc = key_find(
        c->db, c->arena, (struct str){ (const char *)hash, KEY_HASH }, &key);
    if (rc != OK)
        return rc == ERR_MISSING ? OK : rc;
    grant_key(&c->visitor, key.kind, key.channel, key.account);
    return OK;
}

/* met: what has been looked at already. */
static enum result meet(struct call *c, unsigned proofs, unsigned *met)
{
    enum result rc = OK;

    proofs &= ~*met;
    *met |= proofs;
    if (proofs & SESSION)
        rc = meet_session(c);
    if (rc == OK && (proofs & KEY))
        rc = meet_key(c);
    return rc;
}

static enum result sessions_away(struct call *c)
{
    c->why = "Who is signed in cannot be looked up just now.";
    return ERR_BUSY;
}

/* What every form of ours carries while somebody has a session. */
static enum result check_token(struct call *c)
{
    if (c->no_sessions)
        return sessions_away(c);
    if (!c->form_token.p || token_sent(c, cookie_session(c->req)))
        return OK;
    c->why = "This form was made for another session. Go back, load the "
             "page again and send it once more.";
    return ERR_DENIED;
}

static enum result meet_page(struct call *c, unsigned *met)
{
    if (changes(c) && guard_foreign(c->req)) {
        c->why = "Another site sent this form. Open the page here and send "
                 "it from there.";
        return ERR_DENIED;
    }
    enum result rc = meet(c, SESSION, met);
    return rc == OK && changes(c) ? check_token(c) : rc;
}

static enum result get_channel(struct call *c, struct channel_id id,
                               struct channel *out, struct object *o)
{
    enum result rc = channel_get(c->db, c->arena, id, out);

    if (rc == OK)
        *o = (struct object){ .owner = out->owner,
                              .channel = id,
                              .is_public = out->is_public };
    return rc;
}

static enum result find_channel(struct call *c, struct object *o)
{
    struct channel_id id;

    if (!str_int(c->part[0], &id.n))
        return ERR_MISSING;
    c->channel = ARENA_NEW(c->arena, struct channel);
    return get_channel(c, id, c->channel, o);
}

enum result guard_readable(struct call *c, struct channel_id id,
                           struct channel *out)
{
    struct object o;
    enum result rc = get_channel(c, id, out, &o);

    return rc == OK ? grant(ACT_READ_CHANNEL, &c->visitor, &o) : rc;
}

/* Anything but digits is the number of no post, whoever asks. */
static bool is_number(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

static enum result find_post(struct call *c, struct object *o)
{
    struct post *p = ARENA_NEW(c->arena, struct post);
    struct post_id id;

    if (!str_int(c->part[0], &id.n) || id.n < 1)
        return ERR_MISSING;
    enum result rc = post_get(c->db, c->arena, id, p);
    if (rc != OK)
        return rc;
    c->post = p;
    *o = (struct object){ .owner = p->author,
                          .channel = p->channel,
                          .channel_owner = p->channel_owner,
                          .is_public = p->channel_is_public,
                          .removed = p->deleted_at != 0 };
    return OK;
}

static enum result find_document(struct call *c, struct object *o)
{
    struct document *d = ARENA_NEW(c->arena, struct document);
    struct document_id id;

    if (!str_int(c->part[0], &id.n))
        return ERR_MISSING;
    enum result rc = document_get(c->db, c->arena, id,
                                  sessions_now(c->app->sessions), d);
    if (rc != OK)
        return rc;
    c->document = d;
    *o = (struct object){ .owner = d->owner.account,
                          .session = d->owner.session };
    return OK;
}

static enum result find_named(struct call *c, const struct way *way,
                              struct object *o)
{
    switch (way->names) {
    case A_CHANNEL:
        return find_channel(c, o);
    case A_POST:
        return find_post(c, o);
    case A_DOCUMENT:
        return find_document(c, o);
    case NOTHING:
        break;
    }
    return OK;
}

/* What can be refused before it is known whether what is named is there. */
static enum result refuse_early(struct call *c)
{
    struct object none = { 0 };

    if (c->no_sessions && !grant_speaker(&c->visitor).n)
        return sessions_away(c);
    return grant(c->route->act, &c->visitor, &none) == ERR_STRANGER
               ? ERR_STRANGER
               : OK;
}

static enum result check(struct call *c, const struct way *way)
{
    struct object o = { .open = c->app->settings->registration };
    enum act act = c->route->act;
    unsigned proofs = way->proofs, met = NO_PROOF;
    enum result rc = is_page(c) ? meet_page(c, &met) : OK;

    if (rc == OK && way->names == A_POST && !is_number(c->part[0]))
        return ERR_MISSING;
    if (is_page(c) && act == ACT_MANAGE_CHANNEL)
        proofs = SESSION; /* without one there is no token for its forms */
    if (rc == OK && way->when == FIRST)
        rc = meet(c, proofs, &met);
    if (rc == OK && way->when == FIRST)
        rc = refuse_early(c);
    if (rc == OK)
        rc = find_named(c, way, &o);
    if (rc == OK
        && (way->when == ALWAYS || grant(act, &c->visitor, &o) != OK))
        rc = meet(c, proofs, &met);
    if (rc == OK)
        rc = grant(act, &c->visitor, &o);
    return rc == ERR_STRANGER && c->no_sessions ? sessions_away(c) : rc;
}

/* In words, where the usual ones would say less than the visitor may know. */
static void explain(struct call *c, enum result rc)
{
    struct post_id id;

    if (rc == ERR_DENIED && c->route->act == ACT_REGISTER && !c->why)
        c->why = "New accounts are made by an administrator here.";
    if (rc == ERR_MISSING && ways[c->route->act].names == A_POST
        && is_number(c->part[0]) && str_int(c->part[0], &id.n))
        c->why = post_missing(c->arena, id);
}

enum result guard_check(struct call *c)
{
    enum result rc = check(c, &ways[c->route->act]);

    explain(c, rc);
    if (rc != OK && c->route->act == ACT_STORE)
        submission_refused(c, rc);
    return rc;
}
