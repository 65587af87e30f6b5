#include "core/upkeep.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/moment.h"
#include "core/feed.h"
#include "core/keyring.h"
#include "core/reader.h"
#include "core/sessions.h"
#include "core/slice.h"
#include "core/writer.h"
#include "run/loop.h"
#include "run/pool.h"
#include "store/document.h"
#include "store/key.h"
#include "store/post.h"
#include "store/summary.h"

enum {
    TICK_MS = 500,
    SECOND = 1000 / TICK_MS, /* the others in ticks */
    HOUR = 3600 * SECOND,
    SOON = 60 * SECOND, /* once more after a failure */
    SUM_EVERY = 5 * SECOND,
    SUM_STEP = 4000, /* readings of a step: some milliseconds of the writer */
    POSTS = 500,     /* of a step, too */
    DOCUMENTS = 8,   /* the same, and each may be large */
    CHORES = 4
};

/* A step is a job for the writer; one of each chore is under way at a time, and
 * the next follows at once while there is more to do. */
typedef enum result step(struct upkeep *u, struct db *db, bool *more);

struct upkeep {
    struct loop *loop;
    struct writer *writer;
    struct pool *pool;
    struct keyring *keyring;
    struct feed *feed;
    struct sessions *sessions;
    bool stopping;

    struct chore {
        struct job job; /* first */
        struct upkeep *upkeep;
        step *step;
        int every, wait; /* ticks */
        bool under_way;
        bool more; /* the writer's while under way */
    } chores[CHORES];

    bool asking;
    int64_t epoch, seen; /* epoch: the worker's while asking */
};

static enum result sum(struct upkeep *u, struct db *db, bool *more)
{
    (void)u;
    return summary_advance(db, slice_start(moment_now(), SUMMARY_MS), SUM_STEP,
                           more);
}

static enum result end_sessions(struct upkeep *u, struct db *db, bool *more)
{
    return sessions_expire(u->sessions, db, more);
}

static enum result end_documents(struct upkeep *u, struct db *db, bool *more)
{
    return document_expire(db, sessions_now(u->sessions), DOCUMENTS, more);
}

static enum result end_posts(struct upkeep *u, struct db *db, bool *more)
{
    (void)u;
    return post_purge(db, moment_now() - POST_UNDO_MS, POSTS, more);
}

static const struct {
    step *step;
    int every; /* ticks */
} plan[CHORES] = {
    { sum, SUM_EVERY },
    { end_documents, HOUR },
    { end_sessions, HOUR },
    { end_posts, HOUR },
};

static enum result do_step(struct db *db, struct job *job)
{
    struct chore *c = (struct chore *)job;

    return c->step(c->upkeep, db, &c->more);
}

static void begin(struct chore *c)
{
    c->under_way = true;
    c->more = false;
    writer_submit(c->upkeep->writer, &c->job);
}

static void ended(void *arg)
{
    struct chore *c = arg;
    bool good = c->job.rc == OK;

    c->under_way = false;
    c->wait = good || c->every < SOON ? c->every : SOON;
    if (c->more && good && !c->upkeep->stopping)
        begin(c);
}

static void step_done(struct job *job, enum result rc)
{
    struct chore *c = (struct chore *)job;

    c->job.rc = rc;
    loop_post(c->upkeep->loop, ended, c);
}

static void asked(void *arg)
{
    struct upkeep *u = arg;

    u->asking = false;
    if (u->epoch != u->seen) {
        keyring_empty(u->keyring);
        feed_changed(u->feed);
    }
    u->seen = u->epoch;
}

static void ask(void *own, void *arg)
{
    struct upkeep *u = arg;
    struct db *db;

    enum result rc = reader_begin(own, &db);
    if (rc == OK)
        rc = reader_end(own, key_epoch(db, &u->epoch));
    if (rc != OK)
        u->epoch = -1; /* better to ask again for every key */
    loop_post(u->loop, asked, u);
}

static void tick(void *arg)
{
    struct upkeep *u = arg;

    if (u->stopping)
        return;
    if (!u->asking)
        u->asking = pool_run(u->pool, ask, u);
    for (int i = 0; i < CHORES; i++)
        if (!u->chores[i].under_way && u->chores[i].wait-- <= 0)
            begin(&u->chores[i]);
}

struct upkeep *upkeep_start(struct loop *loop, struct writer *w,
                            struct pool *pool, struct keyring *keyring,
                            struct feed *feed, struct sessions *sessions)
{
    struct upkeep *u = NEW(struct upkeep);

    *u = (struct upkeep){
        .loop = loop,
        .writer = w,
        .pool = pool,
        .keyring = keyring,
        .feed = feed,
        .sessions = sessions,
    };
    for (int i = 0; i < CHORES; i++)
        u->chores[i] = (struct chore){
            .job = { .do_it = do_step, .done = step_done },
            .upkeep = u,
            .step = plan[i].step,
            .every = plan[i].every,
        };
    loop_every(loop, TICK_MS, tick, u);
    return u;
}

void upkeep_stop(struct upkeep *u)
{
    u->stopping = true;
}

void upkeep_free(struct upkeep *u)
{
    free(u);
}
