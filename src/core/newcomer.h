/* newcomer.h -- a new account, whoever makes it: with its user key. */
#ifndef CORE_NEWCOMER_H
#define CORE_NEWCOMER_H

#include "base/arena.h"
#include "base/result.h"
#include "store/ids.h"

struct db;
struct secret;

struct newcomer {
    struct str name;
    struct str password;   /* a hash */
    bool admin;
    bool first_is_admin;   /* the first account of all is one */
    struct account_id id;  /* filled in, as is: */
    struct str user_key;   /* its text, in the arena */
};

/* On the writer, or in a transaction of the command line. ERR_CONFLICT: the
 * name is taken; ERR_INVALID: it is none. */
MUST_USE enum result newcomer_add(struct db *db, const struct secret *s,
                                  struct arena *a, struct newcomer *n,
                                  int64_t now);

#endif
