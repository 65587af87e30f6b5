#include "web/keep.h"

#include "core/sessions.h"
#include "core/writer.h"
#include "http/message.h"
#include "web/attempt.h"
#include "web/cookie.h"

struct keeping {
    struct job job; /* first */
    struct document document;
    const struct document_limits *limits;
    const struct session *begun; /* NULL, or the one that begins with it */
    int64_t now;
    struct document_id id;
    enum result rc;
};

static void belongs_to(struct document *d, const struct session *s)
{
    d->owner.session = s->hash;
    if (d->expires_at > s->expires_at)
        d->expires_at = s->expires_at;
}

static enum result add(struct db *db, void *arg)
{
    struct keeping *k = arg;

    if (k->begun) {
        k->now = k->begun->created_at;
        belongs_to(&k->document, k->begun);
    }
    return document_add(db, &k->document, k->limits, k->now, &k->id);
}

/* That there is no room is no failure: it would cost those who share the
 * transaction another one. */
static enum result do_add(struct db *db, struct job *job)
{
    struct keeping *k = (struct keeping *)job;

    k->rc = add(db, k);
    return k->rc == ERR_TOO_BIG || k->rc == ERR_BUSY ? OK : k->rc;
}

static enum result add_for_stranger(struct call *c, struct keeping *k)
{
    struct session s = {
        .agent = request_header(c->req, "User-Agent"),
        .address = c->req->peer,
    };
    struct session_change change = { .with = add, .arg = k, .begin = &s };

    k->begun = &s;
    enum result rc = sessions_change(c->app->sessions, c->arena, &change);
    if (rc == OK)
        cookie_set_session(c, change.id);
    return rc;
}

static enum result add_for_known(struct call *c, struct keeping *k)
{
    enum result rc = writer_do(c->app->writer, &k->job);

    return rc == OK ? k->rc : rc;
}

struct removing {
    struct job job; /* first */
    struct document_id id;
};

static enum result do_remove(struct db *db, struct job *job)
{
    enum result rc = document_remove(db, ((struct removing *)job)->id);

    return rc == ERR_MISSING ? OK : rc;
}

enum result keep_no_longer(struct call *c, struct document_id id)
{
    struct removing r = { .job = { .do_it = do_remove }, .id = id };

    return writer_do(c->app->writer, &r.job);
}

static enum result find_session(struct call *c, struct session *s)
{
    return sessions_find(c->app->sessions, c->db, c->arena,
                         cookie_session(c->req), s);
}

/* A session that ended while the document came takes it along, too. */
static enum result add_for_session(struct call *c, struct keeping *k)
{
    struct session s;
    enum result rc = find_session(c, &s);

    if (rc != OK)
        return rc;
    belongs_to(&k->document, &s);
    rc = add_for_known(c, k);
    if (rc == OK)
        rc = call_look_again(c);
    if (rc == OK)
        rc = find_session(c, &s);
    if (rc != ERR_MISSING)
        return rc;
    rc = keep_no_longer(c, k->id);
    return rc == OK ? ERR_MISSING : rc;
}

/* Without an account: their address counts. */
static enum result add_counted(struct call *c, struct keeping *k)
{
    size_t n = k->document.body.n;
    enum result rc = attempt_keep(c, n);

    if (rc != OK)
        return rc;
    rc = c->visitor.session.p ? add_for_session(c, k) : add_for_stranger(c, k);
    if (rc != OK)
        attempt_keep_not(c, n);
    return rc;
}

static const char *why(enum result rc)
{
    switch (rc) {
    case ERR_TOO_BIG:
        return "This is more than one visitor may keep here. Delete a "
               "document of yours that you no longer need, then send it "
               "again.";
    case ERR_BUSY:
        return "There is no room for another document just now. Please try "
               "again later.";
    case ERR_CONFLICT:
        return "Your session has ended meanwhile. Please load the page again "
               "and send it once more.";
    default:
        return NULL;
    }
}

enum result keep_document(struct call *c, struct str name, struct str type,
                          struct str body, struct document_id *id)
{
    const struct app_settings *set = c->app->settings;
    int64_t now = sessions_now(c->app->sessions);
    struct keeping k = {
        .job = { .do_it = do_add },
        .document = { .owner = { c->visitor.account, c->visitor.session },
                      .name = name,
                      .type = type,
                      .body = body,
                      .expires_at = now + set->document_ms },
        .limits = &set->documents,
        .now = now,
    };
    enum result rc = document_room(c->db, &k.document.owner, (int64_t)body.n,
                                   k.limits, now);

    if (rc == OK && c->visitor.account.n)
        rc = add_for_known(c, &k);
    else if (rc == OK)
        rc = add_counted(c, &k);
    if (rc == ERR_MISSING)
        rc = ERR_CONFLICT;
    if (rc != ERR_TOO_SOON)
        c->why = why(rc);
    *id = k.id;
    return rc;
}
