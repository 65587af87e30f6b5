/* round.h -- a look at one channel: what is new in it, written once for all who
 * watch it. Private to feed.c. A worker's, until it is delivered. */
#ifndef CORE_ROUND_H
#define CORE_ROUND_H

#include "base/buf.h"
#include "core/feed.h"

struct round {
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
        size_t start, end;
    } span[FEED_MOST];
    struct piece piece[FEED_MOST];
    int n;
    enum result rc;
};

/* Reads what was stored behind r->after, the newest of it that may be told. */
MUST_USE enum result round_look(struct round *r, struct db *db,
                                struct arena *a);

#endif
