/* deadline.h -- who has waited too long, at a cost that does not depend on how
 * many wait.
 *
 * A few lists, each with one patience; a new member goes to the end of its
 * list, so the first is always the next to run out. One timer, set only while
 * somebody waits. Loop thread. */
#ifndef HTTP_DEADLINE_H
#define HTTP_DEADLINE_H

#include <stdint.h>

#include "base/list.h"

struct event;
struct loop;

enum { DEADLINE_LISTS = 6 };

struct waiter {
    struct link link;
    int64_t since; /* moment_steady */
};

struct deadlines {
    struct link list[DEADLINE_LISTS];
    int patience[DEADLINE_LISTS]; /* milliseconds */
    struct event *timer;
    int64_t set_to; /* 0: not set */
    void (*over)(void *arg, struct waiter *w);
    void *arg;
};

/* over is called with one whose time is up, and has to move or remove it. */
void deadlines_start(struct deadlines *d, struct loop *loop,
                     const int patience[DEADLINE_LISTS],
                     void (*over)(void *arg, struct waiter *w), void *arg);
void deadlines_stop(struct deadlines *d);

/* From now on; leaves the list it was in. */
void deadline_set(struct deadlines *d, struct waiter *w, int list);
void deadline_clear(struct waiter *w);

/* The one that has waited longest, or NULL. */
struct waiter *deadline_first(struct deadlines *d, int list);

#endif
