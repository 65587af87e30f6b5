/* loop.h -- the thread that never waits for anything but its sockets.
 *
 * Everything a client can see happens here. Other threads reach it in one way
 * only: loop_post.
 */
#ifndef RUN_LOOP_H
#define RUN_LOOP_H

struct event_base; /* libevent's */
struct loop;

struct loop *loop_new(void);
void loop_run(struct loop *loop); /* until loop_stop */
void loop_stop(struct loop *loop);
void loop_free(struct loop *loop); /* calls what was posted, first */

struct event_base *loop_base(struct loop *loop);

/* Loop thread or before it runs; each stays until the loop is freed. */
void loop_every(struct loop *loop, int ms, void (*fn)(void *arg), void *arg);
void loop_on_signal(struct loop *loop, int number, void (*fn)(void *arg),
                    void *arg);

/* Any thread: call fn(arg) on the loop, soon, in the order posted. */
void loop_post(struct loop *loop, void (*fn)(void *arg), void *arg);

#endif
