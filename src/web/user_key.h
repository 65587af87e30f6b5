/* user_key.h -- whose account a request speaks for, by its user key. */
#ifndef WEB_USER_KEY_H
#define WEB_USER_KEY_H

#include "web/call.h"

/* ERR_STRANGER: no key, or none that is a user's. In a worker. */
MUST_USE enum result user_key_account(struct call *c, struct account_id *out);

#endif
