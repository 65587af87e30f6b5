#include "core/feed.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/moment.h"
#include "core/round.h"
#include "core/trust.h"
#include "run/loop.h"
#include "run/pool.h"

enum {
    BUCKETS = 256,
    ROUNDS_MOST = 64,  /* at once: workers have other things to do */
    PATIENCE_MS = 1000 /* when the database is away */
};

#define NOBODY INT64_MAX

/* A channel that somebody watches. */
struct topic {
    struct link link;    /* of its bucket */
    struct link turn;    /* of all topics: whose turn it is to be looked at */
    struct channel_id channel;
    struct link watches;
    int64_t newest;      /* entry, as far as is known; -1: not yet */
    int64_t began;       /* the last round; steady */
    bool wanted;         /* there may be something new */
    bool under_way;      /* a round is; then the topic stays */
};

struct feed {
    struct loop *loop;
    struct pool *pool;
    void (*write)(struct buf *out, struct arena *a, const struct channel *ch,
                  const struct reading *r);
    struct link bucket[BUCKETS];
    struct link topics;
    struct trust trust;
    int n_rounds;        /* under way */
    int64_t beat_at;
    struct glance glance;
    bool glancing;
    int64_t no_glance_before; /* steady: the database was away */
};

static struct link *bucket_of(struct feed *f, struct channel_id id)
{
    return &f->bucket[(uint64_t)id.n % BUCKETS];
}

static struct topic *topic_find(struct feed *f, struct channel_id id)
{
    struct link *head = bucket_of(f, id);

    for (struct link *l = head->next; l != head; l = l->next) {
        struct topic *t = HOLDER(l, struct topic, link);

        if (t->channel.n == id.n)
            return t;
    }
    return NULL;
}

static struct topic *topic_of(struct feed *f, struct channel_id id)
{
    struct topic *t = topic_find(f, id);

    if (t)
        return t;
    t = NEW(struct topic);
    *t = (struct topic){ .channel = id, .newest = -1 };
    link_init(&t->watches);
    link_init(&t->link);
    link_init(&t->turn);
    link_before(bucket_of(f, id), &t->link);
    link_before(&f->topics, &t->turn);
    return t;
}

static void drop_if_idle(struct topic *t)
{
    if (t->under_way || !link_alone(&t->watches))
        return;
    link_remove(&t->link);
    link_remove(&t->turn);
    free(t);
}

/* A round. */

static void deliver(void *arg);

static bool may_be_told(struct watcher *w)
{
    return w->standing == TRUSTED && w->takes(w);
}

/* Whom the round is for, and how far the one furthest behind has got. */
static int64_t choose(struct topic *t)
{
    int64_t after = NOBODY;

    for (struct link *l = t->watches.next; l != &t->watches; l = l->next) {
        struct watch *w = HOLDER(l, struct watch, link);

        w->in_round = may_be_told(w->watcher);
        if (w->in_round && w->entry < after)
            after = w->entry;
    }
    return after;
}

static void begin(struct feed *f, struct topic *t)
{
    int64_t after = choose(t);
    struct round *r;

    if (after == NOBODY) {
        t->wanted = false; /* until they are trusted, or ready */
        return;
    }
    r = NEW(struct round);
    *r = (struct round){
        .feed = f,
        .topic = t,
        .done = { f->loop, deliver, r },
        .write = f->write,
        .channel = t->channel,
        .after = after,
    };
    if (!pool_run(f->pool, round_run, r)) {
        free(r); /* the next tick tries again */
        return;
    }
    f->n_rounds++;
    t->wanted = false;
    t->under_way = true;
    t->began = moment_steady();
}

static void begin_if_due(struct feed *f, struct topic *t)
{
    if (t->wanted && !t->under_way && !link_alone(&t->watches)
        && f->n_rounds < ROUNDS_MOST && moment_steady() - t->began >= FEED_PAUSE_MS)
        begin(f, t);
}

/* And back. */

static void tell_what_it_lacks(struct watch *w, const struct round *r)
{
    struct news news = { .kind = NEWS_RESET, .watch = w };
    bool changed = w->updated_at != r->updated_at;
    int skip = 0;

    if (w->entry == r->newest && !changed)
        return;
    if (w->entry < r->newest && w->entry + 1 >= r->first && !changed) {
        while (skip < r->n && r->piece[skip].entry <= w->entry)
            skip++;
        news.kind = NEWS_READINGS;
        news.piece = r->piece + skip;
        news.n = r->n - skip;
    }
    w->entry = r->newest;
    w->updated_at = r->updated_at;
    w->watcher->tell(w->watcher, &news);
}

static bool is_over(const struct watch *w, const struct round *r)
{
    return r->rc == ERR_MISSING || (w->watcher->open && !r->is_public);
}

static void tell_all(struct topic *t, const struct round *r)
{
    struct link *next;

    for (struct link *l = t->watches.next; l != &t->watches; l = next) {
        struct watch *w = HOLDER(l, struct watch, link);

        next = l->next;
        if (is_over(w, r))
            w->watcher->tell(w->watcher, &(struct news){ .kind = NEWS_OVER });
        else if (!may_be_told(w->watcher))
            continue;
        else if (!w->in_round)
            t->wanted = true; /* it has joined meanwhile */
        else
            tell_what_it_lacks(w, r);
    }
}

