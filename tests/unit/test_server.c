/* A real server on the loopback, raw sockets, one test a promise. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "http/server.h"
#include "run/loop.h"

static const struct http_limits usual = {.head = 2048,
                                         .body = 100 * 1000,
                                         .held = 10 * 1000 * 1000,
                                         .connections = 50,
                                         .idle_ms = 10 * 1000,
                                         .request_ms = 5 * 1000};

/* The server, in a thread of its own. */
struct rig {
    struct loop *loop;
    struct http_server *http;
    struct http_counts counts; /* after the end */
    pthread_t thread;
    int port, waiting;
};

static void *run(void *arg)
{
    loop_run(((struct rig *)arg)->loop);
    return NULL;
}

struct late {
    struct rig *rig;
    struct exchange *x;
};

static void send_late(void *arg)
{
    struct late *l = arg;

    exchange_send(l->x);
    l->rig->waiting--;
    free(l);
}

static void *other_thread(void *arg)
{
    struct late *l = arg;

    usleep(150 * 1000);
    loop_post(l->rig->loop, send_late, l);
    return NULL;
}

static void answer_late(struct rig *rig, struct exchange *x)
{
    struct late *l = NEW(struct late);
    pthread_t thread;

    *l = (struct late){rig, x};
    rig->waiting++;
    assert_int_equal(pthread_create(&thread, NULL, other_thread, l), 0);
    pthread_detach(thread);
}

static void answer_file(struct exchange *x, int64_t length)
{
    char name[] = "/tmp/test_server.XXXXXX";
    int fd = mkstemp(name);

    assert_true(fd >= 0);
    unlink(name);
    assert_int_equal(ftruncate(fd, length), 0);
    assert_int_equal(pwrite(fd, "begin", 5, 0), 5);
    assert_int_equal(pwrite(fd, "end", 3, length - 3), 3);
    x->res.fd = fd;
    x->res.fd_length = length;
}

static void handle(void *arg, struct exchange *x)
{
    struct request *q = &x->req;
    struct buf *out = &x->res.body;
    int64_t n = 0;

    response_header(&x->res, "Content-Type", STR("text/plain"));
    if (str_int(q->query, &n) && str_is(q->path, "/file"))
        answer_file(x, n);
    else if (str_is(q->path, "/big"))
        for (int64_t i = 0; i < n; i++)
            buf_char(out, 'x');
    else
        buf_printf(out, "<%s|%.*s|%.*s|%zu:%.*s>", method_name(q->method),
                   STR_FMT(q->path), STR_FMT(q->query), q->body.n,
                   STR_FMT(str_cap(q->body, 4096)));
    if (str_is(q->path, "/204"))
        x->res.status = 204;
    if (str_is(q->path, "/drop"))
        exchange_drop(x);
    else if (str_is(q->path, "/late"))
        answer_late(arg, x);
    else
        exchange_send(x);
}

static struct rig *begin(const struct http_limits *limits)
{
    struct rig *r = NEW(struct rig);

    r->loop = loop_new();
    r->http = http_new(r->loop, limits, handle, r);
    assert_int_equal(http_listen(r->http, STR("127.0.0.1:0"), NULL, &r->port),
                     OK);
    assert_int_equal(pthread_create(&r->thread, NULL, run, r), 0);
    return r;
}

static void drained(void *arg)
{
    loop_stop(((struct rig *)arg)->loop);
}

static void drain(void *arg)
{
    struct rig *r = arg;

    http_drain(r->http, drained, r);
}

static struct http_counts end(struct rig *r)
{
    struct http_counts counts;

    loop_post(r->loop, drain, r);
    pthread_join(r->thread, NULL);
    counts = *http_count(r->http);
    assert_int_equal(r->waiting, 0);
    http_free(r->http);
    loop_free(r->loop);
    free(r);
    return counts;
}

/* The client's side. */
static int dial(struct rig *r)
{
    struct sockaddr_in sa = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)r->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    return fd;
}

static void say_n(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent < 0)
            return; /* the server has had enough */
        p += sent;
        n -= sent;
    }
}

static void say(int fd, const char *text)
{
    say_n(fd, text, strlen(text));
}

enum { HEARD = 1 << 20, PATIENCE_MS = 8000 };

