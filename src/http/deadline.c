#include "http/deadline.h"

#include <event2/event.h>
#include <stdlib.h>

#include "base/moment.h"
#include "run/loop.h"

static void set_timer(struct deadlines *d, int64_t at, int64_t now)
{
    int64_t ms = at > now ? at - now : 0;
    struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

    if (d->set_to && d->set_to <= at)
        return;
    event_add(d->timer, &tv);
    d->set_to = at;
}

struct waiter *deadline_first(struct deadlines *d, int list)
{
    struct link *head = &d->list[list];

    return link_alone(head) ? NULL : HOLDER(head->next, struct waiter, link);
}

static void run_out(struct deadlines *d, int list, int64_t now)
{
    struct waiter *w;

    while ((w = deadline_first(d, list)) && w->since + d->patience[list] <= now)
        d->over(d->arg, w);
    if (w)
        set_timer(d, w->since + d->patience[list], now);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct deadlines *d = arg;
    int64_t now = moment_steady();

    (void)fd;
    (void)what;
    d->set_to = 0;
    for (int i = 0; i < DEADLINE_LISTS; i++)
        run_out(d, i, now);
}

void deadlines_start(struct deadlines *d, struct loop *loop,
                     const int patience[DEADLINE_LISTS],
                     void (*over)(void *arg, struct waiter *w), void *arg)
{
    *d = (struct deadlines){ .over = over, .arg = arg };
    for (int i = 0; i < DEADLINE_LISTS; i++) {
        link_init(&d->list[i]);
        d->patience[i] = patience[i];
    }
    d->timer = event_new(loop_base(loop), -1, 0, on_timer, d);
    if (!d->timer)
        abort();
}

void deadlines_stop(struct deadlines *d)
{
    event_free(d->timer);
}

void deadline_set(struct deadlines *d, struct waiter *w, int list)
{
    w->since = moment_steady();
    link_remove(&w->link);
    link_before(&d->list[list], &w->link);
    set_timer(d, w->since + d->patience[list], w->since);
}

void deadline_clear(struct waiter *w)
{
    link_remove(&w->link);
}
