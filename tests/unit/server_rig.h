/* server_rig.h -- a real server on the loopback in a thread of its own, and a
 * client with raw sockets. */
#ifndef SERVER_RIG_H
#define SERVER_RIG_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "http/server.h"
#include "run/loop.h"

static const struct http_limits usual = { .head = 2048,
                                          .body = 100 * 1000,
                                          .held = 10 * 1000 * 1000,
                                          .connections = 50,
                                          .idle_ms = 10 * 1000,
                                          .request_ms = 5 * 1000 };

/* The server, in a thread of its own. */
struct rig {
    struct loop *loop;
    struct http_server *http;
    struct http_counts counts; /* after the end */
    pthread_t thread;
    int port, waiting;
};

static inline void *run(void *arg)
{
    loop_run(((struct rig *)arg)->loop);
    return NULL;
}

struct late {
    struct rig *rig;
    struct exchange *x;
};

static inline void send_late(void *arg)
{
    struct late *l = arg;

    exchange_send(l->x);
    l->rig->waiting--;
    free(l);
}

static inline void *other_thread(void *arg)
{
    struct late *l = arg;

    usleep(150 * 1000);
    loop_post(l->rig->loop, send_late, l);
    return NULL;
}

static inline void answer_late(struct rig *rig, struct exchange *x)
{
    struct late *l = NEW(struct late);
    pthread_t thread;

    *l = (struct late){ rig, x };
    rig->waiting++;
    assert_int_equal(pthread_create(&thread, NULL, other_thread, l), 0);
    pthread_detach(thread);
}

static inline void answer_file(struct exchange *x, int64_t length)
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

static inline void handle(void *arg, struct exchange *x)
{
    struct request *q = &x->req;
    struct buf *out = &x->res.body;
    int64_t n = 0;

    switch (exchange_unpack(x, usual.body)) {
    case OK:
        break;
    case ERR_TOO_BIG:
        x->res.status = 413;
        break;
    case ERR_BUSY:
        x->res.status = 503;
        break;
    default:
        x->res.status = 400;
    }
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

static inline struct rig *begin_with(const struct http_limits *limits,
                                     struct tls *tls)
{
    struct rig *r = NEW(struct rig);

    r->loop = loop_new();
    r->http = http_new(r->loop, limits, handle, r);
    assert_int_equal(http_listen(r->http, STR("127.0.0.1:0"), tls, &r->port),
                     OK);
    assert_int_equal(pthread_create(&r->thread, NULL, run, r), 0);
    return r;
}

static inline struct rig *begin(const struct http_limits *limits)
{
    return begin_with(limits, NULL);
}

static inline void drained(void *arg)
{
    loop_stop(((struct rig *)arg)->loop);
}

static inline void drain(void *arg)
{
    struct rig *r = arg;

    http_drain(r->http, drained, r);
}

static inline struct http_counts end(struct rig *r)
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
static inline int dial(struct rig *r)
{
    struct sockaddr_in sa = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)r->port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    return fd;
}

/* False when the server has had enough. */
static inline bool say_n(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent < 0)
            return false;
        p += sent;
        n -= sent;
    }
    return true;
}

static inline void say(int fd, const char *text)
{
    say_n(fd, text, strlen(text));
}

enum { HEARD = 1 << 20, PATIENCE_MS = 8000 };

/* Until the server closes, or is silent for quiet_ms. */
static inline size_t hear(int fd, char *to, int quiet_ms, bool *closed)
{
    struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
    size_t n = 0;
    ssize_t some = 1;

    while (n < HEARD - 1 && poll(&poll_fd, 1, quiet_ms) > 0
           && (some = recv(fd, to + n, HEARD - 1 - n, 0)) > 0)
        n += some;
    to[n] = '\0';
    if (closed)
        *closed = some <= 0;
    return n;
}

/* Sends, closes the writing side when told, and expects the whole answer to
 * hold each of the texts, in their order, and the connection to close. */
static inline void expect(struct rig *r, const char *request, size_t n,
                          bool half, const char *const *wanted)
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

#endif
