/* ingest.h -- the way in for readings.
 *
 *     device -> ingest_submit -> [writer: one transaction] -> done
 *
 * Batches that arrive while the writer is busy travel together: one claim of
 * entry numbers for each channel among them, one insert of rows, one commit.
 * Small batches go before large ones, so that no device waits behind a bulk
 * load. A batch is stored whole or not at all. Within a channel, entry numbers
 * follow the order of arrival of batches of a kind.
 *
 * Promise: done() says OK only when the readings are on disk.
 */
#ifndef CORE_INGEST_H
#define CORE_INGEST_H

#include "base/result.h"
#include "store/reading.h"

struct feed;
struct ingest;
struct loop;
struct metrics;
struct writer;

enum {
    INGEST_WAITING = 400000, /* readings that may wait in all */
    INGEST_GROUP = 30000,    /* readings of a transaction, about */
    INGEST_SMALL = 64        /* a batch of so many at most goes first */
};

struct batch {
    struct channel_id channel;
    struct reading *list; /* in: all but entry and channel; out: those too */
    size_t n;             /* at least 1 */
    struct str new_device; /* to be remembered as seen; p NULL: none */
    void (*done)(struct batch *b, enum result rc); /* on the loop */

    struct batch *next; /* ingest's, as is rc */
    enum result rc;
};

/* The feed is told of what was stored, after those who sent it; NULL: none. */
struct ingest *ingest_new(struct loop *loop, struct writer *w,
                          struct metrics *m, struct feed *feed);
void ingest_free(struct ingest *in); /* nothing may still be under way */

/* Any thread. The batch and all it points at are ingest's until done is
 * called, and may be freed there. ERR_MISSING: the channel is gone. ERR_BUSY:
 * the disk or the database would not have it now. When ingest_submit itself
 * says ERR_BUSY too much is waiting, and done is not called. */
MUST_USE enum result ingest_submit(struct ingest *in, struct batch *b);

/* A batch's work, inside the caller's transaction: for the command line. */
MUST_USE enum result ingest_store(struct db *db, struct batch *b);

#endif
