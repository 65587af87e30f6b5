/* recheck.h -- would a visitor still be let in, long after they were? For what
 * goes on longer than a request. Loop thread.
 */
#ifndef WEB_RECHECK_H
#define WEB_RECHECK_H

#include "web/call.h"

struct recheck;

/* Asks guard.h in a worker as if the call's request came now, and whether its
 * visitor may read each of these channels. It copies what it needs of the call.
 * done comes on the loop thread: OK, or why not; ERR_BUSY or ERR_FAILED: it
 * cannot be told just now, the database or the sessions are away. NULL: too much is waiting. */
MUST_USE struct recheck *recheck_begin(const struct call *c,
                                       const struct channel_id *channels, int n,
                                       void (*done)(void *arg, enum result rc),
                                       void *arg);
/* done is not called any more; nor may this be after it was. */
void recheck_forget(struct recheck *r);

#endif
