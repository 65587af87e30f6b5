/* attempt.h -- what a visitor may not do too often (core/trials.h): have a
 * password checked, which also is not done on the loop, and have something
 * kept. */
#ifndef WEB_ATTEMPT_H
#define WEB_ATTEMPT_H

#include "web/call.h"

/* Goes on with next where passwords are checked, if core/trials.h lets them
 * try: an account's name, or (NO_STR) whoever wants to make one. Otherwise a
 * page says how long to wait. For the handler that is running to return.
 * c->state is in use from here on. */
MUST_USE enum result attempt_begin(struct call *c, struct str name,
                                   handler *next);

/* In next: it was no guess, and does not count. */
void attempt_forgive(struct call *c);

/* A stranger wants so many bytes kept, which count until they come back with
 * time: ERR_TOO_SOON, c->why says how long to wait. Any thread. */
MUST_USE enum result attempt_keep(struct call *c, size_t bytes);
/* They were not kept. */
void attempt_keep_not(struct call *c, size_t bytes);

#endif
