#include "core/writer.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "core/metrics.h"
#include "db/db.h"

struct writer {
    struct db *db;
    struct metrics *metrics;
    pthread_t thread;
    pthread_mutex_t lock; /* guards the three below */
    pthread_cond_t work;
    struct job *first, **last;
    bool stopping;
};

static int64_t steady_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum result transact(struct db *db, struct job *first, struct job *end)
{
    enum result rc = db_begin(db);

    if (rc != OK)
        return rc;
    for (struct job *j = first; j != end && rc == OK; j = j->next)
        rc = j->do_it(db, j);
    return db_end(db, rc);
}

static enum result commit(struct writer *w, struct job *first, struct job *end)
{
    int64_t start = steady_us();
    enum result rc = transact(w->db, first, end);

    w->metrics->commit_us += steady_us() - start;
    if (rc == OK)
        w->metrics->commits++;
    else
        w->metrics->commits_failed++;
    return rc;
}

static void commit_group(struct writer *w, struct job *group)
{
    enum result rc = commit(w, group, NULL);

    if (rc == OK || !group->next) {
        for (struct job *j = group; j; j = j->next)
            j->rc = rc;
        return;
    }
    log_info("writer.retry", "reason=\"%s\"", result_words(rc));
    for (struct job *j = group; j; j = j->next)
        j->rc = commit(w, j, j->next);
}

static void tell(struct job *group)
{
    for (struct job *j = group, *next; j; j = next) {
        next = j->next; /* done() may free j */
        j->done(j, j->rc);
    }
}

/* Everything that is waiting; NULL when it is time to go. */
static struct job *take(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->first && !w->stopping)
        pthread_cond_wait(&w->work, &w->lock);
    struct job *group = w->first;
    w->first = NULL;
    w->last = &w->first;
    pthread_mutex_unlock(&w->lock);
    return group;
}

static void *run(void *arg)
{
    struct writer *w = arg;
    struct job *group;

    while ((group = take(w)) != NULL) {
        commit_group(w, group);
        tell(group);
    }
    return NULL;
}

struct writer *writer_start(struct db *db, struct metrics *m)
{
    struct writer *w = NEW(struct writer);

    w->db = db;
    w->metrics = m;
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->work, NULL);
    if (pthread_create(&w->thread, NULL, run, w) != 0) {
        log_fail("writer.start", "reason=\"no thread\"");
        abort();
    }
    return w;
}

void writer_stop(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->work);
    pthread_mutex_destroy(&w->lock);
    db_close(w->db);
    free(w);
}

void writer_submit(struct writer *w, struct job *job)
{
    job->next = NULL;
    pthread_mutex_lock(&w->lock);
    *w->last = job;
    w->last = &job->next;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
}

struct waiting {
    struct job job; /* first */
    struct job *inner;
    pthread_mutex_t lock;
    pthread_cond_t over;
    bool is_over;
};

static enum result do_inner(struct db *db, struct job *job)
{
    struct waiting *w = (struct waiting *)job;

    return w->inner->do_it(db, w->inner);
}

static void wake(struct job *job, enum result rc)
{
    struct waiting *w = (struct waiting *)job;

    pthread_mutex_lock(&w->lock);
    w->inner->rc = rc;
    w->is_over = true;
    pthread_cond_signal(&w->over);
    pthread_mutex_unlock(&w->lock);
}

enum result writer_do(struct writer *w, struct job *job)
{
    struct waiting me = {
        .job = { .do_it = do_inner, .done = wake },
        .inner = job,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .over = PTHREAD_COND_INITIALIZER,
    };

    writer_submit(w, &me.job);
    pthread_mutex_lock(&me.lock);
    while (!me.is_over)
        pthread_cond_wait(&me.over, &me.lock);
    pthread_mutex_unlock(&me.lock);
    return job->rc;
}

enum result writer_do_alone(struct db *db, struct job *job)
{
    job->next = NULL;
    return transact(db, job, NULL);
}
