/* etag.h -- an answer that the client may have already. */
#ifndef WEB_ETAG_H
#define WEB_ETAG_H

#include "web/call.h"

/* Sends a strong entity tag: the same bytes, the same tag, in every build. Is
 * it one that the client has (If-None-Match)? Then the response is a 304. */
bool etag_known(struct call *c, struct str bytes);

#endif
