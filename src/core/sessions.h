/* sessions.h -- who is signed in, wherever that is kept: in the database or
 * in Redis, never in both. Worker threads, any of them.
 *
 * The visitor's cookie holds an id: 32 random bytes as base64url, always
 * SESSION_ID characters. Kept is its SHA-256 only, so a stolen database opens
 * no session. A session ends when its visitor ends it, when it is longer than
 * idle_ms not used, or absolute_ms after it began; time never runs backwards
 * here, whatever the clock does.
 *
 * ERR_BUSY from any of these: the sessions cannot be reached now.
 */
#ifndef CORE_SESSIONS_H
#define CORE_SESSIONS_H

#include "store/session.h"

struct sessions;
struct writer;

enum { SESSION_ID = 43, SESSION_TOKEN = 43 };

struct session_limits {
    int64_t absolute_ms, idle_ms;
};

/* where: NULL, the database that w changes; or redis://... (core/redis_url.h).
 * ERR_INVALID: it is neither. A Redis that is away is no error here. db is only
 * used in this call. */
MUST_USE enum result sessions_open(const char *where, struct writer *w,
                                   struct db *db,
                                   const struct session_limits *limits,
                                   struct sessions **out);
void sessions_close(struct sessions *s);

/* Pure. Has it an id's shape? Its hash; the token that forms carry to prove
 * that our page sent them: known to nobody who does not know the id. */
bool session_id_valid(struct str id);
struct str session_hash(struct arena *a, struct str id);
struct str session_token(struct arena *a, struct str id);

/* The live session of an id; db is for reading. Notes that it was used, at
 * most every ten minutes or hundredth of idle_ms. One that is met when its time
 * is over is ended. ERR_MISSING: none. */
MUST_USE enum result sessions_find(struct sessions *s, struct db *db,
                                   struct arena *a, struct str id,
                                   struct session *out);
/* An account's live ones, last seen first. */
MUST_USE enum result sessions_list(struct sessions *s, struct db *db,
                                   struct arena *a, struct account_id id,
                                   struct session **list, int *n);

/* Several things at once, in this order. What is not set is not done.
 *
 * In the database all of it is one transaction, and a failure leaves everything
 * as it was.
 *
 * With Redis there are two stores, and either may fail. Three steps, then:
 *  1. Redis ends end_all and begins a session whose account is known;
 *  2. the database does with, and removes the documents of end;
 *  3. Redis ends end, and end_all once more: those that began meanwhile. After
 *     end_all, and for an account that with has made, begin comes here.
 * So a changed password never leaves a session of the old one behind, whatever
 * fails when. If the first step fails nothing has changed; if the second does,
 * people have been signed out at worst. If the third fails (ERR_BUSY), what
 * with did stays, and its visitor has to sign in: rare, for Redis has answered
 * a moment before. Without with there is no second step but for documents,
 * and it comes last. */
struct session_change {
    enum result (*with)(struct db *db, void *arg); /* on the writer; may run
                                    * twice */
    void *arg;
    struct str end;                /* the hash of one to end, and the documents
                                    * that are still its own */
    struct account_id end_all;     /* this account's, all of them ... */
    struct str keep;               /* ... but the one of this hash */
    struct session *begin;         /* account (0 too, or set by with), agent
                                    * and address are given (longer texts are
                                    * cut), hash and times filled in */
    struct str id;                 /* the new one's id for the cookie */
};
MUST_USE enum result sessions_change(struct sessions *s, struct arena *a,
                                     struct session_change *change);

/* For a program that changes an account without a writer: ends its sessions, if
 * where is a Redis; before the change and once more behind it. With where NULL
 * session_remove_all does that in the same transaction. */
MUST_USE enum result sessions_end_all(const char *where, struct account_id id);

/* Removes a small batch of expired sessions; for upkeep, on the writer. With
 * Redis, whose TTL does that, all that the database still has: they are from
 * before sessions were moved. */
MUST_USE enum result sessions_expire(struct sessions *s, struct db *db,
                                     bool *more);

/* Milliseconds since 1970 that never run backwards. */
int64_t sessions_now(struct sessions *s);

#endif
