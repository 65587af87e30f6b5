/* pool.h -- threads that may wait. Each has something of its own (for us a
 * database connection), which it lends to the work it is given. */
#ifndef RUN_POOL_H
#define RUN_POOL_H

#include <stdbool.h>

struct pool;

/* own_new runs on each new thread; what it returns, NULL too, is lent as own. */
struct pool *pool_start(int threads, int queue_max, void *(*own_new)(void *arg),
                        void (*own_free)(void *own), void *arg);
void pool_stop(struct pool *p); /* finishes what was handed in */

/* Any thread. False when queue_max pieces of work are waiting already. */
bool pool_run(struct pool *p, void (*fn)(void *own, void *arg), void *arg);
/* For what may take long: it waits in a queue of its own, and one thread in
 * four, where there are two or more, is kept for the rest. */
bool pool_run_long(struct pool *p, void (*fn)(void *own, void *arg), void *arg);

#endif
