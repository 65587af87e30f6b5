/* credentials.h -- a name and a password for an account, as a form says them,
 * and the account that they make. */
#ifndef WEB_CREDENTIALS_H
#define WEB_CREDENTIALS_H

#include "web/call.h"

struct newcomer;

/* What is wrong with them, as a sentence for people; NULL: nothing. */
const char *credentials_name(struct str name);
const char *credentials_password(struct str password);

/* The name that the form sent, for its field; NO_STR when it is no text. */
struct str credentials_shown(const struct call *c);

/* Makes the account (core/newcomer.h); all but the hash of its password is
 * given in n. In a worker that may hash. ERR_CONFLICT: the name is taken, and
 * this is the sentence for it. */
MUST_USE enum result credentials_join(struct call *c, struct newcomer *n,
                                      struct str password);
const char *credentials_taken(struct call *c, struct str name);

#endif
