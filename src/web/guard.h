/* guard.h -- asks core/grant.h before a handler runs. In a worker. */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include "web/call.h"

/* Finds out who the visitor is and what the path names (c->visitor,
 * c->channel, c->post, c->document), and whether the route's act is granted.
 * A session or key is looked up only where it can make a difference.
 *
 * A page of another site may send no form here, and where somebody has a
 * session it counts only together with its form token: else ERR_DENIED. In an
 * API a session without it is as good as none. */
MUST_USE enum result guard_check(struct call *c);

/* Behind it: a channel that the path does not name, if c->visitor may read
 * it. */
MUST_USE enum result guard_readable(struct call *c, struct channel_id id,
                                    struct channel *out);

/* Did a page of another site send this? Tells by Origin and Sec-Fetch-Site,
 * which every browser sends with a POST; other programs need not. */
bool guard_foreign(const struct request *req);

#endif
