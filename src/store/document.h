/* document.h -- what a tool made for its visitor: kept for a while, for one
 * account or one session and nobody else. */
#ifndef STORE_DOCUMENT_H
#define STORE_DOCUMENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/result.h"
#include "store/ids.h"

struct db;

enum {
    DOCUMENT_NAME_MAX = 255,
    DOCUMENT_TYPE_MAX = 127, /* of printable ASCII: it becomes a header */
    DOCUMENTS_MAX = 100      /* of one owner */
};

/* An account's, or a session's: one of the two. */
struct document_owner {
    struct account_id account; /* 0: the session's */
    struct str session;        /* the hash of its id */
};

struct document {
    struct document_id id;
    struct document_owner owner;
    struct str name, type;
    struct str body;   /* for document_add */
    int64_t size;      /* bytes */
    int64_t created_at, expires_at;
};

/* What one owner may keep, and all of them together, in bytes. */
struct document_limits {
    int64_t owner, total;
};

/* Would one of so many bytes be taken now? ERR_TOO_BIG: it is more than the
 * owner may keep; ERR_BUSY: more than all may. For reading, before it is
 * worth the writer's time. */
MUST_USE enum result document_room(struct db *db,
                                   const struct document_owner *owner,
                                   int64_t size,
                                   const struct document_limits *limits,
                                   int64_t now);
/* Asks the same, and no other process can come in between. created_at is now;
 * owner, name, type, body and expires_at are given. An error has changed
 * nothing; ERR_MISSING: there is no such account. */
MUST_USE enum result document_add(struct db *db, const struct document *d,
                                  const struct document_limits *limits,
                                  int64_t now, struct document_id *id);
/* Anybody's, without its body: whose it is has to be asked of core/grant.h.
 * ERR_MISSING: not there, or expired (expires_at <= now). */
MUST_USE enum result document_get(struct db *db, struct arena *a,
                                  struct document_id id, int64_t now,
                                  struct document *out);
/* Adds it all to out, which has no sink; in a transaction. */
MUST_USE enum result document_body(struct db *db, struct document_id id,
                                   struct buf *out);
/* Its first bytes: max of them, or all. */
MUST_USE enum result document_start(struct db *db, struct arena *a,
                                    struct document_id id, int32_t max,
                                    struct str *out);
MUST_USE enum result document_remove(struct db *db, struct document_id id);
/* Newest first. */
MUST_USE enum result document_list(struct db *db, struct arena *a,
                                   const struct document_owner *owner,
                                   int64_t now, struct document **list,
                                   int *n);
/* What a session kept is the account's from now on, whatever its limits: its
 * visitor signed in. */
MUST_USE enum result document_adopt(struct db *db, struct str session,
                                    struct account_id account);
/* Removes at most limit expired ones; *more tells whether others may be
 * left. */
MUST_USE enum result document_expire(struct db *db, int64_t now, int limit,
                                     bool *more);

#endif
