/* opened.h -- what the key of a request opens. In a worker. */
#ifndef WEB_OPENED_H
#define WEB_OPENED_H

#include "web/call.h"

/* The channel that the request's key may read: a read key's or a write
 * key's; 0 without a key. ERR_DENIED: the key opens no channel. */
MUST_USE enum result opened_channel(struct call *c, struct channel_id *id);

#endif
