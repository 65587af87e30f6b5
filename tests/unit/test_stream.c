/* An answer that goes on: what the client hears, and how it ends. */
#include "server_rig.h"

#include <semaphore.h>

/* One stream at a time; what has become of it. */
static _Atomic(struct exchange *) stream;
static struct rig *rig;
static _Atomic bool begun;
static _Atomic int n_gone, n_ready;

static void gone(void *arg)
{
    assert_ptr_equal(arg, rig);
    stream = NULL;
    n_gone++;
}

static void ready(void *arg)
{
    assert_ptr_equal(arg, rig);
    n_ready++;
}

static void open_stream(void *arg, struct exchange *x)
{
    response_header(&x->res, "Content-Type", STR("text/plain"));
    stream = x;
    begun = exchange_stream(x, gone, ready, arg);
    if (!begun)
        stream = NULL;
    else
        exchange_tell(x, STR("hello;"));
}

static struct rig *begin_streams(const struct http_limits *limits)
{
    struct rig *r = NEW(struct rig);

    rig = r;
    n_gone = n_ready = 0;
    stream = NULL;
    r->loop = loop_new();
    r->http = http_new(r->loop, limits, open_stream, r);
    assert_int_equal(http_listen(r->http, STR("127.0.0.1:0"), NULL, &r->port),
                     OK);
    assert_int_equal(pthread_create(&r->thread, NULL, run, r), 0);
    return r;
}

/* Does something on the loop, and waits for it. */
struct turn {
    void (*fn)(void);
    sem_t done;
};

static void take_turn(void *arg)
{
    struct turn *t = arg;

    t->fn();
    sem_post(&t->done);
}

static void on_loop(struct rig *r, void (*fn)(void))
{
    struct turn t = { .fn = fn };

    sem_init(&t.done, 0, 0);
    loop_post(r->loop, take_turn, &t);
    sem_wait(&t.done);
    sem_destroy(&t.done);
}

static void tell_more(void)
{
    exchange_tell(stream, STR("more;"));
}

static void end_it(void)
{
    exchange_end(stream);
    stream = NULL;
}

static const char hears[] = "GET /s HTTP/1.1\r\n\r\n";

static void test_it_goes_on(void **state)
{
    struct rig *r = begin_streams(&usual);
    char *heard = mem_new(HEARD);
    bool closed;
    int fd = dial(r);

    (void)state;
    say(fd, hears);
    hear(fd, heard, 300, &closed);
    assert_false(closed);
    assert_non_null(strstr(heard, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(heard, "Connection: close\r\n"));
    assert_null(strstr(heard, "Content-Length"));
    assert_non_null(strstr(heard, "\r\n\r\nhello;"));
    say(fd, "GET /another HTTP/1.1\r\n\r\n"); /* which nobody reads */
    on_loop(r, tell_more);
    hear(fd, heard, 300, &closed);
    assert_string_equal(heard, "more;");
    assert_false(closed);
    on_loop(r, end_it);
    hear(fd, heard, PATIENCE_MS, &closed);
    assert_string_equal(heard, "");
    assert_true(closed);
    assert_int_equal(n_gone, 0);
    close(fd);
    free(heard);
    assert_int_equal(end(r).in_flight, 0);
}

static void wait_for_gone(void)
{
    for (int i = 0; i < PATIENCE_MS && !n_gone; i++)
        usleep(1000);
    assert_int_equal(n_gone, 1);
}

static void test_a_client_that_goes_is_noticed(void **state)
{
    struct rig *r = begin_streams(&usual);
    char *heard = mem_new(HEARD);
    int fd = dial(r);

    (void)state;
    say(fd, hears);
    hear(fd, heard, 300, NULL);
    assert_int_equal(n_gone, 0);
    close(fd);
    wait_for_gone();
    free(heard);
    end(r);
}

static void test_nothing_to_stream(void **state)
{
    struct rig *r = begin_streams(&usual);

    (void)state;
    EXPECT_OPEN(r, "HEAD /s HTTP/1.1\r\n\r\n", "200 OK", "\r\n\r\n");
    assert_false(begun);
    assert_int_equal(n_gone, 0);
    end(r);
}

static void tell_much(void)
{
    static char much[1 << 20];

    memset(much, 'x', sizeof much);
    for (int i = 0; i < 40 && stream; i++)
        exchange_tell(stream, (struct str){ much, sizeof much });
}

/* Forty megabytes do not wait for a client that does not read. */
static void test_who_does_not_keep_up_is_dropped(void **state)
{
    struct rig *r = begin_streams(&usual);
    int fd = dial(r);

    (void)state;
    say(fd, hears);
    usleep(300 * 1000);
    on_loop(r, tell_much);
    assert_int_equal(n_gone, 1);
    assert_null(stream);
    close(fd);
    assert_int_equal(end(r).refused_slow, 1);
}

static _Atomic int n_told;

static void tell_while_it_keeps_up(void)
{
    static char some[16 * 1024];

    memset(some, 'x', sizeof some);
    for (n_told = 0; n_told < 10000 && exchange_keeps_up(stream); n_told++)
        exchange_tell(stream, (struct str){ some, sizeof some });
}

/* It is asked first, and is there again when it has read. */
static void test_who_falls_behind_may_catch_up(void **state)
{
    struct rig *r = begin_streams(&usual);
    char *heard = mem_new(HEARD);
    int fd = dial(r);
    size_t n = 0;

    (void)state;
    say(fd, hears);
    hear(fd, heard, 300, NULL);
    on_loop(r, tell_while_it_keeps_up);
    assert_in_range(n_told, 1, 9999);
    while (n < (size_t)n_told * 16 * 1024)
        n += hear(fd, heard, 300, NULL);
    on_loop(r, tell_more);
    assert_int_equal(n_ready, 1);
    assert_int_equal(n_gone, 0);
    hear(fd, heard, 300, NULL);
    assert_string_equal(heard, "more;");
    close(fd);
    free(heard);
    assert_int_equal(end(r).refused_slow, 0);
}

static void test_draining_ends_it(void **state)
{
    struct rig *r = begin_streams(&usual);
    char *heard = mem_new(HEARD);
    bool closed;
    int fd = dial(r);

    (void)state;
    say(fd, hears);
    hear(fd, heard, 300, NULL);
    end(r);
    assert_int_equal(n_gone, 1);
    hear(fd, heard, PATIENCE_MS, &closed);
    assert_true(closed);
    close(fd);
    free(heard);
}

/* It outlives what a silent connection and a slow request may take. */
static void test_no_patience_applies(void **state)
{
    struct http_limits limits = usual;
    char *heard = mem_new(HEARD);
    bool closed;

    (void)state;
    limits.idle_ms = limits.request_ms = 200;
    struct rig *r = begin_streams(&limits);
    int fd = dial(r);
    say(fd, hears);
    hear(fd, heard, 1000, &closed);
    assert_false(closed);
    on_loop(r, tell_more);
    hear(fd, heard, 300, &closed);
    assert_string_equal(heard, "more;");
    close(fd);
    free(heard);
    end(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_goes_on),
        cmocka_unit_test(test_a_client_that_goes_is_noticed),
        cmocka_unit_test(test_nothing_to_stream),
        cmocka_unit_test(test_who_does_not_keep_up_is_dropped),
        cmocka_unit_test(test_who_falls_behind_may_catch_up),
        cmocka_unit_test(test_draining_ends_it),
        cmocka_unit_test(test_no_patience_applies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