/* Until the server closes, or is silent for quiet_ms. */
static size_t hear(int fd, char *to, int quiet_ms, bool *closed)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    size_t n = 0;
    ssize_t some = 1;

    while (n < HEARD - 1 && poll(&poll_fd, 1, quiet_ms) > 0 &&
           (some = recv(fd, to + n, HEARD - 1 - n, 0)) > 0)
        n += some;
    to[n] = '\0';
    if (closed)
        *closed = some <= 0;
    return n;
}

/* Sends, closes the writing side when told, and expects the whole answer to
 * hold each of the texts, in their order, and the connection to close. */
static void expect(struct rig *r, const char *request, size_t n, bool half,
                   const char *const *wanted)
{
    static char heard[HEARD];
    char *at = heard;
    bool closed;
    int fd = dial(r);

    say_n(fd, request, n);
    if (half)
        shutdown(fd, SHUT_WR);
    hear(fd, heard, half ? PATIENCE_MS : 700, &closed);
    close(fd);
    for (; *wanted; wanted++) {
        char *found = strstr(at, *wanted);
        if (!found)
            fail_msg("after %.60s\nwanted %s\nheard %s", request, *wanted,
                     heard);
        at = found + strlen(*wanted);
    }
    if (half && !closed)
        fail_msg("still open after %s", request);
}

#define WANT(...) ((const char *const[]){__VA_ARGS__, NULL})
#define EXPECT(r, request, ...)                                                \
    expect(r, request, sizeof(request) - 1, true, WANT(__VA_ARGS__))
/* The same without closing our side: the server has to. */
#define EXPECT_OPEN(r, request, ...)                                           \
    expect(r, request, sizeof(request) - 1, false, WANT(__VA_ARGS__))

static void test_lines(void **state)
{
    struct rig *r = begin(&usual);

    (void)state;
    EXPECT(r, "GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n",
           "Content-Length: ", "\r\n\r\n", "<GET|/a|b=1|0:>");
    EXPECT(r, "GET /a HTTP/1.1\n\n", "<GET|/a||0:>");
    EXPECT_OPEN(r, "GET /update?key=K\n", "HTTP/1.1 200 OK", "close",
                "<GET|/update|key=K|0:>");
    EXPECT(r, "GET /a HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK", "Connection: close",
           "<GET|/a||0:>");
    EXPECT(r,
           "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
           "GET /b HTTP/1.0\r\n\r\n",
           "Connection: keep-alive", "<GET|/a||0:>", "close", "<GET|/b||0:>");
    EXPECT(r, "\r\n\n\r\nGET /a HTTP/1.1\r\n\r\n", "<GET|/a||0:>");
    EXPECT(r, "GET http://api.thingspeak.com/u?f=1 HTTP/1.1\r\n\r\n",
           "<GET|/u|f=1|0:>");
    EXPECT(r, "GET /u?f=a b\"<\xc3\xa4>\\^`{|} HTTP/1.1\r\n\r\n",
           "<GET|/u|f=a b\"<\xc3\xa4>\\^`{|}|0:>");
    EXPECT(r, "GET /x%zz[#?a=%1 HTTP/1.1\r\n\r\n", "<GET|/x%zz[#|a=%1|0:>");
    EXPECT(r, "POST api/hook HTTP/1.1\r\n\r\n", "<POST|/api/hook||0:>");
    EXPECT(r, "GET ?&PASSKEY=1 HTTP/1.1\r\n\r\n", "<GET|/|&PASSKEY=1|0:>");
    EXPECT(r, "GET /a HTTP/1.1\r\nHost: x\r\n", "<GET|/a||0:>");
    end(r);
}

static void test_methods(void **state)
{
    struct rig *r = begin(&usual);

    (void)state;
    EXPECT(r, "OPTIONS * HTTP/1.1\r\n\r\n", "200 OK", "<OPTIONS|/||0:>");
    EXPECT(r, "PATCH /p HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi",
           "<PATCH|/p||2:hi>");
    EXPECT(r, "DELETE /p HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi",
           "<DELETE|/p||2:hi>");
    EXPECT(r, "GET /p HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi",
           "<GET|/p||2:hi>");
    EXPECT_OPEN(r, "BREW /p HTTP/1.1\r\n\r\n", "HTTP/1.1 501 ",
                "Access-Control-Allow-Origin: *", "Connection: close",
                "not known");
    EXPECT_OPEN(r, "get /p HTTP/1.1\r\n\r\n", "HTTP/1.1 501 ");
    EXPECT_OPEN(r, "GET /p HTTP/2.0\r\n\r\n", "HTTP/1.1 505 ");
    EXPECT(r, "GET /204 HTTP/1.1\r\n\r\n", "HTTP/1.1 204 No Content\r\n",
           "\r\n\r\n");
    end(r);
}

