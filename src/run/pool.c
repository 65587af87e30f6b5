#include "run/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

struct work {
    void (*fn)(void *own, void *arg);
    void *arg;
};

struct queue { /* a ring */
    int first, waiting;
    struct work *ring;
};

struct pool {
    void *(*own_new)(void *arg);
    void (*own_free)(void *own);
    void *arg;
    int n_threads, room;
    pthread_t *threads;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    bool stopping;
    int n_long, long_max; /* under way */
    struct queue usual, takes_long;
};

static struct queue *next(struct pool *p)
{
    if (p->usual.waiting > 0)
        return &p->usual;
    if (p->takes_long.waiting > 0 && p->n_long < p->long_max)
        return &p->takes_long;
    return NULL;
}

static struct work cut(struct pool *p, struct queue *q)
{
    struct work w = q->ring[q->first];

    q->first = (q->first + 1) % p->room;
    q->waiting--;
    return w;
}

/* Until there is nothing left and there will be nothing more. */
static void work(struct pool *p, void *own)
{
    struct queue *q;

    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (!(q = next(p)) && !p->stopping)
            pthread_cond_wait(&p->changed, &p->lock);
        if (!q)
            break; /* who has a long one under way takes what else waits */
        bool is_long = q == &p->takes_long;
        struct work w = cut(p, q);

        p->n_long += is_long;
        pthread_mutex_unlock(&p->lock);
        w.fn(own, w.arg);
        pthread_mutex_lock(&p->lock);
        p->n_long -= is_long;
        if (is_long && p->takes_long.waiting > 0)
            pthread_cond_signal(&p->changed);
    }
    pthread_mutex_unlock(&p->lock);
}

static void *thread(void *arg)
{
    struct pool *p = arg;
    void *own = p->own_new ? p->own_new(p->arg) : NULL;

    work(p, own);
    if (p->own_free)
        p->own_free(own);
    return NULL;
}

struct pool *pool_start(int threads, int queue_max, void *(*own_new)(void *),
                        void (*own_free)(void *), void *arg)
{
    struct pool *p = NEW(struct pool);

    assert(threads > 0 && queue_max > 0);
    p->own_new = own_new;
    p->own_free = own_free;
    p->arg = arg;
    p->n_threads = threads;
    p->room = queue_max;
    p->long_max = threads > 1 ? threads - (threads + 3) / 4 : 1;
    p->usual.ring = mem_new(queue_max * sizeof *p->usual.ring);
    p->takes_long.ring = mem_new(queue_max * sizeof *p->takes_long.ring);
    p->threads = mem_new(threads * sizeof *p->threads);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->changed, NULL);
    for (int i = 0; i < threads; i++)
        if (pthread_create(&p->threads[i], NULL, thread, p) != 0)
            abort();
    return p;
}

void pool_stop(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->n_threads; i++)
        pthread_join(p->threads[i], NULL);
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->lock);
    free(p->threads);
    free(p->usual.ring);
    free(p->takes_long.ring);
    free(p);
}

static bool add(struct pool *p, struct queue *q, struct work w)
{
    pthread_mutex_lock(&p->lock);
    bool taken = q->waiting < p->room;
    if (taken) {
        q->ring[(q->first + q->waiting++) % p->room] = w;
        pthread_cond_signal(&p->changed);
    }
    pthread_mutex_unlock(&p->lock);
    return taken;
}

bool pool_run(struct pool *p, void (*fn)(void *own, void *arg), void *arg)
{
    return add(p, &p->usual, (struct work){ fn, arg });
}

bool pool_run_long(struct pool *p, void (*fn)(void *own, void *arg), void *arg)
{
    return add(p, &p->takes_long, (struct work){ fn, arg });
}
