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
MUST_USE enum result account_set_password(struct db *db, struct account_id id,
                                          struct str hash);
/* With its keys. ERR_CONFLICT: it still owns channels. */
MUST_USE enum result account_remove(struct db *db, struct account_id id);

#endif
