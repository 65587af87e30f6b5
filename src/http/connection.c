#include "http/connection.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/moment.h"
#include "http/tls.h"
#include "run/loop.h"

enum { PROGRESS_MIN = 16 * 1024, BYTES_PER_SECOND = 16 * 1024 };

void connection_move(struct connection *c, enum connection_state state)
{
    c->state = state;
    if ((int)state < DEADLINE_LISTS)
        deadline_set(&c->server->deadlines, &c->waiter, state);
    else
        deadline_clear(&c->waiter);
}

/* Says to a client behind TLS that this is all. */
static void end_tls(struct connection *c)
{
    if (!c->tls)
        return;
    SSL_shutdown(bufferevent_openssl_get_ssl(c->bev));
    ERR_clear_error();
}

void connection_forget_input(struct connection *c)
{
    struct evbuffer *input = bufferevent_get_input(c->bev);

    c->server->held -= c->intake.room;
    intake_clear(&c->intake);
    evbuffer_drain(input, evbuffer_get_length(input));
}

void connection_close(struct connection *c)
{
    struct http_server *s = c->server;

    if (c->state == STREAMING)
        stream_close(c);
    if (c->state != LINGERING)
        end_tls(c);
    if (c->state == HANDLING)
        c->parked->c = NULL;
    else if (c->parked)
        reply_free(c->parked);
    reply_let_go(c);
    connection_forget_input(c);
    deadline_clear(&c->waiter);
    if (c->address)
        address_leave(s->addresses, c->address);
    bufferevent_free(c->bev);
    free(c);
    s->counts.connections--;
    if (s->draining)
        event_active(s->quiet, EV_TIMEOUT, 0);
}

void connection_finish(struct connection *c)
{
    size_t unread = evbuffer_get_length(bufferevent_get_input(c->bev));

    unread += c->intake.n;
    if (c->ended || (unread == 0 && c->intake.state != INTAKE_REFUSED)) {
        connection_close(c);
        return;
    }
    end_tls(c);
    shutdown(bufferevent_getfd(c->bev), SHUT_WR);
    connection_forget_input(c);
    bufferevent_enable(c->bev, EV_READ);
    connection_move(c, LINGERING);
}

static void on_read(struct bufferevent *bev, void *arg)
{
    (void)bev;
    receive(arg);
}

static void on_write(struct bufferevent *bev, void *arg)
{
    (void)bev;
    reply_written(arg);
}

/* With TLS, libevent stops writing at the end of what is read, too. */
static void on_event(struct bufferevent *bev, short what, void *arg)
{
    const short end = BEV_EVENT_EOF | BEV_EVENT_READING;
    struct connection *c = arg;

    if (what & BEV_EVENT_CONNECTED)
        return;
    if ((what & end) != end || c->state == LINGERING
        || c->state == STREAMING) {
        connection_close(c);
        return;
    }
    c->ended = true;
    bufferevent_enable(bev, EV_WRITE);
    receive(c);
}

static void find_peer(const struct sockaddr *sa, char peer[INET6_ADDRSTRLEN])
{
    const void *bytes = &((const struct sockaddr_in6 *)sa)->sin6_addr;

    if (sa->sa_family == AF_INET)
        bytes = &((const struct sockaddr_in *)sa)->sin_addr;
    if (!inet_ntop(sa->sa_family, bytes, peer, INET6_ADDRSTRLEN))
        peer[0] = '\0';
    if (strncmp(peer, "::ffff:", 7) == 0 && strchr(peer, '.'))
        memmove(peer, peer + 7, strlen(peer + 7) + 1);
}

static bool make_room(struct http_server *s)
{
    struct waiter *idle;

    if (s->counts.connections < s->limits.connections)
        return true;
    idle = deadline_first(&s->deadlines, LINGERING);
    if (!idle)
        idle = deadline_first(&s->deadlines, IDLE);
    if (!idle)
        return false;
    connection_close(HOLDER(idle, struct connection, waiter));
    return true;
}

/* *address stays NULL when nobody counts. */
static bool admit(struct http_server *s, const char *peer,
                  struct address **address)
{
    int max = s->limits.per_address;

    if (s->draining)
        return false;
    if (max > 0) {
        *address = address_enter(s->addresses, str_of(peer), max);
        if (!*address)
            return false;
    }
    if (make_room(s))
        return true;
    if (*address)
        address_leave(s->addresses, *address);
    return false;
}

static struct bufferevent *bufferevent_for(struct listener *l, int fd)
{
    struct event_base *base = loop_base(l->server->loop);
    SSL *session = l->tls ? tls_session(l->tls) : NULL;

    if (!l->tls)
        return bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
    if (!session)
        abort();
    return bufferevent_openssl_socket_new(
        base, fd, session, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
}

void connection_open(struct listener *l, int fd, const struct sockaddr *sa)
{
    struct http_server *s = l->server;
    struct address *address = NULL;
    char peer[INET6_ADDRSTRLEN];
    struct connection *c;

    s->counts.accepted++;
    find_peer(sa, peer);
    if (!admit(s, peer, &address)) {
        s->counts.refused_full++;
        close(fd);
        return;
    }
    s->counts.connections++;
    c = NEW(struct connection);
    c->server = s;
    c->address = address;
    c->tls = l->tls != NULL;
    memcpy(c->peer, peer, sizeof peer);
    link_init(&c->waiter.link);
    c->bev = bufferevent_for(l, fd);
    if (!c->bev)
        abort();
    bufferevent_setcb(c->bev, on_read, on_write, on_event, c);
    bufferevent_setwatermark(c->bev, EV_WRITE, BLOCK, 0);
    bufferevent_enable(c->bev, EV_READ);
    connection_move(c, IDLE);
}

/* Time for what has arrived beyond the head: a second for each 16 KiB. */
static bool has_time_left(struct connection *c)
{
    int64_t extra = (int64_t)c->intake.n / BYTES_PER_SECOND * 1000;

    return moment_steady() < c->began + c->server->limits.request_ms + extra;
}

static bool has_progressed(struct connection *c)
{
    size_t unsent = evbuffer_get_length(bufferevent_get_output(c->bev));
    size_t before = c->gone;

    c->gone = c->queued - unsent;
    return c->gone >= before + PROGRESS_MIN;
}

void connection_over(void *arg, struct waiter *w)
{
    struct connection *c = HOLDER(w, struct connection, waiter);

    (void)arg;
    switch (c->state) {
    case RECEIVING:
    case LATE:
        if (has_time_left(c))
            connection_move(c, LATE);
        else
            receive_refuse(c, REFUSE_SLOW);
        break;
    case SENDING:
        if (has_progressed(c))
            connection_move(c, SENDING);
        else
            connection_close(c);
        break;
    case STREAMING:
        stream_over(c);
        break;
    case IDLE:
    case LINGERING:
    case HANDLING:
        connection_close(c);
        break;
    }
}