static void test_head_has_no_body(void **state)
{
    struct rig *r = begin(&usual);
    char *heard = mem_new(HEARD);
    int fd = dial(r);

    (void)state;
    say(fd, "HEAD /a HTTP/1.1\r\n\r\nHEAD /file?70000 HTTP/1.1\r\n"
            "Connection: close\r\n\r\n");
    hear(fd, heard, PATIENCE_MS, NULL);
    assert_non_null(strstr(heard, "Content-Length: 13\r\n"));
    assert_non_null(strstr(heard, "Content-Length: 70000\r\n"));
    assert_null(strstr(heard, "<HEAD"));
    assert_null(strstr(heard, "begin"));
    close(fd);
    free(heard);
    end(r);
}

static void test_bodies(void **state)
{
    struct rig *r = begin(&usual);

    (void)state;
    EXPECT(r, "POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
           "<POST|/b||5:hello>");
    /* an uncounted line end behind the body is not the next request */
    EXPECT(r,
           "POST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi\r\n"
           "POST /c HTTP/1.1\r\nContent-Length: 2\r\n\r\nho\r\n",
           "<POST|/b||2:hi>", "200 OK", "<POST|/c||2:ho>");
    EXPECT(r,
           "POST /b HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"
           "3\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n"
           "GET /n HTTP/1.1\r\n\r\n",
           "<POST|/b||13:abc0123456789>", "<GET|/n||0:>");
    EXPECT(r,
           "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n"
           "POST /late HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"
           "GET /d HTTP/1.1\r\n\r\n",
           "<GET|/a||0:>", "<GET|/b||0:>", "<POST|/late||1:x>", "<GET|/d||0:>");
    EXPECT(r, "GET /late HTTP/1.1\r\n\r\n", "<GET|/late||0:>");
    end(r);
}

static void test_refusals(void **state)
{
    static const char *const requests[] = {
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\ncontent-length: 2",
        "POST / HTTP/1.1\r\nContent-Length: +1",
        "POST / HTTP/1.1\r\nContent-Length: 0x1",
        "POST / HTTP/1.1\r\nContent-Length: 1, 1",
        "POST / HTTP/1.1\r\nContent-Length:",
        "POST / HTTP/1.1\r\nContent-Length: -1",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked",
        "POST / HTTP/1.1\r\nTransfer-Encoding: identity",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
        "Transfer-Encoding: chunked",
        "POST / HTTP/1.1\r\nTransfer-Encoding: \x0b"
        "chunked",
        "GET / HTTP/1.1\r\nHost : x",
        "GET / HTTP/1.1\r\n: x",
        "GET / HTTP/1.1\r\nno colon",
        "GET / HTTP/1.1\r\nA b: x",
        "GET / HTTP/1.1\r\nA: x\r\n folded",
        "GET / HTTP/1.1\r\n A: x",
        "GET / HTTP/1.1\r\nA: x\ry",
        "GET / HTTP/1.1\r\nA\xc3\xa4: x",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n 5\r\nhello",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhello",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\r\nhello",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        "123456789\r\nhello",
    };
    enum { N = sizeof requests / sizeof *requests };
    struct rig *r = begin(&usual);
    char text[1024];

    (void)state;
    for (int i = 0; i < N; i++) {
        /* nothing behind it may be taken for a request */
        int n =
            snprintf(text, sizeof text,
                     "%s\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n", requests[i]);
        expect(r, text, n, false,
               WANT("HTTP/1.1 400 Bad Request\r\n",
                    "Access-Control-Allow-Origin: *",
                    "Content-Length: ", "Connection: close", "\r\n\r\n"));
    }
    EXPECT_OPEN(r, "GET / HTTP/1.1\r\nA: \0\r\n\r\n", "400 Bad Request");
    EXPECT_OPEN(r, "GET /\0 HTTP/1.1\r\n\r\n", "400 Bad Request");
    EXPECT_OPEN(r, "\x16\x03\x01\x02", "400 Bad Request");
    EXPECT_OPEN(r, "GET\r\n\r\n", "400 Bad Request");
    struct http_counts counts = end(r);
    assert_int_equal(counts.requests, 0);
    assert_int_equal(counts.refused_framing, N + 4);
}

