/* sessions_database.c -- sessions in the tables of the database: read on the
 * worker's connection, changed by the writer. */
#include "core/sessions_kind.h"
#include "core/writer.h"

static enum result open_none(struct sessions *s, const char *where)
{
    (void)s;
    return where ? ERR_INVALID : OK;
}

static void close_none(struct sessions *s)
{
    (void)s;
}

static enum result get(struct sessions *s, struct db *db, struct arena *a,
                       struct str hash, struct session *out)
{
    (void)s;
    return session_get(db, a, hash, out);
}

struct use {
    struct job job; /* first */
    const struct session *session;
    bool ended;
};

/* That it has ended is no failure, for which others would be tried again. */
static enum result do_seen(struct db *db, struct job *job)
{
    struct use *use = (struct use *)job;
    const struct session *used = use->session;
    enum result rc =
        session_seen(db, used->hash, used->seen_at, used->expires_at);

    use->ended = rc == ERR_MISSING;
    return use->ended ? OK : rc;
}

static enum result seen(struct sessions *s, const struct session *used)
{
    struct use use = { .job = { .do_it = do_seen }, .session = used };

    enum result rc = writer_do(s->writer, &use.job);

    return rc == OK && use.ended ? ERR_MISSING : rc;
}

static enum result list(struct sessions *s, struct db *db, struct arena *a,
                        struct account_id id, struct session **list, int *n)
{
    return session_list(db, a, id, sessions_now(s), list, n);
}

struct changing {
    struct job job; /* first */
    struct session_change *change;
};

static enum result do_change(struct db *db, struct job *job)
{
    struct session_change *c = ((struct changing *)job)->change;
    enum result rc = OK;

    if (c->with)
        rc = c->with(db, c->arg);
    if (rc == OK && c->end.p)
        rc = session_remove(db, c->end);
    if (rc == OK && c->end_all.n)
        rc = session_remove_all(db, c->end_all, c->keep);
    if (rc == OK && c->begin)
        rc = session_add(db, c->begin);
    return rc;
}

static enum result change(struct sessions *s, struct session_change *c)
{
    struct changing job = { .job = { .do_it = do_change }, .change = c };

    return writer_do(s->writer, &job.job);
}

static enum result end(struct sessions *s, struct str hash)
{
    struct session_change c = { .end = hash };

    return change(s, &c);
}

static enum result expire(struct sessions *s, struct db *db, int limit,
                          bool *more)
{
    return session_expire(db, sessions_now(s), limit, more);
}

const struct sessions_kind sessions_database = {
    .open = open_none,
    .close = close_none,
    .get = get,
    .seen = seen,
    .end = end,
    .list = list,
    .change = change,
    .expire = expire,
};
