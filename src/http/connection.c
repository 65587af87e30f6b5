#include "http/connection.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/http.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/moment.h"
#include "http/tls.h"

enum { PROGRESS_MIN = 16 * 1024, BYTES_PER_SECOND = 16 * 1024 };

static struct http_server *server_of(struct connection *c)
{
    return c->listener->server;
}

void connection_move(struct connection *c, enum connection_state state)
{
    struct http_server *s = server_of(c);

    c->state = state;
    if ((int)state < DEADLINE_LISTS)
        deadline_set(&s->deadlines, &c->waiter, state);
    else
        deadline_clear(&c->waiter);
}

static void put_off(struct connection *c)
{
    struct http_server *s = server_of(c);

    if (link_alone(&c->later))
        link_before(&s->later, &c->later);
    event_active(s->later_event, EV_TIMEOUT, 0);
}

static struct bufferevent *bufferevent_for(struct event_base *base,
                                           struct tls *tls)
{
    SSL *session;

    if (!tls)
        return bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    session = tls_session(tls);
    if (!session)
        abort(); /* evhttp would take NULL for "without TLS" */
    return bufferevent_openssl_socket_new(
        base, -1, session, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
}

/* The socket is known only after this has returned; connection_later sees to
 * the rest, before anything can have been read. */
struct bufferevent *connection_new(struct event_base *base, void *arg)
{
    struct listener *l = arg;
    struct bufferevent *bev = bufferevent_for(base, l->tls);
    struct connection *c;