static void test_expect(void **state)
{
    struct rig *r = begin(&usual);
    char *heard = mem_new(HEARD);

    (void)state;
    for (int i = 0; i < 3; i++) {
        int fd = dial(r);
        if (i == 2)
            say(fd, "GET /first HTTP/1.1\r\n\r\n");
        say(fd, "POST /b HTTP/1.1\r\nContent-Length: 5\r\n"
                "Expect: 100-continue\r\n\r\n");
        hear(fd, heard, 300, NULL);
        assert_non_null(strstr(heard, "HTTP/1.1 100 Continue\r\n\r\n"));
        say(fd, "hello");
        hear(fd, heard, 300, NULL);
        assert_non_null(strstr(heard, "HTTP/1.1 200 OK"));
        assert_non_null(strstr(heard, "<POST|/b||5:hello>"));
        close(fd);
    }
    EXPECT_OPEN(r,
                "POST / HTTP/1.1\r\nExpect: a miracle\r\n"
                "Content-Length: 1\r\n\r\n",
                "HTTP/1.1 417 ");
    /* refused before it is sent */
    EXPECT_OPEN(r,
                "POST / HTTP/1.1\r\nExpect: 100-continue\r\n"
                "Content-Length: 1000000000\r\n\r\n",
                "HTTP/1.1 413 ");
    free(heard);
    end(r);
}

static void test_byte_by_byte(void **state)
{
    const char *text = "\r\nPOST /b?x=y z HTTP/1.1\nHost: x\nTransfer-"
                       "Encoding: chunked\r\n\n5\r\nhello\r\n0\r\n\r\n"
                       "GET /next HTTP/1.1\r\n\r\n";
    struct rig *r = begin(&usual);
    char *heard = mem_new(HEARD);
    int fd = dial(r), on = 1;

    (void)state;
    setsockopt(fd, IPPROTO_TCP, 1 /* TCP_NODELAY */, &on, sizeof on);
    for (const char *p = text; *p; p++) {
        say_n(fd, p, 1);
        usleep(500);
    }
    hear(fd, heard, 500, NULL);
    assert_non_null(strstr(heard, "<POST|/b|x=y z|5:hello>"));
    assert_non_null(strstr(heard, "<GET|/next||0:>"));
    close(fd);
    free(heard);
    end(r);
}

/* Sends n bytes of body and expects the status, whole, in spite of them. */
static void expect_after_body(struct rig *r, const char *head, size_t n,
                              const char *status)
{
    char *body = mem_new(n), *heard = mem_new(HEARD);
    int fd = dial(r);

    memset(body, 'x', n);
    say(fd, head);
    say_n(fd, body, n);
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

static void test_gzip(void **state)
{
    /* printf hello | gzip -n */
    static const char hello[] =
        "POST /z HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 25"
        "\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\xcd\xc9\xc9\x07\0\x86"
        "\xa6\x10\x36\x05\0\0\0";
    struct rig *r = begin(&usual);

    (void)state;
    expect(r, hello, sizeof hello - 1, true, WANT("<POST|/z||5:hello>"));
    EXPECT(r,
           "POST / HTTP/1.1\r\nContent-Encoding: gzip\r\n"
           "Content-Length: 4\r\n\r\nhuch",
           "HTTP/1.1 400 ");
    EXPECT(r,
           "POST / HTTP/1.1\r\nContent-Encoding: br\r\n"
           "Content-Length: 4\r\n\r\nhuch",
           "HTTP/1.1 415 ");
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

static void test_one_segment(void **state)
{
    struct rig *r = begin(&usual);
    char heard[4096];
    int fd = dial(r);
    ssize_t n;

    (void)state;
    for (int i = 0; i < 20; i++) {
        say(fd, "GET /big?1000 HTTP/1.1\r\n\r\n");
        n = recv(fd, heard, sizeof heard - 1, 0);
        assert_true(n > 1000);
        heard[n] = '\0';
        assert_int_equal(strlen(strstr(heard, "\r\n\r\n") + 4), 1000);
        assert_non_null(strstr(heard, "\r\nDate: "));
        assert_null(strstr(heard, "chunked"));
    }
    close(fd);
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
        struct linger hard = {1, 0};

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
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_head_has_no_body),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_expect),
        cmocka_unit_test(test_byte_by_byte),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_held_in_all),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_slow),
        cmocka_unit_test(test_connections),
        cmocka_unit_test(test_per_address),
        cmocka_unit_test(test_one_segment),
        cmocka_unit_test(test_large_answers),
        cmocka_unit_test(test_gone),
        cmocka_unit_test(test_drain),
        cmocka_unit_test(test_listen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
