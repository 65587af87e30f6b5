#include "core/ingest.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "core/feed.h"
#include "core/metrics.h"
#include "core/writer.h"
#include "run/loop.h"
#include "store/channel.h"
#include "store/device.h"
#include "store/summary.h"

/* First come, first served. */
struct queue {
    struct batch *first, **last;
};

struct ingest {
    struct job job; /* first; one group under way at a time */
    struct loop *loop;
    struct writer *writer;
    struct metrics *metrics;
    struct feed *feed;

    pthread_mutex_t lock; /* guards the five below */
    struct queue small, large;
    struct queue single; /* of a group that failed: each by itself */
    size_t waiting;      /* readings in the queues and under way */
    bool starting;       /* start is posted */

    struct batch *group; /* the writer's until delivered; set under lock */
    enum result rc;
};

static void queue_init(struct queue *q)
{
    q->first = NULL;
    q->last = &q->first;
}

static void queue_add(struct queue *q, struct batch *b)
{
    b->next = NULL;
    *q->last = b;
    q->last = &b->next;
}

static struct batch *queue_take(struct queue *q)
{
    struct batch *b = q->first;

    q->first = b->next;
    if (!q->first)
        q->last = &q->first;
    return b;
}

/* What a transaction works with. */
struct store_run {
    struct batch **all; /* by channel, in order of arrival */
    size_t n;
    struct reading *rows;
    size_t n_rows;
    int64_t *late;
};

/* A merge sort, because it keeps the order of arrival and qsort would not
 * promise it. */
static void sort(struct batch **b, struct batch **spare, size_t n)
{
    if (n < 2)
        return;
    size_t half = n / 2, i = 0, j = half, k = 0;

    sort(b, spare, half);
    sort(b + half, spare, n - half);
    while (k < n)
        spare[k++] = j == n || (i < half
                                && b[i]->channel.n <= b[j]->channel.n)
                         ? b[i++]
                         : b[j++];
    memcpy(b, spare, n * sizeof *b);
}

/* Gives the readings of a run of batches of one channel their entry numbers
 * and says how many of them are late for their summaries. */
static enum result number(struct db *db, struct store_run *s, size_t from,
                          size_t to, size_t *n_late)
{
    struct channel_id id = s->all[from]->channel;
    int64_t n = 0, entry, summed;

    for (size_t i = from; i < to; i++)
        n += (int64_t)s->all[i]->n;
    enum result rc = channel_claim(db, id, n, &entry, &summed);
    *n_late = 0;
    for (size_t i = from; i < to; i++) {
        struct batch *b = s->all[i];

        b->rc = rc;
        for (size_t k = 0; rc == OK && k < b->n; k++) {
            b->list[k].channel = id;
            b->list[k].entry = entry++;
            if (b->list[k].at < summed)
                s->late[(*n_late)++] = b->list[k].at;
            s->rows[s->n_rows++] = b->list[k];
        }
    }
    return rc;
}

static enum result remember_devices(struct db *db, struct store_run *s,
                                    size_t from, size_t to)
{
    enum result rc = OK;

    for (size_t i = from; i < to && rc == OK; i++) {
        struct batch *b = s->all[i];

        if (!b->new_device.p)
            continue;
        rc = device_put(db, b->channel, b->new_device, false, b->list[0].at);
        if (rc == ERR_TOO_BIG)
            rc = OK;
    }
    return rc;
}

static enum result store_channel(struct db *db, struct store_run *s,
                                 size_t from, size_t to)
{
    size_t n_late;

    s->n_rows = 0;
    enum result rc = number(db, s, from, to, &n_late);
    if (rc == ERR_MISSING)
        return OK; /* that is only its devices' affair */
    if (rc == OK)
        rc = readings_add(db, s->rows, s->n_rows);
    if (rc == OK)
        rc = remember_devices(db, s, from, to);
    if (rc == OK && n_late > 0)
        rc = summary_redo(db, s->all[from]->channel, s->late, n_late);
    return rc;
}

static enum result store_all(struct db *db, struct batch *group)
{
    struct store_run s = { 0 };
    size_t readings = 0, k = 0;
    enum result rc = OK;

    for (struct batch *b = group; b; b = b->next) {
        s.n++;
        readings += b->n;
    }
    s.all = mem_new(2 * s.n * sizeof *s.all);
    s.rows = mem_new(readings * sizeof *s.rows);
    s.late = mem_new(readings * sizeof *s.late);
    for (struct batch *b = group; b; b = b->next)
        s.all[k++] = b;
    sort(s.all, s.all + s.n, s.n);
    for (size_t i = 0, j; i < s.n && rc == OK; i = j) {
        for (j = i + 1; j < s.n && s.all[j]->channel.n == s.all[i]->channel.n;
             j++)
            ;
        rc = store_channel(db, &s, i, j);
    }
    free(s.all);
    free(s.rows);
    free(s.late);
    return rc;
}

