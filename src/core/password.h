/* password.h -- hashing, slow on purpose (argon2id). Worker threads and the
 * command line only: it takes about a tenth of a second and 64 MiB. */
#ifndef CORE_PASSWORD_H
#define CORE_PASSWORD_H

#include "base/arena.h"
#include "base/result.h"

enum { PASSWORD_MAX = 1024 };

/* ERR_INVALID: empty; ERR_TOO_BIG; ERR_BUSY: no memory for it now. */
MUST_USE enum result password_hash(struct arena *a, struct str password,
                                   struct str *out);

/* Is it the password of that hash? False for a hash of no known kind. */
bool password_check(struct str password, struct str hash);

#endif
