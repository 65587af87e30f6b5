/* Who takes too much, too long, or leaves too early. */
#include "server_rig.h"

/* Sends n bytes of body and expects the status, whole, in spite of them. */
static void expect_after_body(struct rig *r, const char *head, size_t n,
                              const char *status)
{
    char *body = mem_new(n), *heard = mem_new(HEARD);
    int fd = dial(r);

    memset(body, 'x', n);
    say(fd, head);
    assert_true(say_n(fd, body, n)); /* read, though for nothing */
    hear(fd, heard, PATIENCE_MS, NULL);
    if (!strstr(heard, status))
        fail_msg("%s: %s", head, heard);
    close(fd);
    free(body);
    free(heard);
}

static void test_sizes(void **state)
{
    struct rig *r = begin(&usual);

    (void)state;
    expect_after_body(r,
                      "POST /b HTTP/1.1\r\nContent-Length: 100000\r\n"
                      "Connection: close\r\n\r\n",
                      100000, "|100000:xxx");
    expect_after_body(r, "POST /b HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n",
                      5000000, "HTTP/1.1 413 ");
    expect_after_body(r,
                      "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
                      "\r\n4c4b40\r\n",
                      5000000, "HTTP/1.1 413 ");
    expect_after_body(r, "GET /", 500000, "HTTP/1.1 431 ");
    expect_after_body(r, "GET / HTTP/1.1\r\nA: ", 5000, "HTTP/1.1 431 ");
    EXPECT_OPEN(r,
                "POST / HTTP/1.1\r\nContent-Length: "
                "99999999999999999999999999\r\n\r\n",
                "HTTP/1.1 413 ");
    struct http_counts counts = end(r);
    assert_int_equal(counts.requests, 1);
    assert_int_equal(counts.refused_size, 5);
}

static void test_held_in_all(void **state)
{
    struct http_limits limits = usual;

    (void)state;
    limits.held = 60 * 1000;
    struct rig *r = begin(&limits);
    int fd = dial(r);
    char *some = mem_new(30000);

    say(fd, "POST / HTTP/1.1\r\nContent-Length: 90000\r\n\r\n");
    say_n(fd, some, 30000);
    usleep(100 * 1000);
    expect_after_body(r, "POST /b HTTP/1.1\r\nContent-Length: 90000\r\n\r\n",
                      80000, "Retry-After: ");
    close(fd);
    usleep(50 * 1000);
    expect_after_body(r,
                      "POST /b HTTP/1.1\r\nContent-Length: 20000\r\n"
                      "Connection: close\r\n\r\n",
                      20000, "HTTP/1.1 200 OK");
    free(some);
    end(r);
}

static void test_slow(void **state)
{
    struct http_limits limits = usual;
    char *heard = mem_new(HEARD);

    (void)state;
    limits.request_ms = 300;
    limits.idle_ms = 300;
    struct rig *r = begin(&limits);
    int slow = dial(r), idle = dial(r), gone = dial(r);
    bool closed;

    say(gone, "GET /late HTTP/1.1\r\n\r\n");
    close(gone);
    for (int i = 0; i < 8; i++) { /* a drip does not help */
        say(slow, i == 0 ? "GET / HTTP/1.1\r\nA: " : "b");
        usleep(100 * 1000);
    }
    hear(slow, heard, PATIENCE_MS, &closed);
    assert_non_null(strstr(heard, "HTTP/1.1 408 "));
    assert_true(closed);
    assert_int_equal(hear(idle, heard, PATIENCE_MS, &closed), 0);
    assert_true(closed);
    close(slow);
    close(idle);
    free(heard);
    struct http_counts counts = end(r);
    assert_int_equal(counts.refused_slow, 1);
    assert_int_equal(counts.requests, 1);
}

static void test_connections(void **state)
{
    struct http_limits limits = usual;
    char *heard = mem_new(HEARD);
    int fd[6];
    bool closed;

    (void)state;
    limits.connections = 3;
    struct rig *r = begin(&limits);
    for (int i = 0; i < 4; i++) {
        fd[i] = dial(r);
        usleep(20 * 1000);
    }
    hear(fd[0], heard, 500, &closed); /* idle longest */
    assert_true(closed);
    for (int i = 1; i < 4; i++) {
        say(fd[i], "GET /a HTTP/1.1\r\n");
        usleep(20 * 1000);
    }
    fd[4] = dial(r); /* nobody is idle now */
    hear(fd[4], heard, 500, &closed);
    assert_true(closed);
    say(fd[1], "\r\n");
    hear(fd[1], heard, 500, &closed);
    assert_non_null(strstr(heard, "<GET|/a||0:>"));
    assert_false(closed);
    for (int i = 0; i < 5; i++)
        close(fd[i]);
    free(heard);
    end(r);
}

