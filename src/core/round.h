/* round.h -- what the feed asks of the database, in a worker: a look at one
 * channel, and a glance at many. Private to feed.c. */
#ifndef CORE_ROUND_H
#define CORE_ROUND_H

#include "base/buf.h"
#include "core/feed.h"

/* What the loop does when the worker is done. */
struct errand {
    struct loop *loop;
    void (*fn)(void *arg);
    void *arg;
};

/* What is new in a channel, written once for all who watch it. The worker's,
 * until it is delivered. */
struct round {
    struct errand done;
    struct feed *feed;
    struct topic *topic;
    void (*write)(struct buf *out, struct arena *a, const struct channel *ch,
                  const struct reading *r);
    struct channel_id channel;
    int64_t after;  /* the one furthest behind has got so far */
    int64_t newest, updated_at;
    bool is_public;
    int64_t first;  /* those who lack more than from here on are told so */
    struct buf text;
    struct span {
        int64_t entry;
        size_t start;
    } span[FEED_MOST];
    struct piece piece[FEED_MOST];
    int n;
    enum result rc;
};

/* Reads what was stored behind r->after, the newest of it that may be told. */
void round_run(void *own, void *round);

/* What other processes have stored is found by looking. */
enum { GLANCE_MOST = 64 }; /* channels looked at in one go */

struct glance {
    struct errand done;
    int n;
    struct channel_id channel[GLANCE_MOST];
    int64_t newest[GLANCE_MOST]; /* -1: there is no such channel */
    enum result rc;
};

void glance_run(void *own, void *glance);

#endif
