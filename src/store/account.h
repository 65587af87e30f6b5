/* account.h -- a person who may sign in and own channels. */
#ifndef STORE_ACCOUNT_H
#define STORE_ACCOUNT_H

#include "base/arena.h"
#include "base/result.h"
#include "store/ids.h"

struct db;

enum { ACCOUNT_NAME_MAX = 63 };

struct account {
    struct account_id id;
    struct str name;     /* 1 to ACCOUNT_NAME_MAX bytes, compared byte-wise */
    struct str password; /* a hash; see core/password.h */
    bool admin;
    int64_t created_at;
    int64_t channels;    /* how many it owns; only from account_list_after */
};

/* ERR_CONFLICT: the name is taken; ERR_INVALID: empty, too long, not text. */
MUST_USE enum result account_add(struct db *db, struct str name,
                                 struct str hash, bool admin, int64_t now,
                                 struct account_id *id);
/* ERR_MISSING: nobody has that name, or that id. */
MUST_USE enum result account_named(struct db *db, struct arena *a,
                                   struct str name, struct account *out);
MUST_USE enum result account_get(struct db *db, struct arena *a,
                                 struct account_id id, struct account *out);
/* All, in order of id. */
MUST_USE enum result account_list(struct db *db, struct arena *a,
                                  struct account **list, int *n);
/* The same, from the one behind after, at most limit. */
MUST_USE enum result account_list_after(struct db *db, struct arena *a,
                                        struct account_id after, int limit,
                                        struct account **list, int *n);
MUST_USE enum result account_count(struct db *db, int64_t *out);
/* What it owns, and what goes with it. */
MUST_USE enum result account_channels(struct db *db, struct account_id id,
                                      int64_t *out);
MUST_USE enum result account_posts(struct db *db, struct account_id id,
                                   int64_t *out);
MUST_USE enum result account_set_password(struct db *db, struct account_id id,
                                          struct str hash);
MUST_USE enum result account_set_admin(struct db *db, struct account_id id,
                                       bool admin);
/* May it leave, as things are? ERR_CONFLICT: it owns channels; ERR_DENIED:
 * others would be left without an administrator. For reading. */
MUST_USE enum result account_may_leave(struct db *db, struct account_id id);
/* Before it is removed, or no longer an administrator, in the same
 * transaction. ERR_DENIED as above. */
MUST_USE enum result account_may_step_down(struct db *db,
                                           struct account_id id);
/* With its keys, sessions, posts and documents. ERR_CONFLICT: it still owns
 * channels. */
MUST_USE enum result account_remove(struct db *db, struct account_id id);

#endif