static enum result store_group(struct db *db, struct job *job)
{
    return store_all(db, ((struct ingest *)job)->group);
}

enum result ingest_store(struct db *db, struct batch *b)
{
    b->next = NULL;
    enum result rc = store_all(db, b);
    return rc == OK ? b->rc : rc;
}

/* With the lock: what has gathered becomes the group that is out. */
static bool next_group(struct ingest *in)
{
    struct queue group;
    size_t n = 0;

    if (in->group)
        return false;
    queue_init(&group);
    if (in->single.first) {
        queue_add(&group, queue_take(&in->single));
    } else {
        while (in->small.first && n < INGEST_GROUP) {
            n += in->small.first->n;
            queue_add(&group, queue_take(&in->small));
        }
        while (in->large.first && n < INGEST_GROUP) {
            n += in->large.first->n;
            queue_add(&group, queue_take(&in->large));
        }
    }
    in->group = group.first;
    return in->group != NULL;
}

static void tell(struct ingest *in, struct batch *b, enum result rc)
{
    enum result own = rc == OK ? b->rc : rc;
    struct channel_id channel = b->channel;
    int64_t entry = b->list[b->n - 1].entry;

    if (own == OK)
        in->metrics->stored += (int64_t)b->n;
    b->done(b, own);
    if (own == OK && in->feed)
        feed_stored(in->feed, channel, entry);
}

/* Back on the loop: the group is on disk, or it never will be. */
static void deliver(void *arg)
{
    struct ingest *in = arg;
    struct batch *group = in->group, *next;
    enum result rc = in->rc;
    bool apart = rc != OK && rc != ERR_BUSY && group->next;
    size_t n = 0;

    for (struct batch *b = group; b && !apart; b = b->next)
        n += b->n;
    pthread_mutex_lock(&in->lock);
    in->group = NULL;
    in->waiting -= n;
    in->metrics->queued = (int64_t)in->waiting;
    for (struct batch *b = group; b && apart; b = next) {
        next = b->next;
        queue_add(&in->single, b);
    }
    bool more = next_group(in);
    pthread_mutex_unlock(&in->lock);
    if (more) /* keep the writer busy while we answer */
        writer_submit(in->writer, &in->job);
    if (apart)
        return;
    in->metrics->last_group = (int64_t)n;
    for (struct batch *b = group; b; b = next) {
        next = b->next;
        tell(in, b, rc);
    }
}

static void stored(struct job *job, enum result rc)
{
    struct ingest *in = (struct ingest *)job;

    in->rc = rc;
    loop_post(in->loop, deliver, in);
}

struct ingest *ingest_new(struct loop *loop, struct writer *w,
                          struct metrics *m, struct feed *feed)
{
    struct ingest *in = NEW(struct ingest);

    *in = (struct ingest){
        .job = { .do_it = store_group, .done = stored },
        .loop = loop,
        .writer = w,
        .metrics = m,
        .feed = feed,
    };
    queue_init(&in->small);
    queue_init(&in->large);
    queue_init(&in->single);
    pthread_mutex_init(&in->lock, NULL);
    return in;
}

void ingest_free(struct ingest *in)
{
    assert(!in->group && in->waiting == 0);
    pthread_mutex_destroy(&in->lock);
    free(in);
}

/* On the loop, after all that it had to do when the first batch came: what has
 * arrived together becomes one group. */
static void start(void *arg)
{
    struct ingest *in = arg;

    pthread_mutex_lock(&in->lock);
    in->starting = false;
    bool go = next_group(in);
    pthread_mutex_unlock(&in->lock);
    if (go)
        writer_submit(in->writer, &in->job);
}

enum result ingest_submit(struct ingest *in, struct batch *b)
{
    bool post = false;

    assert(b->n > 0);
    pthread_mutex_lock(&in->lock);
    bool room = in->waiting + b->n <= INGEST_WAITING || in->waiting == 0;
    if (room) {
        in->waiting += b->n;
        in->metrics->queued = (int64_t)in->waiting;
        queue_add(b->n <= INGEST_SMALL ? &in->small : &in->large, b);
        post = !in->group && !in->starting;
        in->starting = in->starting || post;
    }
    pthread_mutex_unlock(&in->lock);
    if (post)
        loop_post(in->loop, start, in);
    return room ? OK : ERR_BUSY;
}
