/* redis.h -- connections to a Redis, for workers: each borrows one for as long
 * as it takes to send some commands and to read the answers.
 *
 * A connection that was closed meanwhile is made again at once. After a failure
 * everybody is told ERR_BUSY at once for a second, and then one worker tries
 * while the others are still told so: a Redis that hangs never holds more than
 * those who met it first, and those for a second or two. Any thread.
 */
#ifndef CORE_REDIS_H
#define CORE_REDIS_H

#include <hiredis/hiredis.h>

#include "base/buf.h"
#include "base/result.h"

struct redis;

/* ERR_INVALID: url has not the form of redis_url.h. Nothing is sent yet. */
MUST_USE enum result redis_open(const char *url, struct redis **out);
void redis_close(struct redis *r);

/* Some commands, to be sent together. A zeroed struct has none. */
struct redis_commands {
    struct buf bytes;
    int n;
};

/* The format is hiredis's: %s and %b (bytes and their length) may hold
 * anything and never become a word of their own. */
void redis_add(struct redis_commands *c, const char *fmt, ...);

/* Sends them and empties c. *last is the answer to the last, for the caller to
 * free. ERR_BUSY: not reached, or one of the answers is an error; the log has
 * why. They may have been done all the same, or twice. */
MUST_USE enum result redis_run(struct redis *r, struct redis_commands *c,
                               redisReply **last);
/* The same, without an answer. */
MUST_USE enum result redis_do(struct redis *r, struct redis_commands *c);

#endif
