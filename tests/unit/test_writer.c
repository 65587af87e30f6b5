/* The writer's promises, on both databases: one commit for many, and a bad job
 * that sinks no other. */
#include "store_db.h"

#include <pthread.h>

#include "core/metrics.h"
#include "core/writer.h"
#include "db/db.h"

enum { JOBS = 200 };

static const struct sql put_sql = {
    "INSERT INTO setting (name, value) VALUES ($1, $2)"
};
static const struct sql count_sql = {
    "SELECT count(*) FROM setting WHERE value = 'job'"
};

struct put {
    struct job job; /* first */
    char name[16];
    bool bad;
    enum result told;
};

static pthread_mutex_t told_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told_one = PTHREAD_COND_INITIALIZER;
static int n_told;

static enum result put(struct db *to, struct job *job)
{
    struct put *p = (struct put *)job;
    enum result rc = db_run(to, &put_sql,
                            ARGS(TEXT(str_of(p->name)), TEXT(STR("job"))));

    return rc == OK && p->bad ? ERR_INVALID : rc;
}

static void told(struct job *job, enum result rc)
{
    pthread_mutex_lock(&told_lock);
    ((struct put *)job)->told = rc;
    n_told++;
    pthread_cond_signal(&told_one);
    pthread_mutex_unlock(&told_lock);
}

static void wait_for(int n)
{
    pthread_mutex_lock(&told_lock);
    while (n_told < n)
        pthread_cond_wait(&told_one, &told_lock);
    pthread_mutex_unlock(&told_lock);
}

static struct writer *start(struct metrics *m)
{
    struct db *own;

    n_told = 0;
    assert_ok(db_open(test_url, DB_WRITE, &own));
    return writer_start(own, m);
}

static void a_bad_job_sinks_no_other(void **state)
{
    static struct put jobs[JOBS];
    struct metrics m = { 0 };
    struct writer *w = start(&m);

    (void)state;
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = (struct put){
            .job = { .do_it = put, .done = told },
            .bad = i % 50 == 7,
        };
        snprintf(jobs[i].name, sizeof jobs[i].name, "job%d", i);
        writer_submit(w, &jobs[i].job);
    }
    wait_for(JOBS);
    for (int i = 0; i < JOBS; i++)
        assert_int_equal(jobs[i].told, jobs[i].bad ? ERR_INVALID : OK);
    writer_stop(w);
    assert_int_equal(number(&count_sql), JOBS - JOBS / 50);
    assert_true(m.commits_failed >= JOBS / 50);
}

static void waits_and_tells(void **state)
{
    struct metrics m = { 0 };
    struct writer *w = start(&m);
    struct put one = { .job = { .do_it = put }, .name = "one" };
    struct put again = { .job = { .do_it = put }, .name = "one" };

    (void)state;
    assert_ok(writer_do(w, &one.job));
    assert_int_equal(number(&count_sql), 1);
    assert_int_equal(writer_do(w, &again.job), ERR_CONFLICT);
    writer_stop(w);
    assert_int_equal(m.commits, 1);
    assert_int_equal(m.commits_failed, 1);
}

static void stopping_finishes_what_was_handed_in(void **state)
{
    static struct put jobs[JOBS];
    struct metrics m = { 0 };
    struct writer *w = start(&m);

    (void)state;
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = (struct put){ .job = { .do_it = put, .done = told } };
        snprintf(jobs[i].name, sizeof jobs[i].name, "job%d", i);
        writer_submit(w, &jobs[i].job);
    }
    writer_stop(w);
    assert_int_equal(n_told, JOBS);
    assert_int_equal(number(&count_sql), JOBS);
}

static void alone_it_is_a_transaction_too(void **state)
{
    struct put one = { .job = { .do_it = put }, .name = "one", .bad = true };

    (void)state;
    assert_int_equal(writer_do_alone(db, &one.job), ERR_INVALID);
    assert_int_equal(number(&count_sql), 0);
    one.bad = false;
    assert_ok(writer_do_alone(db, &one.job));
    assert_int_equal(number(&count_sql), 1);
}

static int run(void)
{
    static const struct CMUnitTest tests[] = {
        T(a_bad_job_sinks_no_other),
        T(waits_and_tells),
        T(stopping_finishes_what_was_handed_in),
        T(alone_it_is_a_transaction_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
