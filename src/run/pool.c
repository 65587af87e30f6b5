#include "run/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

struct work {
    void (*fn)(void *own, void *arg);
    void *arg;
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
    int first, waiting; /* a ring */
    struct work *ring;
};

/* False when there is nothing left and there will be nothing more. */
static bool take(struct pool *p, struct work *out)
{
    pthread_mutex_lock(&p->lock);
    while (p->waiting == 0 && !p->stopping)
        pthread_cond_wait(&p->changed, &p->lock);
    bool some = p->waiting > 0;
    if (some) {
        *out = p->ring[p->first];
        p->first = (p->first + 1) % p->room;
        p->waiting--;
    }
    pthread_mutex_unlock(&p->lock);
    return some;
}

static void *thread(void *arg)
{
    struct pool *p = arg;
    void *own = p->own_new ? p->own_new(p->arg) : NULL;
    struct work w;

    while (take(p, &w))
        w.fn(own, w.arg);
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
    p->ring = mem_new(queue_max * sizeof *p->ring);
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
    free(p->ring);
    free(p);
}

bool pool_run(struct pool *p, void (*fn)(void *own, void *arg), void *arg)
{
    pthread_mutex_lock(&p->lock);
    bool taken = p->waiting < p->room;
    if (taken) {
        int last = (p->first + p->waiting++) % p->room;
        p->ring[last] = (struct work){ fn, arg };
        pthread_cond_signal(&p->changed);
    }
    pthread_mutex_unlock(&p->lock);
    return taken;
}
