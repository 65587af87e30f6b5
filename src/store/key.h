/* key.h -- a text that opens a channel or an account.
 *
 * The store knows a key by the hash of its text and keeps, for its owner to
 * read again, a sealed copy (see core/secret.h) and the first letters. Every
 * change here, and every change to channels and devices, raises the epoch, so
 * that a running server notices what the command line did.
 */
#ifndef STORE_KEY_H
#define STORE_KEY_H

#include "base/arena.h"
#include "base/result.h"
#include "store/ids.h"

struct db;

enum { KEY_HASH = 32, KEY_HINT = 4, KEY_TEXT_MAX = 64 };

enum key_kind { KEY_WRITE = 1, KEY_READ = 2, KEY_USER = 3 };

struct key {
    struct key_id id;
    enum key_kind kind;
    struct channel_id channel; /* 0 for a user key */
    struct account_id account; /* 0 but for a user key */
    struct str hash;           /* KEY_HASH bytes */
    struct str sealed;
    struct str hint;           /* the first KEY_HINT letters, shorter keys
                                * less */
    int64_t created_at;
};

/* ERR_CONFLICT: some channel or account has that key already. */
MUST_USE enum result key_add(struct db *db, const struct key *key,
                             struct key_id *id);
/* ERR_MISSING: nobody has it. */
MUST_USE enum result key_find(struct db *db, struct arena *a, struct str hash,
                              struct key *out);
/* In order of id; write keys first. */
MUST_USE enum result key_list_channel(struct db *db, struct arena *a,
                                      struct channel_id channel,
                                      struct key **list, int *n);
MUST_USE enum result key_list_account(struct db *db, struct arena *a,
                                      struct account_id account,
                                      struct key **list, int *n);
MUST_USE enum result key_remove(struct db *db, struct key_id id);

MUST_USE enum result key_epoch(struct db *db, int64_t *out);
MUST_USE enum result key_epoch_raise(struct db *db);

#endif
