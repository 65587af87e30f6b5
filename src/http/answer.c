/* The answer on its way out: header and body in one write, or a file in
 * blocks. Most answers fit the socket's buffer and are gone at once; what does
 * not is left to the bufferevent. evhttp is told only that it is done, and
 * closes or reads on. Nothing is read meanwhile: the end of a client that has
 * closed its side must not come before its answer. */
#include <assert.h>
#include <event2/http.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/moment.h"
#include "http/connection.h"
#include "http/phrase.h"

enum { BLOCK = 64 * 1024, COPIED = 16 * 1024 };

static void answer_free(struct parked *p)
{
    if (p->x.res.fd >= 0)
        close(p->x.res.fd);
    buf_free(&p->x.res.body);
    free(p->bytes);
    arena_free(p->x.req.arena);
}

/* evhttp frees a request with its connection, unless it thinks that the
 * answer is not complete: then it has let go of it. */
void answer_abandon(struct parked *p)
{
    if (!evhttp_request_get_connection(p->ev))
        evhttp_request_free(p->ev);
    answer_free(p);
}

static struct http_server *server_of(struct connection *c)
{
    return c->listener->server;
}

/* evhttp closes a connection whose answer has this header. */
static void tell_close(struct evhttp_request *ev)
{
    evhttp_add_header(evhttp_request_get_output_headers(ev), "Connection",
                      "close");
}

/* Out of evhttp, between the last byte written and what it does next. */
static void on_sent(struct evhttp_request *ev, void *arg)
{
    struct connection *c = arg;
    bool closing = !c->parked || c->parked->close;

    if (!closing && server_of(c)->draining) {
        tell_close(ev); /* too late for the client, not for evhttp */
        closing = true;
    }
    if (c->parked)
        answer_free(c->parked);
    c->parked = NULL;
    if (!closing)
        receive_next(c);
}

/* RFC 9110, section 5.6.7; made once a second. */
static struct str date_line(struct http_server *s)
{
    time_t now = (time_t)(moment_now() / 1000);
    struct tm tm;

    if (now != s->date_at && gmtime_r(&now, &tm)) {
        strftime(s->date, sizeof s->date, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n",
                 &tm);
        s->date_at = now;
    }
    return str_of(s->date);
}

