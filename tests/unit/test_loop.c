#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "run/loop.h"

enum { THREADS = 4, EACH = 20000 };

struct meeting {
    struct loop *loop;
    int next[THREADS], total, out_of_order;
};

struct note {
    struct meeting *m;
    int thread, number;
};

static struct note notes[THREADS][EACH];

static void arrive(void *arg)
{
    struct note *n = arg;

    n->m->out_of_order += n->number != n->m->next[n->thread]++;
    if (++n->m->total == THREADS * EACH)
        loop_stop(n->m->loop);
}

static void *post_all(void *arg)
{
    struct note *first = arg;

    for (int i = 0; i < EACH; i++)
        loop_post(first->m->loop, arrive, &first[i]);
    return NULL;
}

static void test_posts_from_threads(void **state)
{
    struct meeting m = { .loop = loop_new() };
    pthread_t threads[THREADS];

    (void)state;
    for (int t = 0; t < THREADS; t++) {
        for (int i = 0; i < EACH; i++)
            notes[t][i] = (struct note){ &m, t, i };
        pthread_create(&threads[t], NULL, post_all, notes[t]);
    }
    loop_run(m.loop);
    for (int t = 0; t < THREADS; t++)
        pthread_join(threads[t], NULL);
    assert_int_equal(m.total, THREADS * EACH);
    assert_int_equal(m.out_of_order, 0);
    loop_free(m.loop);
}

struct chain {
    struct loop *loop;
    int called;
};

static void again(void *arg)
{
    struct chain *c = arg;

    if (++c->called < 10)
        loop_post(c->loop, again, c);
}

static void test_free_calls_the_rest(void **state)
{
    struct chain c = { .loop = loop_new() };

    (void)state;
    loop_post(c.loop, again, &c);
    loop_free(c.loop);
    assert_int_equal(c.called, 10);
}

static void stop_third(void *arg)
{
    struct chain *c = arg;

    if (++c->called == 3)
        loop_stop(c->loop);
}

static void test_every(void **state)
{
    struct chain c = { .loop = loop_new() };

    (void)state;
    loop_every(c.loop, 5, stop_third, &c);
    loop_run(c.loop);
    assert_int_equal(c.called, 3);
    loop_free(c.loop);
}

static void raise_it(void *arg)
{
    (void)arg;
    raise(SIGUSR1);
}

static void test_signal(void **state)
{
    struct chain c = { .loop = loop_new(), .called = 2 };

    (void)state;
    loop_on_signal(c.loop, SIGUSR1, stop_third, &c);
    loop_post(c.loop, raise_it, NULL);
    loop_run(c.loop);
    assert_int_equal(c.called, 3);
    loop_free(c.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_posts_from_threads),
        cmocka_unit_test(test_free_calls_the_rest),
        cmocka_unit_test(test_every),
        cmocka_unit_test(test_signal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
