/* What arrives on a connection, up to the call of the handler. */
#include <assert.h>
#include <event2/bufferevent_ssl.h>
#include <event2/http.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/moment.h"
#include "http/connection.h"

static struct http_server *server_of(struct connection *c)
{
    return c->listener->server;
}

static bool is_answering(const struct connection *c)
{
    return c->state == HANDLING || c->state == SENDING;
}

static void give_back_callbacks(struct connection *c)
{
    struct http_server *s = server_of(c);

    if (c->own_callbacks)
        bufferevent_setcb(c->bev, s->evhttp_read, NULL, s->evhttp_event, c->ev);
    c->own_callbacks = false;
}

/* A whole request, or a refusal: evhttp gets its stand-in. */
static void present(struct connection *c)
{
    static const char get[] = "GET / HTTP/1.1\r\n\r\n";
    static const char head[] = "HEAD / HTTP/1.1\r\n\r\n";
    struct evbuffer *input = bufferevent_get_input(c->bev);

    give_back_callbacks(c);
    c->presenting = true;
    if (c->intake.state == INTAKE_READY && c->intake.in->req.method == HEAD)
        evbuffer_prepend(input, head, sizeof head - 1);
    else
        evbuffer_prepend(input, get, sizeof get - 1);
    c->presenting = false;
}

/* The same when evhttp is not about to look by itself. */
static void present_now(struct connection *c)
{
    present(c);
    bufferevent_trigger(c->bev, EV_READ, BEV_TRIG_IGNORE_WATERMARKS);
}

void receive_refuse(struct connection *c, enum refusal why)
{
    struct http_server *s = server_of(c);

    s->held -= c->intake.room;
    intake_refuse(&c->intake, why);
    s->held += c->intake.room;
    present_now(c);
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
    struct connection *c = arg;

    (void)bev;
    if (what & BEV_EVENT_EOF && what & BEV_EVENT_READING &&
        intake_eof(&c->intake, &server_of(c)->intake) == INTAKE_READY)
        present_now(c);
    else if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT))
        connection_kill(c);
}

/* While a request is incomplete its end is ours to see, for a client may send
 * all but the last line and close its side. evhttp sets its own callbacks
 * anew for each request. */
static void take_callbacks(struct connection *c)
{
    if (!c->own_callbacks) {
        bufferevent_setcb(c->bev, NULL, NULL, on_event, c);
    }
    c->own_callbacks = true;
}

/* Past evhttp, which has nothing to write while it reads. */
static void send_continue(struct connection *c)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    int fd = bufferevent_getfd(c->bev);
    ssize_t n;

    c->intake.in->continues = false;
    if (c->tls)
        n = SSL_write(bufferevent_openssl_get_ssl(c->bev), text,
                      sizeof text - 1);
    else
        n = send(fd, text, sizeof text - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n != sizeof text - 1) /* a client that waits in vain goes on */
        return;
}

static void wait_for_more(struct connection *c)
{
    if (c->state == IDLE) {
        connection_move(c, RECEIVING);
        c->began = c->waiter.since;
    }
    take_callbacks(c);
    if (c->intake.in && c->intake.in->continues)
        send_continue(c);
}

static bool is_full(struct http_server *s, struct connection *c)
{
    return s->held > s->limits.held && c->intake.state != INTAKE_READY &&
           c->intake.state != INTAKE_REFUSED;
}

/* Reads what has been added; true when there is something to present. */
static bool advance(struct connection *c, size_t added)
{
    struct http_server *s = server_of(c);
    size_t room = c->intake.room;

    intake_run(&c->intake, added, &s->intake);
    s->held += c->intake.room - room;
    if (is_full(s, c)) {
        s->held -= c->intake.room;
        intake_refuse(&c->intake, REFUSE_FULL);
    }
    if (c->intake.state >= INTAKE_READY)
        return true;
    if (c->intake.n || c->intake.state != INTAKE_HEAD)
        wait_for_more(c);
    return false;
}

void receive_input(struct evbuffer *buf, const struct evbuffer_cb_info *info,
                   void *arg)
{
    struct connection *c = arg;
    size_t n = evbuffer_get_length(buf), room = c->intake.room;

    if (info->n_added == 0 || c->presenting)
        return;
    if (c->state == LINGERING || c->intake.state == INTAKE_REFUSED) {
        evbuffer_drain(buf, n);
        return;
    }
    char *to = intake_room(&c->intake, n);
    server_of(c)->held += c->intake.room - room;
    evbuffer_remove(buf, to, n);
    if (is_answering(c) || c->intake.state == INTAKE_READY)
        c->intake.n += n;
    else if (advance(c, n))
        present(c);
}

void receive_next(struct connection *c)
{
    connection_move(c, IDLE);
    if (c->intake.n && advance(c, 0)) {
        connection_move(c, RECEIVING);
        present(c);
    }
    c->own_callbacks = false; /* evhttp is about to set its own */
}

static struct parked *park(struct connection *c, struct evhttp_request *ev)
{
    struct http_server *s = server_of(c);
    size_t room = c->intake.room;
    struct incoming *in = intake_take(&c->intake);
    struct arena *a = in->req.arena;
    struct parked *p = ARENA_NEW(a, struct parked);

    s->held += c->intake.room - room;
    p->x.req = in->req;
    p->x.req.peer = arena_copy(a, str_of(c->peer));
    p->x.req.tls = c->tls;
    p->x.req.at = moment_now();
    p->x.res = (struct response){.status = 200, .arena = a, .fd = -1};
    p->c = c;
    p->ev = ev;
    p->server = s;
    p->bytes = in->bytes;
    p->close = in->close;
    p->keep = in->keep;
    return p;
}

/* evhttp has read the stand-in. */
void receive_request(struct evhttp_request *ev, void *arg)
{
    struct listener *l = arg;
    struct http_server *s = l->server;
    struct evhttp_connection *evcon = evhttp_request_get_connection(ev);
    struct bufferevent *bev = evhttp_connection_get_bufferevent(evcon);
    struct connection *c = s->by_fd[bufferevent_getfd(bev)];

    assert(c && c->ev == evcon && c->intake.state >= INTAKE_READY);
    if (c->intake.state == INTAKE_REFUSED) {
        answer_refusal(c, ev);
        return;
    }
    s->counts.requests++;
    s->counts.in_flight++;
    c->parked = park(c, ev);
    connection_move(c, HANDLING);
    s->handle(s->arg, &c->parked->x);
}
