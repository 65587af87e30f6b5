#include "core/upkeep.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/moment.h"
#include "core/keyring.h"
#include "core/reader.h"
#include "core/slice.h"
#include "core/writer.h"
#include "run/loop.h"
#include "run/pool.h"
#include "store/key.h"
#include "store/summary.h"

enum {
    TICK_MS = 500,
    SUM_EVERY = 10,  /* ticks */
    SUM_STEP = 4000  /* readings of a step: some milliseconds of the writer */
};

struct upkeep {
    struct job sum; /* first; one under way at a time */
    struct loop *loop;
    struct writer *writer;
    struct pool *pool;
    struct keyring *keyring;
    bool stopping;

    bool summing, more; /* more: the writer's while summing */
    int ticks;

    bool asking;
    int64_t epoch, seen; /* epoch: the worker's while asking */
};

static enum result sum_step(struct db *db, struct job *job)
{
    struct upkeep *u = (struct upkeep *)job;

    return summary_advance(db, slice_start(moment_now(), SUMMARY_MS),
                           SUM_STEP, &u->more);
}

static void sum(struct upkeep *u)
{
    u->summing = true;
    writer_submit(u->writer, &u->sum);
}

static void summed(void *arg)
{
    struct upkeep *u = arg;

    u->summing = false;
    if (u->more && u->sum.rc == OK && !u->stopping)
        sum(u);
}

static void step_done(struct job *job, enum result rc)
{
    struct upkeep *u = (struct upkeep *)job;

    u->sum.rc = rc;
    loop_post(u->loop, summed, u);
}

static void asked(void *arg)
{
    struct upkeep *u = arg;

    u->asking = false;
    if (u->epoch != u->seen)
        keyring_empty(u->keyring);
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
    if (u->ticks++ % SUM_EVERY == 0 && !u->summing)
        sum(u);
}

struct upkeep *upkeep_start(struct loop *loop, struct writer *w,
                            struct pool *pool, struct keyring *keyring)
{
    struct upkeep *u = NEW(struct upkeep);

    *u = (struct upkeep){
        .sum = { .do_it = sum_step, .done = step_done },
        .loop = loop,
        .writer = w,
        .pool = pool,
        .keyring = keyring,
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
