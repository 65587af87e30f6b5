/* An answer that goes on: its head, and then text whenever there is some. */
#include <assert.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "http/connection.h"

/* Without an answer for so long the other end is taken to be gone. */
enum { SILENCE_MS = 45 * 1000 };

static size_t unsent_of(struct connection *c)
{
    return evbuffer_get_length(bufferevent_get_output(c->bev));
}

/* What waits counts together with the large answers of all. */
static void count_unsent(struct connection *c)
{
    size_t unsent = unsent_of(c);

    c->server->sending += unsent - c->owned;
    c->owned = unsent;
}

static void send_text(struct connection *c, struct str text)
{
    size_t sent = reply_send_now(c, text, STR(""));

    if (sent < text.n
        && evbuffer_add(bufferevent_get_output(c->bev), text.p + sent,
                        text.n - sent) != 0)
        abort();
    c->queued += text.n;
    count_unsent(c);
}

static void watch_the_line(struct connection *c)
{
    int ms = SILENCE_MS;

    setsockopt(bufferevent_getfd(c->bev), IPPROTO_TCP, TCP_USER_TIMEOUT, &ms,
               sizeof ms);
}

bool exchange_stream(struct exchange *x, void (*gone)(void *arg),
                     void (*ready)(void *arg), void *arg)
{
    struct parked *p = HOLDER(x, struct parked, x);
    struct connection *c = p->c;

    if (!reply_unpark(p))
        return false;
    body_let_go(p);
    c->last = true;
    p->gone = gone;
    p->ready = ready;
    p->stream_arg = arg;
    reply_write_head(p, -1);
    connection_forget_input(c);
    bufferevent_enable(c->bev, EV_READ);
    connection_move(c, STREAMING);
    c->queued = unsent_of(c); /* a 100 Continue */
    c->gone = 0;
    watch_the_line(c);
    send_text(c, buf_str(&c->server->out));
    if (x->req.method != HEAD && !c->ended && !c->server->draining)
        return true;
    exchange_end(x);
    return false;
}

bool exchange_keeps_up(struct exchange *x)
{
    struct parked *p = HOLDER(x, struct parked, x);

    p->behind = p->behind || unsent_of(p->c) > STREAM_WAITING;
    return !p->behind;
}

void exchange_tell(struct exchange *x, struct str text)
{
    struct connection *c = HOLDER(x, struct parked, x)->c;
    struct http_server *s = c->server;

    assert(c->state == STREAMING);
    bool keeps_up = exchange_keeps_up(x);
    if (keeps_up)
        send_text(c, text);
    if (keeps_up && (c->owned == 0 || s->sending <= s->limits.held))
        return;
    s->counts.refused_slow++;
    connection_close(c);
}

void stream_written(struct connection *c)
{
    struct parked *p = c->parked;

    count_unsent(c);
    if (!p->behind || c->owned > STREAM_WAITING)
        return;
    p->behind = false;
    p->ready(p->stream_arg);
}

void exchange_end(struct exchange *x)
{
    struct connection *c = HOLDER(x, struct parked, x)->c;

    assert(c->state == STREAMING);
    c->queued = unsent_of(c);
    c->gone = 0;
    connection_move(c, SENDING);
    reply_written(c);
}

void stream_close(struct connection *c)
{
    c->parked->gone(c->parked->stream_arg);
}

void stream_over(struct connection *c)
{
    size_t before = c->gone;

    count_unsent(c);
    c->gone = c->queued - c->owned;
    if (c->owned == 0 || c->gone != before) {
        connection_move(c, STREAMING);
        return;
    }
    c->server->counts.refused_slow++;
    connection_close(c);
}
