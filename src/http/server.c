#include "http/server.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/connection.h"
#include "run/loop.h"

enum {
    BACKLOG = 4096,
    SPARE_FILES = 256, /* for the database, the log, files being sent */
    LATE_MS = 1000,
    SENDING_MS = 30 * 1000,
    LINGERING_MS = 2 * 1000,
    STREAMING_MS = 30 * 1000
};

/* Each connection is a file. */
static void limit_files(struct http_limits *limits)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) != 0)
        return;
    r.rlim_cur = r.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &r) != 0)
        getrlimit(RLIMIT_NOFILE, &r);
    long fit = r.rlim_cur > 2 * SPARE_FILES && r.rlim_cur < INT32_MAX
                   ? (long)r.rlim_cur - SPARE_FILES
               : r.rlim_cur < INT32_MAX ? (long)r.rlim_cur / 2
                                        : INT32_MAX;
    if (limits->connections > fit) {
        log_info("http.files", "connections=%d fit=%ld", limits->connections,
                 fit);
        limits->connections = (int)fit;
    }
}

static void on_quiet(evutil_socket_t fd, short what, void *arg)
{
    struct http_server *s = arg;
    void (*drained)(void *arg) = s->drained;

    (void)fd;
    (void)what;
    if (!drained || s->counts.connections > 0 || s->counts.in_flight > 0)
        return;
    s->drained = NULL;
    drained(s->drained_arg);
}

struct http_server *http_new(struct loop *loop,
                             const struct http_limits *limits,
                             void (*handle)(void *arg, struct exchange *x),
                             void *arg)
{
    struct http_server *s = NEW(struct http_server);
    const int patience[DEADLINE_LISTS] = { [IDLE] = limits->idle_ms,
                                           [RECEIVING] = limits->request_ms,
                                           [LATE] = LATE_MS,
                                           [SENDING] = SENDING_MS,
                                           [LINGERING] = LINGERING_MS,
                                           [STREAMING] = STREAMING_MS };

    s->loop = loop;
    s->limits = *limits;
    limit_files(&s->limits);
    s->intake = (struct intake_limits){ limits->head, limits->body };
    s->handle = handle;
    s->arg = arg;
    s->addresses = addresses_new();
    s->quiet = event_new(loop_base(loop), -1, 0, on_quiet, s);
    if (!s->quiet)
        abort();
    deadlines_start(&s->deadlines, loop, patience, connection_over, s);
    return s;
}

/* "host:port" without a host is every address, IPv6 and IPv4. */
static enum result resolve(struct str address, struct addrinfo **out)
{
    char host[64], port[8];
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                              .ai_flags = AI_PASSIVE | AI_NUMERICHOST
                                          | AI_NUMERICSERV };
    size_t colon = address.n;

    while (colon > 0 && address.p[colon - 1] != ':')
        colon--;
    struct str name = { address.p, colon ? colon - 1 : 0 };
    struct str number = str_from(address, colon);
    if (name.n >= 2 && name.p[0] == '[' && name.p[name.n - 1] == ']')
        name = (struct str){ name.p + 1, name.n - 2 };
    int64_t n;
    if (colon == 0 || name.n >= sizeof host || number.n >= sizeof port
        || !str_int(number, &n) || n < 0 || n > 65535)
        return ERR_INVALID;
    snprintf(host, sizeof host, "%.*s", STR_FMT(name));
    snprintf(port, sizeof port, "%.*s", STR_FMT(number));
    if (getaddrinfo(name.n ? host : "::", port, &hints, out) == 0)
        return OK;
    if (!name.n && getaddrinfo("0.0.0.0", port, &hints, out) == 0)
        return OK;
    return ERR_INVALID;
}

static enum result socket_result(void)
{
    switch (errno) {
    case EADDRINUSE:
        return ERR_CONFLICT;
    case EACCES:
    case EPERM:
        return ERR_DENIED;
    case EADDRNOTAVAIL:
        return ERR_INVALID;
    default:
        return ERR_FAILED;
    }
}

/* Accepted sockets inherit TCP_NODELAY. */
static enum result bind_to(const struct addrinfo *ai, int *out)
{
    int on = 1, off = 0;
    int fd =
        socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return socket_result();
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (ai->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) != 0
        || listen(fd, BACKLOG) != 0) {
        enum result rc = socket_result();
        close(fd);
        return rc;
    }
    *out = fd;
    return OK;
}

static int port_of(int fd)
{
    struct sockaddr_storage sa;
    socklen_t n = sizeof sa;

    if (getsockname(fd, (struct sockaddr *)&sa, &n) != 0)
        return 0;
    if (sa.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&sa)->sin6_port);
    return ntohs(((struct sockaddr_in *)&sa)->sin_port);
}

static void on_accept(struct evconnlistener *socket, evutil_socket_t fd,
                      struct sockaddr *sa, int n, void *arg)
{
    (void)socket;
    (void)n;
    connection_open(arg, fd, sa);
}

static void add_listener(struct http_server *s, int fd, struct tls *tls)
{
    struct listener *l = NEW(struct listener);

    *l = (struct listener){ .server = s, .tls = tls, .next = s->listeners };
    l->socket = evconnlistener_new(
        loop_base(s->loop), on_accept, l,
        LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
    if (!l->socket)
        abort();
    s->listeners = l;
}

enum result http_listen(struct http_server *s, struct str address,
                        struct tls *tls, int *port)
{
    struct addrinfo *list;
    enum result rc = resolve(address, &list);
    char room[LOG_QUOTE_ROOM];
    int fd = -1;

    if (rc == OK) {
        rc = bind_to(list, &fd);
        freeaddrinfo(list);
    }
    if (rc != OK) {
        log_fail("http.listen", "address=%s reason=\"%s\"",
                 log_quote(address, room), result_words(rc));
        return rc;
    }
    *port = port_of(fd);
    add_listener(s, fd, tls);
    return OK;
}

int http_connections(const struct http_server *s)
{
    return s->limits.connections;
}

const struct http_counts *http_count(const struct http_server *s)
{
    return &s->counts;
}

static void close_all(struct http_server *s, int state)
{
    struct waiter *w;

    while ((w = deadline_first(&s->deadlines, state)))
        connection_close(HOLDER(w, struct connection, waiter));
}

void http_drain(struct http_server *s, void (*done)(void *arg), void *arg)
{
    s->draining = true;
    s->drained = done;
    s->drained_arg = arg;
    for (struct listener *l = s->listeners; l; l = l->next)
        evconnlistener_disable(l->socket);
    close_all(s, IDLE);
    close_all(s, STREAMING);
    event_active(s->quiet, EV_TIMEOUT, 0);
}

void http_free(struct http_server *s)
{
    assert(s->counts.in_flight == 0);
    for (int state = 0; state < DEADLINE_LISTS; state++)
        close_all(s, state);
    for (struct listener *l = s->listeners, *next; l; l = next) {
        next = l->next;
        evconnlistener_free(l->socket);
        free(l);
    }
    deadlines_stop(&s->deadlines);
    event_free(s->quiet);
    addresses_free(s->addresses);
    buf_free(&s->out);
    free(s);
}