static void deliver(void *arg)
{
    struct round *r = arg;
    struct topic *t = r->topic;

    if (r->rc == OK || r->rc == ERR_MISSING) {
        tell_all(t, r);
        t->newest = r->newest;
    } else {
        t->wanted = true;
        t->began = moment_steady() + PATIENCE_MS;
    }
    r->feed->n_rounds--;
    t->under_way = false;
    buf_free(&r->text);
    free(r);
    drop_if_idle(t);
}

/* Other processes. */

static void glanced(void *arg)
{
    struct feed *f = arg;
    const struct glance *g = &f->glance;

    f->glancing = false;
    if (g->rc != OK)
        f->no_glance_before = moment_steady() + PATIENCE_MS;
    for (int i = 0; g->rc == OK && i < g->n; i++) {
        struct topic *t = topic_find(f, g->channel[i]);

        if (!t || g->newest[i] == t->newest)
            continue;
        t->wanted = true;
        begin_if_due(f, t);
    }
}

static void glance(struct feed *f)
{
    struct glance *g = &f->glance;

    if (f->glancing || moment_steady() < f->no_glance_before)
        return;
    g->n = 0;
    for (int i = 0; i < GLANCE_MOST && !link_alone(&f->topics); i++) {
        struct topic *t = HOLDER(f->topics.next, struct topic, turn);

        if (g->n > 0 && t->channel.n == g->channel[0].n)
            break;
        link_remove(&t->turn);
        link_before(&f->topics, &t->turn);
        g->channel[g->n++] = t->channel;
    }
    f->glancing = g->n > 0 && pool_run(f->pool, glance_run, g);
}

void feed_ready(struct feed *f, struct watcher *w)
{
    for (int i = 0; i < w->n; i++) {
        struct topic *t = w->watch[i].topic;

        t->wanted = true;
        begin_if_due(f, t);
    }
}

void feed_trust(struct feed *f, struct watcher *w)
{
    bool may = trust_grant(&f->trust, w);

    trust_ask(&f->trust);
    if (may)
        feed_ready(f, w);
}

void feed_ask_again(struct feed *f, struct watcher *w)
{
    trust_ask_again(&f->trust, w);
}

static void beat(struct feed *f)
{
    struct link *next;

    f->beat_at = moment_steady();
    for (struct link *l = f->trust.watchers.next; l != &f->trust.watchers;
         l = next) {
        struct watcher *w = HOLDER(l, struct watcher, link);

        next = l->next;
        trust_renew(&f->trust, w, f->beat_at);
        if (w->takes(w))
            w->tell(w, &(struct news){ .kind = NEWS_BEAT });
    }
}

static void begin_all(struct feed *f)
{
    for (struct link *l = f->topics.next; l != &f->topics; l = l->next)
        begin_if_due(f, HOLDER(l, struct topic, turn));
}

static void tick(void *arg)
{
    struct feed *f = arg;

    if (f->trust.n == 0)
        return;
    trust_ask(&f->trust);
    begin_all(f);
    glance(f);
    if (moment_steady() - f->beat_at >= FEED_BEAT_MS)
        beat(f);
}

struct feed *feed_new(struct loop *loop, struct pool *pool,
                      void (*write)(struct buf *out, struct arena *a,
                                    const struct channel *ch,
                                    const struct reading *r))
{
    struct feed *f = NEW(struct feed);

    f->loop = loop;
    f->pool = pool;
    f->write = write;
    f->glance.done = (struct errand){ f->loop, glanced, f };
    for (int i = 0; i < BUCKETS; i++)
        link_init(&f->bucket[i]);
    link_init(&f->topics);
    trust_init(&f->trust);
    loop_every(loop, FEED_PAUSE_MS, tick, f);
    return f;
}

void feed_free(struct feed *f)
{
    assert(f->trust.n == 0 && link_alone(&f->topics));
    free(f);
}

void feed_join(struct feed *f, struct watcher *w)
{
    if (f->trust.n == 0)
        f->beat_at = moment_steady();
    trust_join(&f->trust, w);
    for (int i = 0; i < w->n; i++) {
        struct watch *one = &w->watch[i];
        struct topic *t = topic_of(f, one->channel);

        one->watcher = w;
        one->topic = t;
        one->in_round = false;
        link_init(&one->link);
        link_before(&t->watches, &one->link);
        t->wanted = t->wanted || t->newest != one->entry;
        begin_if_due(f, t);
    }
}

void feed_leave(struct feed *f, struct watcher *w)
{
    trust_leave(&f->trust, w);
    for (int i = 0; i < w->n; i++) {
        link_remove(&w->watch[i].link);
        drop_if_idle(w->watch[i].topic);
    }
}

int feed_count(const struct feed *f)
{
    return f->trust.n;
}

void feed_stored(struct feed *f, struct channel_id channel, int64_t entry)
{
    struct topic *t = f->trust.n > 0 ? topic_find(f, channel) : NULL;

    if (!t || t->newest == entry)
        return;
    t->wanted = true;
    begin_if_due(f, t);
}

void feed_changed(struct feed *f)
{
    trust_change(&f->trust);
    trust_ask(&f->trust);
    for (struct link *l = f->topics.next; l != &f->topics; l = l->next)
        HOLDER(l, struct topic, turn)->wanted = true;
    begin_all(f);
}
