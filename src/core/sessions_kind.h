/* sessions_kind.h -- a place where sessions are kept, and what it must be able
 * to do.
 *
 * Private to core/sessions*.c. Ids, hashes, limits and the clock are the same
 * for all and live in sessions.c.
 */
#ifndef CORE_SESSIONS_KIND_H
#define CORE_SESSIONS_KIND_H

#include <pthread.h>

#include "core/sessions.h"

struct sessions_kind {
    /* ERR_INVALID: where is no address of this kind. */
    enum result (*open)(struct sessions *s, const char *where);
    void (*close)(struct sessions *s);

    /* An expired one, too, as long as it is there. ERR_MISSING. */
    enum result (*get)(struct sessions *s, struct db *db, struct arena *a,
                       struct str hash, struct session *out);
    /* Notes its seen_at and expires_at, unless it has ended: ERR_MISSING. */
    enum result (*seen)(struct sessions *s, const struct session *used);
    enum result (*end)(struct sessions *s, struct str hash);
    /* Not expired, last seen first. */
    enum result (*list)(struct sessions *s, struct db *db, struct arena *a,
                        struct account_id id, struct session **list, int *n);
    /* begin, if there is one, is filled in. */
    enum result (*change)(struct sessions *s, struct session_change *change);
    enum result (*expire)(struct sessions *s, struct db *db, int limit,
                          bool *more);
};

extern const struct sessions_kind sessions_database, sessions_redis;

struct sessions {
    const struct sessions_kind *kind;
    void *own; /* the kind's */
    struct writer *writer;
    struct session_limits limits;

    int64_t (*wall)(void), (*steady)(void); /* the clocks, which a test turns */
    pthread_mutex_t lock;                   /* guards the two below */
    int64_t now, now_steady;
};

#endif
