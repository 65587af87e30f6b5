#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "run/pool.h"

enum { THREADS = 3, WORK = 1000 };

struct shop {
    atomic_int opened, closed, begun, done, wrong_own;
    pthread_mutex_t gate; /* held: whoever works waits */
};

struct own {
    struct shop *shop;
    pthread_t thread;
};

static void *own_new(void *arg)
{
    struct own *o = NEW(struct own);

    o->shop = arg;
    o->thread = pthread_self();
    o->shop->opened++;
    return o;
}

static void own_free(void *own)
{
    ((struct own *)own)->shop->closed++;
    free(own);
}

static void pass(void *own, void *arg)
{
    struct shop *s = arg;

    (void)own;
    s->begun++;
    pthread_mutex_lock(&s->gate);
    pthread_mutex_unlock(&s->gate);
    s->done++;
}

static void work(void *own, void *arg)
{
    struct shop *s = arg;
    struct own *o = own;

    s->wrong_own += o->shop != s || !pthread_equal(o->thread, pthread_self());
    pass(own, arg);
}

static void test_all_is_done(void **state)
{
    struct shop s = { .gate = PTHREAD_MUTEX_INITIALIZER };
    struct pool *p = pool_start(THREADS, WORK, own_new, own_free, &s);

    (void)state;
    for (int i = 0; i < WORK; i++)
        assert_true(pool_run(p, work, &s));
    pool_stop(p);
    assert_int_equal(s.done, WORK);
    assert_int_equal(s.wrong_own, 0);
    assert_int_equal(s.opened, THREADS);
    assert_int_equal(s.closed, THREADS);
}

static void test_queue_is_bounded(void **state)
{
    struct shop s = { .gate = PTHREAD_MUTEX_INITIALIZER };
    struct pool *p = pool_start(1, 5, own_new, own_free, &s);
    int taken = 0;

    (void)state;
    pthread_mutex_lock(&s.gate);
    assert_true(pool_run(p, work, &s));
    usleep(50 * 1000); /* the thread has it now */
    for (int i = 0; i < 100; i++)
        taken += pool_run(p, work, &s);
    assert_in_range(taken, 4, 5);
    pthread_mutex_unlock(&s.gate);
    pool_stop(p);
    assert_int_equal(s.done, taken + 1);
}

static void wait_for(atomic_int *n, int wanted)
{
    for (int i = 0; i < 5000 && *n < wanted; i++)
        usleep(1000);
    assert_int_equal(*n, wanted);
}

/* However many long ones there are, the rest goes on; and none is forgotten. */
static void test_a_thread_is_kept(void **state)
{
    struct shop lazy = { .gate = PTHREAD_MUTEX_INITIALIZER };
    struct shop quick = { .gate = PTHREAD_MUTEX_INITIALIZER };
    struct pool *p = pool_start(THREADS, WORK, NULL, NULL, NULL);

    (void)state;
    pthread_mutex_lock(&lazy.gate);
    for (int i = 0; i < 50; i++)
        assert_true(pool_run_long(p, pass, &lazy));
    wait_for(&lazy.begun, THREADS - 1);
    usleep(50 * 1000); /* the last thread might take one now */
    assert_int_equal(lazy.begun, THREADS - 1);
    for (int i = 0; i < 50; i++)
        assert_true(pool_run(p, pass, &quick));
    wait_for(&quick.done, 50);
    assert_int_equal(lazy.done, 0);
    pthread_mutex_unlock(&lazy.gate);
    wait_for(&lazy.done, 50);
    pthread_mutex_lock(&lazy.gate);
    for (int i = 0; i < 50; i++)
        assert_true(pool_run_long(p, pass, &lazy));
    pthread_mutex_unlock(&lazy.gate);
    pool_stop(p);
    assert_int_equal(lazy.done, 100);
}

static void test_one_thread_does_all(void **state)
{
    struct shop s = { .gate = PTHREAD_MUTEX_INITIALIZER };
    struct pool *p = pool_start(1, WORK, NULL, NULL, NULL);

    (void)state;
    for (int i = 0; i < 50; i++) {
        assert_true(pool_run_long(p, pass, &s));
        assert_true(pool_run(p, pass, &s));
    }
    pool_stop(p);
    assert_int_equal(s.done, 100);
}

static void count(void *own, void *arg)
{
    assert_null(own);
    ++*(atomic_int *)arg;
}

static void test_without_own(void **state)
{
    atomic_int n = 0;
    struct pool *p = pool_start(1, 1, NULL, NULL, NULL);

    (void)state;
    assert_true(pool_run(p, count, &n));
    pool_stop(p);
    assert_int_equal(n, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_done),
        cmocka_unit_test(test_queue_is_bounded),
        cmocka_unit_test(test_a_thread_is_kept),
        cmocka_unit_test(test_one_thread_does_all),
        cmocka_unit_test(test_without_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
