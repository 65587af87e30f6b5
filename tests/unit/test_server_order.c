/* One request at a time, whatever else its client sends meanwhile. */
#include "server_rig.h"

/* One after the other, each answered at once: no stack for each. */
static void test_pipeline(void **state)
{
    enum { N = 10000, REQUEST = sizeof "GET /00000 HTTP/1.1\r\n\r\n" - 1 };
    char *text = mem_new(N * REQUEST + 1), *heard = mem_new(3 * HEARD);
    struct rig *r = begin(&usual);
    size_t n = 0, some, answer;
    int fd = dial(r);

    (void)state;
    for (int i = 0; i < N; i++)
        sprintf(text + i * REQUEST, "GET /%05d HTTP/1.1\r\n\r\n", i);
    assert_true(say_n(fd, text, N * REQUEST));
    shutdown(fd, SHUT_WR);
    while (n < 2 * HEARD && (some = hear(fd, heard + n, PATIENCE_MS, NULL)))
        n += some;
    answer = n / N;
    assert_int_equal(n % N, 0);
    for (int i = 0; i < N; i++) {
        char wanted[32];
        sprintf(wanted, "<GET|/%05d||0:>", i);
        char *end = heard + (i + 1) * answer - strlen(wanted);
        assert_memory_equal(end, wanted, strlen(wanted));
    }
    close(fd);
    free(heard);
    free(text);
    assert_int_equal(end(r).requests, N);
}

static void test_next_while_parked(void **state)
{
    struct rig *r = begin(&usual);
    char *heard = mem_new(HEARD);
    int fd = dial(r);

    (void)state;
    say(fd, "GET /late HTTP/1.1\r\n\r\n");
    usleep(30 * 1000);
    say(fd, "POST /b HTTP/1.1\r\nContent-");
    usleep(30 * 1000);
    say(fd, "Length: 5\r\n\r\nhe");
    assert_int_equal(hear(fd, heard, 30, NULL), 0); /* not before its turn */
    hear(fd, heard, 300, NULL);
    assert_non_null(strstr(heard, "<GET|/late||0:>"));
    assert_null(strstr(heard, "/b"));
    say(fd, "lloGET /late HTTP/1.1\r\n\r\nGET /d HTTP/1.1\r\n\r\n");
    hear(fd, heard, 300, NULL);
    char *b = strstr(heard, "<POST|/b||5:hello>");
    assert_non_null(b);
    char *late = strstr(b, "<GET|/late||0:>");
    assert_non_null(late);
    assert_non_null(strstr(late, "<GET|/d||0:>"));
    close(fd);
    free(heard);
    end(r);
}

/* A client that only closes its side wants its answer. */
static void test_half_closed(void **state)
{
    static const char *const requests[] = {
        "GET /late HTTP/1.1\r\n\r\n",
        "GET /late HTTP/1.1\r\n\r\nGET /late HTTP/1.1\r\n\r\n",
        "GET /file?900000 HTTP/1.1\r\n\r\n",
    };
    struct rig *r = begin(&usual);
    char *heard = mem_new(HEARD);
    bool closed;

    (void)state;
    for (int i = 0; i < 3; i++) {
        int fd = dial(r);
        say(fd, requests[i]);
        usleep(30 * 1000);
        shutdown(fd, SHUT_WR);
        size_t n = hear(fd, heard, PATIENCE_MS, &closed);
        assert_true(closed);
        assert_true(i < 2 || n > 900000);
        char *first = strstr(heard, i < 2 ? "<GET|/late||0:>" : "begin");
        assert_non_null(first);
        assert_true(i != 1 || strstr(first + 1, "<GET|/late||0:>"));
        close(fd);
    }
    free(heard);
    end(r);
}

/* What comes behind the last request does not take its answer away. */
static void test_behind_the_last(void **state)
{
    static const char last[] = "GET /b HTTP/1.1\r\nConnection: close\r\n\r\n";
    struct rig *r = begin(&usual);
    char *text = mem_new(4 * HEARD), *heard = mem_new(HEARD);
    bool closed;
    int fd = dial(r);

    (void)state;
    memcpy(text, last, sizeof last - 1);
    assert_true(say_n(fd, text, 4 * HEARD));
    hear(fd, heard, PATIENCE_MS, &closed);
    assert_non_null(strstr(heard, "<GET|/b||0:>"));
    assert_true(closed);
    close(fd);
    free(heard);
    free(text);
    assert_int_equal(end(r).requests, 1);
}

struct look {
    struct rig *rig;
    struct http_counts counts;
    int done;
};

static void look(void *arg)
{
    struct look *l = arg;

    l->counts = *http_count(l->rig->http);
    __atomic_store_n(&l->done, 1, __ATOMIC_RELEASE);
}

static struct http_counts counts_now(struct rig *r)
{
    struct look l = { .rig = r };

    loop_post(r->loop, look, &l);
    while (!__atomic_load_n(&l.done, __ATOMIC_ACQUIRE))
        usleep(1000);
    return l.counts;
}

/* Noticed at once; the exchange stays until it is sent. */
static void test_reset_while_parked(void **state)
{
    struct linger hard = { 1, 0 };
    struct rig *r = begin(&usual);
    struct http_counts counts;
    int fd = dial(r);

    (void)state;
    say(fd, "GET /late HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n");
    usleep(30 * 1000);
    assert_int_equal(counts_now(r).connections, 1);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(fd);
    usleep(30 * 1000);
    counts = counts_now(r);
    assert_int_equal(counts.connections, 0);
    assert_int_equal(counts.in_flight, 1);
    counts = end(r);
    assert_int_equal(counts.in_flight, 0);
    assert_int_equal(counts.requests, 1);
}

/* What a client sends while it waits stays with the kernel, but for a little. */
static void test_flood_while_parked(void **state)
{
    struct rig *r = begin(&usual);
    char *some = mem_new(HEARD);
    int fd = dial(r);
    size_t sent = 0;
    ssize_t n;

    (void)state;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    say(fd, "GET /late HTTP/1.1\r\n\r\n");
    for (int i = 0; i < 100; i++) {
        usleep(1000);
        while ((n = send(fd, some, HEARD, MSG_NOSIGNAL)) > 0)
            sent += n;
    }
    assert_in_range(sent, 1, 20 * HEARD);
    hear(fd, some, 300, NULL);
    char *next = strstr(some, "<GET|/late||0:>");
    assert_non_null(next);
    assert_non_null(strstr(next, "HTTP/1.1 400 ")); /* zeros */
    close(fd);
    free(some);
    end(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pipeline),
        cmocka_unit_test(test_next_while_parked),
        cmocka_unit_test(test_half_closed),
        cmocka_unit_test(test_behind_the_last),
        cmocka_unit_test(test_reset_while_parked),
        cmocka_unit_test(test_flood_while_parked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
