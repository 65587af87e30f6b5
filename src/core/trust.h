/* trust.h -- the watchers of a feed, and which of them may be told: who was
 * let in by a key or a session is asked about whenever keys, channels or
 * accounts were changed, and now and then in any case. Private to feed.c; loop
 * thread. */
#ifndef CORE_TRUST_H
#define CORE_TRUST_H

#include "core/feed.h"

struct trust {
    struct link watchers;
    int n;
    int n_doubted, n_asked;   /* of them */
    int64_t no_asking_before; /* steady: database or sessions were away */
    int64_t changed_at;       /* steady; the last trust_change */
};

void trust_init(struct trust *t);
void trust_join(struct trust *t, struct watcher *w);
void trust_leave(struct trust *t, struct watcher *w);

/* Something was changed that may matter to any of them. */
void trust_change(struct trust *t);
/* This one was not asked about for a while. */
void trust_renew(struct trust *t, struct watcher *w, int64_t now);
/* Asks about the next of those that are doubted. */
void trust_ask(struct trust *t);

/* What became of it. False: something was changed meanwhile. */
bool trust_grant(struct trust *t, struct watcher *w);
void trust_ask_again(struct trust *t, struct watcher *w);

#endif