static bool may_have_body(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

static void begin_head(struct http_server *s, int status)
{
    struct buf *b = &s->out;

    b->n = 0;
    buf_add(b, STR("HTTP/1.1 "));
    buf_int(b, status);
    buf_char(b, ' ');
    buf_add(b, str_of(phrase_of(status)));
    buf_add(b, STR("\r\n"));
    buf_add(b, date_line(s));
}

static void add_header(struct buf *b, struct str name, struct str value)
{
    buf_add(b, name);
    buf_add(b, STR(": "));
    buf_add(b, value);
    buf_add(b, STR("\r\n"));
}

static void end_head(struct buf *b, int64_t length, struct str connection)
{
    if (length >= 0) {
        buf_add(b, STR("Content-Length: "));
        buf_int(b, length);
        buf_add(b, STR("\r\n"));
    }
    if (connection.p)
        add_header(b, STR("Connection"), connection);
    buf_add(b, STR("\r\n"));
}

/* What did not fit the socket is in the output buffer. */
static void end_answer(struct connection *c, struct evhttp_request *ev)
{
    struct http_server *s = server_of(c);

    c->blocks = 0;
    c->unsent = evbuffer_get_length(bufferevent_get_output(c->bev));
    if (c->unsent == 0) {
        evhttp_send_reply_end(ev); /* may be the end of c, too */
        return;
    }
    bufferevent_setcb(c->bev, NULL, s->evhttp_write, s->evhttp_event, c->ev);
    evhttp_send_reply_end(ev);
    bufferevent_enable(c->bev, EV_WRITE);
}

/* An error shows again when the bufferevent writes. */
static void send_small(struct connection *c, struct evhttp_request *ev)
{
    struct buf *b = &server_of(c)->out;
    ssize_t sent = 0;

    if (!c->tls)
        sent = send(bufferevent_getfd(c->bev), b->p, b->n,
                    MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0)
        sent = 0;
    if ((size_t)sent < b->n)
        evbuffer_add(bufferevent_get_output(c->bev), b->p + sent, b->n - sent);
    end_answer(c, ev);
}

static void free_bytes(const void *bytes, size_t n, void *arg)
{
    (void)n;
    (void)arg;
    free((void *)bytes);
}

static void send_large(struct connection *c, struct evhttp_request *ev,
                       struct buf *body)
{
    struct buf *b = &server_of(c)->out;
    struct evbuffer *out = bufferevent_get_output(c->bev);

    if (evbuffer_add(out, b->p, b->n) != 0 ||
        evbuffer_add_reference(out, body->p, body->n, free_bytes, NULL) != 0)
        abort();
    *body = (struct buf){0};
    if (!c->tls) {
        evbuffer_unfreeze(out, 1);
        evbuffer_write(out, bufferevent_getfd(c->bev));
        evbuffer_freeze(out, 1);
    }
    end_answer(c, ev);
}

/* The next block of a file; called again when it has been written. */
static void send_block(struct evhttp_connection *evcon, void *arg)
{
    struct parked *p = arg;
    struct connection *c = p->c;
    int64_t left = p->x.res.fd_length - p->fd_at;
    struct evbuffer *block;
    char *bytes;
    ssize_t n;

    (void)evcon;
    if (left == 0) {
        end_answer(c, p->ev);
        return;
    }
    bytes = mem_grow(NULL, BLOCK);
    n = pread(p->x.res.fd, bytes, left < BLOCK ? left : BLOCK, p->fd_at);
    if (n <= 0) {
        free(bytes);
        log_fail("http.file", "reason=\"a file became shorter\"");
        connection_kill(c);
        return;
    }
    p->fd_at += n;
    c->blocks++;
    block = evbuffer_new();
    if (!block || evbuffer_add_reference(block, bytes, n, free_bytes, NULL))
        abort();
    evhttp_send_reply_chunk_with_cb(p->ev, block, send_block, p);
    bufferevent_disable(c->bev, EV_READ);
    evbuffer_free(block);
}

static void send_file(struct parked *p)
{
    struct buf *b = &p->server->out;

    if (evbuffer_add(bufferevent_get_output(p->c->bev), b->p, b->n) != 0)
        abort();
    p->c->blocks = 0;
    send_block(p->c->ev, p);
}

static void write_head(struct parked *p)
{
    struct response *res = &p->x.res;
    struct buf *b = &p->server->out;
    int64_t length = res->fd >= 0 ? res->fd_length : (int64_t)res->body.n;

    begin_head(p->server, res->status);
    for (int i = 0; i < res->n_headers; i++)
        add_header(b, res->headers[i].name, res->headers[i].value);
    end_head(b, may_have_body(res->status) ? length : -1,
             p->close  ? STR("close")
             : p->keep ? STR("keep-alive")
                       : NO_STR);
}

static void send_answer(struct parked *p)
{
    struct response *res = &p->x.res;
    bool body = p->x.req.method != HEAD && may_have_body(res->status);

    write_head(p);
    if (p->close)
        tell_close(p->ev);
    evhttp_request_set_on_complete_cb(p->ev, on_sent, p->c);
    connection_move(p->c, SENDING);
    if (body && res->fd >= 0) {
        send_file(p);
    } else if (body && res->body.n > COPIED) {
        send_large(p->c, p->ev, &res->body);
    } else {
        if (body)
            buf_add(&p->server->out, buf_str(&res->body));
        send_small(p->c, p->ev);
    }
}

/* True when the client is still there. */
static bool unpark(struct parked *p)
{
    struct http_server *s = p->server;

    s->counts.in_flight--;
    if (p->c) {
        assert(p->c->state == HANDLING && p->c->parked == p);
        return true;
    }
    if (s->draining)
        event_active(s->later_event, EV_TIMEOUT, 0);
    evhttp_request_free(p->ev);
    answer_free(p);
    return false;
}

void exchange_send(struct exchange *x)
{
    struct parked *p = HOLDER(x, struct parked, x);

    if (!unpark(p))
        return;
    p->close = p->close || x->res.close || p->server->draining;
    send_answer(p);
}

void exchange_drop(struct exchange *x)
{
    struct parked *p = HOLDER(x, struct parked, x);

    if (!unpark(p))
        return;
    p->c->parked = NULL;
    connection_kill(p->c);
    answer_free(p);
}

static void count(struct http_counts *n, enum refusal why)
{
    switch (why) {
    case REFUSE_BODY:
    case REFUSE_HEAD:
        n->refused_size++;
        break;
    case REFUSE_FULL:
        n->refused_full++;
        break;
    case REFUSE_SLOW:
        n->refused_slow++;
        break;
    default:
        n->refused_framing++;
    }
}

void answer_refusal(struct connection *c, struct evhttp_request *ev)
{
    struct http_server *s = server_of(c);
    enum refusal why = c->intake.why;
    struct str words = str_of(refusal_words(why));
    struct buf *b = &s->out;

    count(&s->counts, why);
    begin_head(s, refusal_status(why));
    add_header(b, STR("Content-Type"), STR("text/plain; charset=utf-8"));
    add_header(b, STR("Access-Control-Allow-Origin"), STR("*"));
    if (why == REFUSE_FULL)
        add_header(b, STR("Retry-After"), STR("5"));
    end_head(b, (int64_t)words.n, STR("close"));
    buf_add(b, words);
    tell_close(ev);
    evhttp_request_set_on_complete_cb(ev, on_sent, c);
    c->linger = true;
    connection_move(c, SENDING);
    send_small(c, ev);
}
