/* session.h -- the sessions that the database keeps.
 *
 * A session is known by the SHA-256 of its id; the id itself is nowhere but
 * with the visitor. Whoever changes or reads sessions goes through
 * core/sessions.h, which may keep them elsewhere.
 */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "base/arena.h"
#include "base/result.h"
#include "store/ids.h"

struct db;

enum { SESSION_HASH = 32, SESSION_TEXT_MAX = 200 };

struct session {
    struct str hash;           /* SESSION_HASH bytes */
    struct account_id account; /* 0: nobody signed in */
    struct str agent, address; /* at most SESSION_TEXT_MAX bytes each */
    int64_t created_at, seen_at, expires_at;
};

MUST_USE enum result session_add(struct db *db, const struct session *s);
/* An expired one, too, as long as it is there. ERR_MISSING. */
MUST_USE enum result session_get(struct db *db, struct arena *a,
                                 struct str hash, struct session *out);
/* ERR_MISSING: it has ended meanwhile, and stays so. */
MUST_USE enum result session_seen(struct db *db, struct str hash, int64_t now,
                                  int64_t expires_at);
/* With its documents. OK when it is not there, too. */
MUST_USE enum result session_remove(struct db *db, struct str hash);
/* All of an account's but the one to keep (NO_STR: none); their documents are
 * the account's and stay. */
MUST_USE enum result session_remove_all(struct db *db, struct account_id id,
                                        struct str keep);
/* The live ones of an account, last seen first. */
MUST_USE enum result session_list(struct db *db, struct arena *a,
                                  struct account_id id, int64_t now,
                                  struct session **list, int *n);
/* Removes at most limit expired ones, with their documents; *more tells
 * whether others are left. */
MUST_USE enum result session_expire(struct db *db, int64_t now, int limit,
                                    bool *more);
/* The latest seen_at of all; 0 when there is none. */
MUST_USE enum result session_latest(struct db *db, int64_t *out);

#endif
