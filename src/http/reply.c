/* The answer on its way out: what fits the socket at once, in one call, and
 * the rest through the bufferevent; a file in blocks. */
#include <assert.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/moment.h"
#include "http/connection.h"
#include "http/phrase.h"

enum {
    COPIED = 16 * 1024, /* more is handed over */
    LARGE = 512 * 1024  /* more waits for its turn when much is under way */
};

void reply_free(struct parked *p)
{
    if (p->x.res.fd >= 0)
        close(p->x.res.fd);
    buf_free(&p->x.res.body);
    body_let_go(p);
    arena_free(p->x.req.arena);
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

void reply_write_head(struct parked *p, int64_t length)
{
    struct response *res = &p->x.res;
    struct buf *b = &p->server->out;

    begin_head(p->server, res->status);
    for (int i = 0; i < res->n_headers; i++)
        add_header(b, res->headers[i].name, res->headers[i].value);
    end_head(b, may_have_body(res->status) ? length : -1,
             p->c->last ? STR("close")
             : p->keep  ? STR("keep-alive")
                        : NO_STR);
}

void reply_let_go(struct connection *c)
{
    c->server->sending -= c->owned;
    c->owned = 0;
}

static void done(struct connection *c)
{
    reply_let_go(c);
    if (c->parked)
        reply_free(c->parked);
    c->parked = NULL;
    if (c->last || c->server->draining)
        connection_finish(c);
    else
        receive_next(c);
}

static void free_bytes(const void *bytes, size_t n, void *arg)
{
    (void)bytes;
    (void)n;
    free(arg);
}

static struct evbuffer *output_of(struct connection *c)
{
    return bufferevent_get_output(c->bev);
}

static void add_copy(struct connection *c, struct str s)
{
    if (evbuffer_add(output_of(c), s.p, s.n) != 0)
        abort();
    c->queued += s.n;
}

/* owner is freed when s is out. */
static void add_owned(struct connection *c, struct str s, char *owner)
{
    if (evbuffer_add_reference(output_of(c), s.p, s.n, free_bytes, owner) != 0)
        abort();
    c->queued += s.n;
}

static void start(struct connection *c)
{
    c->queued = evbuffer_get_length(output_of(c)); /* a 100 Continue */
    c->gone = 0;
    connection_move(c, SENDING);
}

/* An error shows again when the bufferevent writes. */
size_t reply_send_now(struct connection *c, struct str head, struct str body)
{
    struct iovec parts[] = { { (char *)head.p, head.n },
                             { (char *)body.p, body.n } };
    struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2 };
    ssize_t n;

    if (c->tls || evbuffer_get_length(output_of(c)) > 0)
        return 0;
    n = sendmsg(bufferevent_getfd(c->bev), &m, MSG_NOSIGNAL | MSG_DONTWAIT);
    return n > 0 ? n : 0;
}

/* The head is in the server's buffer. */
static void send_text(struct connection *c, struct str body, struct buf *owner)
{
    struct str head = buf_str(&c->server->out);
    size_t sent;

    start(c);
    sent = reply_send_now(c, head, body);
    if (sent == head.n + body.n) {
        done(c);
        return;
    }
    if (sent < head.n)
        add_copy(c, str_from(head, sent));
    body = str_from(body, sent > head.n ? sent - head.n : 0);
    if (body.n > COPIED) {
        add_owned(c, body, owner->p);
        c->owned = body.n;
        c->server->sending += body.n;
        *owner = (struct buf){ 0 };
    } else if (body.n) {
        add_copy(c, body);
    }
}

static bool has_more(const struct parked *p)
{
    return p && p->fd_at < p->fd_end;
}

static void send_block(struct connection *c)
{
    struct parked *p = c->parked;
    int64_t left = p->fd_end - p->fd_at;
    char *bytes = mem_grow(NULL, BLOCK);
    ssize_t n =
        pread(p->x.res.fd, bytes, left < BLOCK ? left : BLOCK, p->fd_at);

    if (n <= 0) {
        free(bytes);
        log_fail("http.file", "reason=\"a file became shorter\"");
        connection_close(c);
        return;
    }
    p->fd_at += n;
    add_owned(c, (struct str){ bytes, n }, bytes);
}

static void send_file(struct connection *c)
{
    c->parked->fd_end = c->parked->x.res.fd_length;
    start(c);
    add_copy(c, buf_str(&c->server->out));
    if (has_more(c->parked))
        send_block(c);
}

void reply_written(struct connection *c)
{
    if (c->state == STREAMING)
        stream_written(c);
    if (c->state != SENDING)
        return;
    if (has_more(c->parked))
        send_block(c);
    else if (evbuffer_get_length(output_of(c)) == 0)
        done(c);
}

bool reply_unpark(struct parked *p)
{
    struct http_server *s = p->server;

    s->counts.in_flight--;
    if (p->c) {
        assert(p->c->state == HANDLING && p->c->parked == p);
        return true;
    }
    if (s->draining)
        event_active(s->quiet, EV_TIMEOUT, 0);
    reply_free(p);
    return false;
}

/* Slow clients could else make memory of any size wait for them. */
static bool too_much(const struct http_server *s, const struct response *res)
{
    return res->fd < 0 && res->body.n > LARGE
           && s->sending + res->body.n > s->limits.held;
}

void exchange_send(struct exchange *x)
{
    struct parked *p = HOLDER(x, struct parked, x);
    struct response *res = &x->res;
    bool body = x->req.method != HEAD && may_have_body(res->status);

    if (!reply_unpark(p))
        return;
    body_let_go(p);
    if (body && too_much(p->server, res)) {
        p->c->intake.why = REFUSE_FULL;
        reply_refusal(p->c);
        return;
    }
    p->c->last = p->c->last || res->close || p->server->draining;
    reply_write_head(p, res->fd >= 0 ? res->fd_length : (int64_t)res->body.n);
    if (body && res->fd >= 0)
        send_file(p->c);
    else
        send_text(p->c, body ? buf_str(&res->body) : STR(""), &res->body);
}

void exchange_drop(struct exchange *x)
{
    struct parked *p = HOLDER(x, struct parked, x);

    if (reply_unpark(p)) {
        connection_close(p->c);
        reply_free(p);
    }
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

void reply_refusal(struct connection *c)
{
    struct http_server *s = c->server;
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
    c->last = true;
    send_text(c, words, NULL);
}

void reply_continue(struct connection *c)
{
    add_copy(c, STR("HTTP/1.1 100 Continue\r\n\r\n"));
}
