/* What arrives on a connection, up to the call of the handler. */
#include <event2/buffer.h>
#include <event2/event.h>

#include "base/moment.h"
#include "http/connection.h"

/* Bytes that may wait in a bufferevent; one more read may go beyond. */
enum { WAITING_MAX = 16 * 1024 };

static size_t waiting(struct connection *c)
{
    return evbuffer_get_length(bufferevent_get_input(c->bev));
}

/* All that waits goes to the intake. */
static enum intake_state take_input(struct connection *c)
{
    size_t n = waiting(c);

    if (n == 0)
        return c->intake.state;
    evbuffer_remove(bufferevent_get_input(c->bev), intake_room(&c->intake, n),
                    n);
    if (!c->ended)
        bufferevent_enable(c->bev, EV_READ);
    return intake_run(&c->intake, n, &c->server->intake);
}

/* No further than the end of a request. */
static enum intake_state read_on(struct connection *c)
{
    struct http_server *s = c->server;
    struct intake *t = &c->intake;
    size_t room = t->room;

    if (intake_run(t, 0, &s->intake) < INTAKE_READY
        && take_input(c) < INTAKE_READY && c->ended)
        intake_eof(t, &s->intake);
    if (t->state < INTAKE_READY && s->held + t->room - room > s->limits.held)
        intake_refuse(t, REFUSE_FULL);
    s->held += t->room - room;
    return t->state;
}

static void wait_for_more(struct connection *c)
{
    bool begun = c->intake.n || c->intake.state != INTAKE_HEAD;

    if (begun && c->state == IDLE) {
        connection_move(c, RECEIVING);
        c->began = c->waiter.since;
    } else if (!begun && c->state != IDLE) {
        connection_move(c, IDLE);
    }
    if (c->intake.in && c->intake.in->continues) {
        c->intake.in->continues = false;
        reply_continue(c);
    }
}

static struct parked *park(struct connection *c)
{
    struct incoming *in = intake_take(&c->intake);
    struct arena *a = in->req.arena;
    struct parked *p = ARENA_NEW(a, struct parked);

    p->x.req = in->req;
    p->x.req.peer = arena_copy(a, str_of(c->peer));
    p->x.req.tls = c->tls;
    p->x.req.at = moment_now();
    p->x.res = (struct response){ .status = 200, .arena = a, .fd = -1 };
    p->c = c;
    p->server = c->server;
    body_take(p, in);
    p->keep = in->keep;
    c->last = in->close;
    return p;
}

/* It may be answered at once, and c be gone then. */
static void handle(struct connection *c)
{
    struct http_server *s = c->server;

    s->counts.requests++;
    s->counts.in_flight++;
    c->parked = park(c);
    connection_move(c, HANDLING);
    s->handle(s->arg, &c->parked->x);
}

static void next_request(struct connection *c)
{
    switch (read_on(c)) {
    case INTAKE_HEAD:
    case INTAKE_LENGTH:
    case INTAKE_CHUNKS:
        if (c->ended)
            connection_close(c);
        else
            wait_for_more(c);
        break;
    case INTAKE_READY:
        handle(c);
        break;
    case INTAKE_REFUSED:
        reply_refusal(c);
        break;
    }
}

void receive(struct connection *c)
{
    switch (c->state) {
    case IDLE:
    case RECEIVING:
    case LATE:
        next_request(c);
        break;
    case HANDLING:
    case SENDING:
        if (waiting(c) > WAITING_MAX)
            bufferevent_disable(c->bev, EV_READ);
        break;
    case STREAMING:
    case LINGERING:
        evbuffer_drain(bufferevent_get_input(c->bev), waiting(c));
        break;
    }
}

void receive_refuse(struct connection *c, enum refusal why)
{
    c->server->held -= c->intake.room;
    intake_refuse(&c->intake, why);
    reply_refusal(c);
}

/* The next one from the loop, not from here: many may be waiting, and each be
 * answered at once. */
void receive_next(struct connection *c)
{
    bool more = c->ended || c->intake.n || waiting(c);

    connection_move(c, more ? RECEIVING : IDLE);
    c->began = c->waiter.since;
    if (more)
        bufferevent_trigger(c->bev, EV_READ,
                            BEV_TRIG_IGNORE_WATERMARKS
                                | BEV_TRIG_DEFER_CALLBACKS);
}
