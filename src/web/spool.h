/* spool.h -- an answer that is larger than memory should hold.
 *
 * A handler just writes its body. What does not fit a small buffer goes to an
 * unlinked file, so that an answer of any size costs no memory, has a known
 * length, and keeps neither a worker nor a database snapshot waiting for a
 * slow client. */
#ifndef WEB_SPOOL_H
#define WEB_SPOOL_H

#include "web/call.h"

void spool_begin(struct call *c);

/* This answer is for its receiver alone: it stays in memory. Before the first
 * byte; the handler knows that it is small. */
void spool_never(struct call *c);

/* Call's end, loop thread: the body is complete, or on an error thrown away.
 * ERR_BUSY: it could not be kept (a full disk). */
MUST_USE enum result spool_end(struct call *c, enum result rc);

#endif
