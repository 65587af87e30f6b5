/* The answer on its way out: header and body in one write, or a file in
 * blocks. evhttp writes it; it must not read meanwhile, or the end of a client
 * that has closed its side would come before the answer. */
#include <assert.h>
#include <event2/http.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "http/connection.h"
#include "http/phrase.h"

enum { BLOCK = 64 * 1024, COPIED = 8 * 1024 };

void answer_free(struct parked *p)
{
    if (p->x.res.fd >= 0)
        close(p->x.res.fd);
    buf_free(&p->x.res.body);
    free(p->bytes);
    arena_free(p->x.req.arena);
}

static struct http_server *server_of(struct connection *c)
{
    return c->listener->server;
}

/* Out of evhttp, between the last byte written and what it does next. */
static void on_sent(struct evhttp_request *ev, void *arg)
{
    struct connection *c = arg;
    bool closing = !c->parked || c->parked->close;

    (void)ev;
    if (c->parked)
        answer_free(c->parked);
    c->parked = NULL;
    if (!closing)
        receive_next(c);
}

/* Most answers fit the socket's buffer; then the loop need not come round. */
static void write_now(struct connection *c)
{
    struct evbuffer *out = bufferevent_get_output(c->bev);

    bufferevent_disable(c->bev, EV_READ);
    if (!c->tls) {
        evbuffer_unfreeze(out, 1);
        evbuffer_write(out, bufferevent_getfd(c->bev));
        evbuffer_freeze(out, 1);
    }
    c->unsent = evbuffer_get_length(out);
    if (c->unsent == 0 && !c->tls)
        bufferevent_trigger(c->bev, EV_WRITE, BEV_TRIG_IGNORE_WATERMARKS);
}

static bool may_have_body(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

static void add_length(struct evkeyvalq *headers, int64_t n)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)n);
    evhttp_add_header(headers, "Content-Length", text);
}

static void add_headers(struct parked *p, struct evkeyvalq *headers)
{
    struct response *res = &p->x.res;

    for (int i = 0; i < res->n_headers; i++)
        evhttp_add_header(headers, res->headers[i].name.p,
                          res->headers[i].value.p);
    if (may_have_body(res->status))
        add_length(headers,
                   res->fd >= 0 ? res->fd_length : (int64_t)res->body.n);
    if (p->close)
        evhttp_add_header(headers, "Connection", "close");
    else if (p->keep)
        evhttp_add_header(headers, "Connection", "keep-alive");
}

static void free_body(const void *bytes, size_t n, void *arg)
{
    (void)n;
    (void)arg;
    free((void *)bytes);
}

static void add_body(struct response *res, struct evbuffer *out)
{
    if (res->body.n <= COPIED) {
        evbuffer_add(out, res->body.p, res->body.n);
    } else {
        evbuffer_add_reference(out, res->body.p, res->body.n, free_body, NULL);
        res->body = (struct buf){0};
    }
}

/* The next block of a file; called again when it has been written. */
static void send_block(struct evhttp_connection *evcon, void *arg)
{
    struct parked *p = arg;
    struct response *res = &p->x.res;
    struct connection *c = p->c;
    int64_t left = res->fd_length - p->fd_at;
    char *block;
    ssize_t n;

    (void)evcon;
    if (left <= 0 || p->x.req.method == HEAD || !may_have_body(res->status)) {
        evhttp_send_reply_end(p->ev);
        return;
    }
    block = malloc(BLOCK);
    n = block ? pread(res->fd, block, left < BLOCK ? left : BLOCK, p->fd_at)
              : -1;
    if (n <= 0) {
        free(block);
        log_fail("http.file", "reason=\"the file became shorter\"");
        connection_kill(c);
        return;
    }
    p->fd_at += n;
    c->blocks++;
    struct evbuffer *out = evbuffer_new();
    if (!out || evbuffer_add_reference(out, block, n, free_body, NULL) != 0)
        abort();
    evhttp_send_reply_chunk_with_cb(p->ev, out, send_block, p);
    bufferevent_disable(c->bev, EV_READ);
    evbuffer_free(out);
}

static void send_file(struct parked *p)
{
    evhttp_send_reply_start(p->ev, p->x.res.status, phrase_of(p->x.res.status));
    bufferevent_disable(p->c->bev, EV_READ);
    send_block(p->c->ev, p);
}

void exchange_send(struct exchange *x)
{
    struct parked *p = HOLDER(x, struct parked, x);
    struct connection *c = p->c;
    struct evhttp_request *ev = p->ev;

    p->server->counts.in_flight--;
    if (!c) {
        if (p->server->draining)
            event_active(p->server->later_event, EV_TIMEOUT, 0);
        evhttp_request_free(ev);
        answer_free(p);
        return;
    }
    assert(c->state == HANDLING && c->parked == p);
    p->close = p->close || x->res.close || p->server->draining;
    add_headers(p, evhttp_request_get_output_headers(ev));
    evhttp_request_set_on_complete_cb(ev, on_sent, c);
    connection_move(c, SENDING);
    c->blocks = 0;
    if (x->res.fd >= 0) {
        send_file(p);
        return;
    }
    if (x->req.method != HEAD && may_have_body(x->res.status))
        add_body(&x->res, evhttp_request_get_output_buffer(ev));
    evhttp_send_reply(ev, x->res.status, phrase_of(x->res.status), NULL);
    write_now(c);
}

void exchange_drop(struct exchange *x)
{
    struct parked *p = HOLDER(x, struct parked, x);

    if (!p->c) {
        exchange_send(x);
        return;
    }
    p->server->counts.in_flight--;
    p->c->parked = NULL;
    connection_kill(p->c);
    answer_free(p);
}

static void count(struct http_counts *n, int status)
{
    if (status == 413 || status == 431)
        n->refused_size++;
    else if (status == 503)
        n->refused_full++;
    else if (status != 408)
        n->refused_framing++;
}

void answer_refusal(struct connection *c, struct evhttp_request *ev)
{
    enum refusal why = c->intake.why;
    struct evkeyvalq *headers = evhttp_request_get_output_headers(ev);
    const char *words = refusal_words(why);
    int status = refusal_status(why);

    count(&server_of(c)->counts, status);
    evhttp_add_header(headers, "Content-Type", "text/plain; charset=utf-8");
    evhttp_add_header(headers, "Access-Control-Allow-Origin", "*");
    evhttp_add_header(headers, "Connection", "close");
    if (status == 503)
        evhttp_add_header(headers, "Retry-After", "5");
    add_length(headers, (int64_t)strlen(words));
    evbuffer_add(evhttp_request_get_output_buffer(ev), words, strlen(words));
    evhttp_request_set_on_complete_cb(ev, on_sent, c);
    c->linger = true;
    connection_move(c, SENDING);
    evhttp_send_reply(ev, status, phrase_of(status), NULL);
    write_now(c);
}