static void test_per_address(void **state)
{
    struct http_limits limits = usual;
    char *heard = mem_new(HEARD);
    bool closed;

    (void)state;
    limits.per_address = 2;
    struct rig *r = begin(&limits);
    int a = dial(r), b = dial(r);
    usleep(20 * 1000);
    int c = dial(r);
    hear(c, heard, 500, &closed);
    assert_true(closed);
    close(a);
    usleep(50 * 1000);
    int d = dial(r);
    say(d, "GET /a HTTP/1.1\r\n\r\n");
    hear(d, heard, 300, &closed);
    assert_non_null(strstr(heard, "200 OK"));
    close(b);
    close(c);
    close(d);
    free(heard);
    end(r);
}

/* The length of the body, read slowly. */
static size_t body_length(int fd)
{
    char *heard = mem_new(HEARD);
    size_t n = hear(fd, heard, PATIENCE_MS, NULL), more;
    char *body = strstr(heard, "\r\n\r\n");

    assert_non_null(body);
    n -= body + 4 - heard;
    while ((more = hear(fd, heard, PATIENCE_MS, NULL)) > 0)
        n += more;
    free(heard);
    return n;
}

static void test_large_answers(void **state)
{
    struct rig *r = begin(&usual);
    int fd = dial(r);

    (void)state;
    say(fd, "GET /file?20000000 HTTP/1.1\r\nConnection: close\r\n\r\n");
    usleep(50 * 1000);
    assert_int_equal(body_length(fd), 20000000);
    close(fd);
    fd = dial(r);
    say(fd, "GET /big?9000000 HTTP/1.0\r\n\r\n");
    shutdown(fd, SHUT_WR);
    usleep(50 * 1000);
    assert_int_equal(body_length(fd), 9000000);
    close(fd);
    EXPECT(r, "GET /file?8 HTTP/1.1\r\n\r\nGET /a HTTP/1.1\r\n\r\n",
           "Content-Length: 8\r\n", "beginend", "HTTP/1.1 200 OK",
           "<GET|/a||0:>");
    for (int i = 0; i < 20; i++) { /* gone in the middle of it */
        fd = dial(r);
        say(fd, i % 2 ? "GET /file?20000000 HTTP/1.1\r\n\r\n"
                      : "GET /big?9000000 HTTP/1.1\r\n\r\n");
        usleep(1000);
        close(fd);
    }
    end(r);
}

static void test_gone(void **state)
{
    struct rig *r = begin(&usual);

    (void)state;
    for (int i = 0; i < 50; i++) {
        int fd = dial(r);
        struct linger hard = { 1, 0 };

        say(fd, i % 2 ? "GET /late HTTP/1.1\r\n\r\n"
                      : "GET /a HTTP/1.1\r\n\r\nGET /late HTTP/1.1\r\n\r\n");
        usleep(2000);
        if (i % 3 == 0) /* a reset */
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close(fd);
    }
    EXPECT(r, "GET /drop HTTP/1.1\r\n\r\n", "");
    struct http_counts counts = end(r);
    assert_in_range(counts.requests, 51, 50 + 25 + 1);
    assert_int_equal(counts.connections, 0);
    assert_int_equal(counts.in_flight, 0);
}

static void test_drain(void **state)
{
    struct rig *r = begin(&usual);
    char *heard = mem_new(HEARD);
    int idle = dial(r), busy = dial(r);
    bool closed;

    (void)state;
    say(busy, "GET /late HTTP/1.1\r\n\r\n");
    usleep(50 * 1000);
    loop_post(r->loop, drain, r);
    hear(busy, heard, PATIENCE_MS, &closed);
    assert_non_null(strstr(heard, "<GET|/late||0:>"));
    assert_non_null(strstr(heard, "Connection: close"));
    assert_true(closed);
    hear(idle, heard, PATIENCE_MS, &closed);
    assert_true(closed);
    pthread_join(r->thread, NULL);
    http_free(r->http);
    loop_free(r->loop);
    free(r);
    close(idle);
    close(busy);
    free(heard);
}

static void test_listen(void **state)
{
    struct rig *r = begin(&usual);
    struct http_server *s = r->http;
    char taken[32];
    int port;

    (void)state;
    snprintf(taken, sizeof taken, "127.0.0.1:%d", r->port);
    assert_int_equal(http_listen(s, str_of(taken), NULL, &port), ERR_CONFLICT);
    assert_int_equal(http_listen(s, STR("here:80"), NULL, &port), ERR_INVALID);
    assert_int_equal(http_listen(s, STR("127.0.0.1"), NULL, &port),
                     ERR_INVALID);
    assert_int_equal(http_listen(s, STR("127.0.0.1:99999"), NULL, &port),
                     ERR_INVALID);
    assert_int_equal(http_listen(s, STR("192.0.2.1:0"), NULL, &port),
                     ERR_INVALID);
    end(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_held_in_all),
        cmocka_unit_test(test_slow),
        cmocka_unit_test(test_connections),
        cmocka_unit_test(test_per_address),
        cmocka_unit_test(test_large_answers),
        cmocka_unit_test(test_gone),
        cmocka_unit_test(test_drain),
        cmocka_unit_test(test_listen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