    if (!bev)
        abort();
    c = NEW(struct connection);
    c->listener = l;
    c->tls = l->tls != NULL;
    c->bev = bev;
    c->state = OPENING;
    link_init(&c->waiter.link);
    link_init(&c->later);
    bufferevent_incref(bev);
    evbuffer_add_cb(bufferevent_get_input(bev), receive_input, c);
    l->server->counts.connections++;
    l->server->counts.accepted++;
    put_off(c);
    return bev;
}

static void destroy(struct connection *c)
{
    struct http_server *s = server_of(c);
    int fd = bufferevent_getfd(c->bev);

    connection_move(c, OPENING);
    link_remove(&c->later);
    if (fd >= 0 && fd < s->by_fd_room && s->by_fd[fd] == c)
        s->by_fd[fd] = NULL;
    if (c->address)
        address_leave(s->addresses, c->address);
    s->held -= c->intake.room;
    intake_clear(&c->intake);
    evbuffer_remove_cb(bufferevent_get_input(c->bev), receive_input, c);
    bufferevent_decref(c->bev);
    free(c);
    s->counts.connections--;
    if (s->draining)
        event_active(s->later_event, EV_TIMEOUT, 0);
}

/* evhttp lets go of it, for whatever reason. */
static void on_close(struct evhttp_connection *ev, void *arg)
{
    struct connection *c = arg;

    (void)ev;
    c->ev = NULL;
    if (c->tls) { /* so that the client knows that this is all */
        SSL_shutdown(bufferevent_openssl_get_ssl(c->bev));
        ERR_clear_error();
    }
    if (c->parked) {
        c->parked->c = NULL;
        if (c->state == SENDING)
            answer_abandon(c->parked);
        c->parked = NULL;
    }
    if (!c->linger) {
        destroy(c);
        return;
    }
    connection_move(c, LINGERING);
    bufferevent_enable(c->bev, EV_READ);
    put_off(c);
}

void connection_kill(struct connection *c)
{
    c->linger = false;
    if (c->ev)
        evhttp_connection_free(c->ev);
    else
        destroy(c);
}

static void on_linger_end(struct bufferevent *bev, short what, void *arg)
{
    (void)bev;
    (void)what;
    destroy(arg);
}

static void find_peer(struct connection *c, int fd)
{
    struct sockaddr_storage sa = {0};
    socklen_t n = sizeof sa;
    const void *bytes = &((struct sockaddr_in6 *)&sa)->sin6_addr;

    if (getpeername(fd, (struct sockaddr *)&sa, &n) != 0)
        return;
    if (sa.ss_family == AF_INET)
        bytes = &((struct sockaddr_in *)&sa)->sin_addr;
    if (!inet_ntop(sa.ss_family, bytes, c->peer, sizeof c->peer))
        c->peer[0] = '\0';
    if (strncmp(c->peer, "::ffff:", 7) == 0 && strchr(c->peer, '.'))
        memmove(c->peer, c->peer + 7, strlen(c->peer + 7) + 1);
}

static void remember(struct http_server *s, int fd, struct connection *c)
{
    int old = s->by_fd_room;

    if (fd >= old) {
        s->by_fd_room = 2 * fd + 64;
        s->by_fd = mem_grow(s->by_fd, s->by_fd_room * sizeof *s->by_fd);
        memset(s->by_fd + old, 0, (s->by_fd_room - old) * sizeof *s->by_fd);
    }
    s->by_fd[fd] = c;
}

/* Makes room for one more, if it can. */
static bool admit(struct connection *c)
{
    struct http_server *s = server_of(c);
    struct waiter *idle;

    if (s->limits.per_address > 0) {
        c->address =
            address_enter(s->addresses, str_of(c->peer), s->limits.per_address);
        if (!c->address)
            return false;
    }
    if (s->counts.connections <= s->limits.connections)
        return true;
    idle = deadline_first(&s->deadlines, LINGERING);
    if (!idle)
        idle = deadline_first(&s->deadlines, IDLE);
    if (!idle)
        return false;
    connection_kill(HOLDER(idle, struct connection, waiter));
    return true;
}

static void begin(struct connection *c)
{
    struct http_server *s = server_of(c);
    int fd = bufferevent_getfd(c->bev);
    void *ev = NULL;

    bufferevent_getcb(c->bev, &s->evhttp_read, &s->evhttp_write,
                      &s->evhttp_event, &ev);
    if (fd < 0 || !ev) {
        destroy(c);
        return;
    }
    c->ev = ev;
    evhttp_connection_set_closecb(c->ev, on_close, c);
    find_peer(c, fd);
    if (s->draining || !admit(c)) {
        s->counts.refused_full++;
        connection_kill(c);
        return;
    }
    remember(s, fd, c);
    connection_move(c, IDLE);
}

void connection_later(struct http_server *s)
{
    while (!link_alone(&s->later)) {
        struct connection *c = HOLDER(s->later.next, struct connection, later);
        link_remove(&c->later);
        if (c->state == OPENING)
            begin(c);
        else if (c->state == LINGERING)
            bufferevent_setcb(c->bev, NULL, NULL, on_linger_end, c);
    }
    if (s->drained && s->counts.connections == 0 && s->counts.in_flight == 0) {
        void (*drained)(void *arg) = s->drained;
        s->drained = NULL;
        drained(s->drained_arg);
    }
}

/* Time for what has arrived beyond the head: a second for each 16 KiB. */
static bool has_time_left(struct connection *c)
{
    struct http_server *s = server_of(c);
    int64_t extra = (int64_t)c->intake.n / BYTES_PER_SECOND * 1000;

    return moment_steady() < c->began + s->limits.request_ms + extra;
}

static bool has_progressed(struct connection *c)
{
    size_t unsent = evbuffer_get_length(bufferevent_get_output(c->bev));
    bool progress = c->blocks != 0 || unsent + PROGRESS_MIN <= c->unsent;

    c->unsent = unsent;
    c->blocks = 0;
    return progress;
}

void connection_over(void *arg, struct waiter *w)
{
    struct connection *c = HOLDER(w, struct connection, waiter);

    (void)arg;
    switch (c->state) {
    case RECEIVING:
    case LATE:
        if (has_time_left(c)) {
            connection_move(c, LATE);
        } else {
            deadline_clear(w);
            receive_refuse(c, REFUSE_SLOW);
        }
        break;
    case SENDING:
        if (has_progressed(c))
            connection_move(c, SENDING);
        else
            connection_kill(c);
        break;
    case IDLE:
    case LINGERING:
    case OPENING:
    case HANDLING:
        connection_kill(c);
        break;
    }
}
