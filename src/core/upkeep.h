/* upkeep.h -- what has to be done now and then: summing hours that are over,
 * taking away what has expired (sessions, documents, posts removed a day ago),
 * and noticing that keys, devices or channels were changed, by this process or
 * another.
 * Loop thread. */
#ifndef CORE_UPKEEP_H
#define CORE_UPKEEP_H

struct feed;
struct keyring;
struct loop;
struct pool;
struct sessions;
struct upkeep;
struct writer;

/* Begins when the loop runs. The pool's threads have a struct reader. */
struct upkeep *upkeep_start(struct loop *loop, struct writer *w,
                            struct pool *pool, struct keyring *keyring,
                            struct feed *feed, struct sessions *sessions);
void upkeep_stop(struct upkeep *u); /* nothing new is begun */
void upkeep_free(struct upkeep *u); /* when pool, writer and loop are gone */

#endif
