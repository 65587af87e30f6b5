/* credentials.h -- a name and a password for an account, as a form says
 * them. */
#ifndef WEB_CREDENTIALS_H
#define WEB_CREDENTIALS_H

#include "web/call.h"

/* What is wrong with them, as a sentence for people; NULL: nothing. */
const char *credentials_name(struct str name);
const char *credentials_password(struct str password);

/* The name that the form sent, for its field; NO_STR when it is no text. */
struct str credentials_shown(const struct call *c);

#endif
