#include "core/trust.h"

#include "base/moment.h"

enum {
    ASKED_MOST = 64, /* at once: workers have other things to do */
    AWAY_MS = 1000,
    TRUST_MS = 45 * 1000 - FEED_PAUSE_MS /* a session ends by itself, too */
};

void trust_init(struct trust *t)
{
    *t = (struct trust){ .changed_at = moment_steady() - TRUST_MS };
    link_init(&t->watchers);
}

static void doubt(struct trust *t, struct watcher *w)
{
    if (w->open)
        return;
    if (w->standing == TRUSTED) {
        w->standing = DOUBTED;
        t->n_doubted++;
    } else if (w->standing == ASKED) {
        w->standing = ASKED_TOO_EARLY;
    }
}

void trust_join(struct trust *t, struct watcher *w)
{
    w->standing = TRUSTED;
    w->trusted_at = moment_steady();
    link_init(&w->link);
    link_before(&t->watchers, &w->link);
    t->n++;
    if (w->trusted_at - t->changed_at < TRUST_MS)
        doubt(t, w); /* the change may be younger than what let it in */
}

/* It is in none of the two counts any more. */
static void uncount(struct trust *t, struct watcher *w)
{
    if (w->standing == DOUBTED)
        t->n_doubted--;
    else if (w->standing != TRUSTED)
        t->n_asked--;
}

void trust_leave(struct trust *t, struct watcher *w)
{
    link_remove(&w->link);
    uncount(t, w);
    t->n--;
}

void trust_change(struct trust *t)
{
    t->changed_at = moment_steady();
    for (struct link *l = t->watchers.next; l != &t->watchers; l = l->next)
        doubt(t, HOLDER(l, struct watcher, link));
}

void trust_renew(struct trust *t, struct watcher *w, int64_t now)
{
    if (now - w->trusted_at >= TRUST_MS)
        doubt(t, w);
}

void trust_ask(struct trust *t)
{
    if (moment_steady() < t->no_asking_before)
        return;
    for (struct link *l = t->watchers.next;
         l != &t->watchers && t->n_doubted > 0 && t->n_asked < ASKED_MOST;
         l = l->next) {
        struct watcher *w = HOLDER(l, struct watcher, link);

        if (w->standing != DOUBTED)
            continue;
        if (!w->ask(w))
            return; /* the next time tries again */
        w->standing = ASKED;
        t->n_doubted--;
        t->n_asked++;
    }
}

bool trust_grant(struct trust *t, struct watcher *w)
{
    bool again = w->standing == ASKED_TOO_EARLY;

    uncount(t, w);
    w->standing = TRUSTED;
    w->trusted_at = moment_steady();
    link_remove(&w->link); /* the others are asked about before it is again */
    link_before(&t->watchers, &w->link);
    if (again)
        doubt(t, w);
    return !again;
}

void trust_ask_again(struct trust *t, struct watcher *w)
{
    uncount(t, w);
    w->standing = DOUBTED;
    t->n_doubted++;
    t->no_asking_before = moment_steady() + AWAY_MS;
}
