/* caller.h -- what the key of a request opens, asked of the store. In a worker;
 * the way in for readings asks the keyring instead. */
#ifndef WEB_CALLER_H
#define WEB_CALLER_H

#include "web/call.h"

/* The channel that the key may read: a write key's or a read key's.
 * ERR_STRANGER: no key, or none that opens a channel. */
MUST_USE enum result caller_channel(struct call *c, struct channel_id *out);

/* The account that the key speaks for, which must be a user key.
 * ERR_STRANGER: no key, or another. */
MUST_USE enum result caller_account(struct call *c, struct account_id *out);

#endif
