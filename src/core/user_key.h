/* user_key.h -- the key with which programs speak for an account: each has
 * one. */
#ifndef CORE_USER_KEY_H
#define CORE_USER_KEY_H

#include "base/arena.h"
#include "base/result.h"
#include "store/ids.h"

struct db;
struct secret;

/* On the writer, or in a transaction of the command line: takes away what the
 * account had and makes another. *text is in the arena. */
MUST_USE enum result user_key_renew(struct db *db, const struct secret *s,
                                    struct arena *a, struct account_id id,
                                    int64_t now, struct str *text);

/* NO_STR: it was sealed with another secret, or there is none. */
MUST_USE enum result user_key_text(struct db *db, const struct secret *s,
                                   struct arena *a, struct account_id id,
                                   struct str *text);

#endif
