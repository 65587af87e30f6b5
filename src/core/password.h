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

/* Is it the password of that hash, ours or one that came from elsewhere (see
 * core/password_form.h)? False for a hash of no known kind, or one that would
 * take too much. */
bool password_check(struct str password, struct str hash);

/* As much work as password_check with a hash of ours: for names that nobody
 * has, so that time does not tell. */
void password_pretend(struct str password);

/* Was it made otherwise than password_hash makes them today? */
bool password_outdated(struct str hash);

#endif
