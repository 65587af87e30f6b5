/* guard.h -- asks core/grant.h before a handler runs. In a worker. */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include "web/call.h"

/* Finds out who the visitor is and what the path names (c->visitor,
 * c->channel, c->post, c->document), and whether the route's act is granted.
 *
 * In a request that could change something a session counts only together with
 * its form token, and no page of another site may send one: ERR_DENIED. */
MUST_USE enum result guard_check(struct call *c);

/* Did a page of another site send this? Tells by Origin and Sec-Fetch-Site,
 * which every browser sends with a POST; other programs need not. */
bool guard_foreign(const struct request *req);

#endif
