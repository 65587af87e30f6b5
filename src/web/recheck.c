#include "web/recheck.h"

#include "core/reader.h"
#include "http/message.h"
#include "run/loop.h"
#include "run/pool.h"
#include "store/channel.h"
#include "web/guard.h"
#include "web/routes.h"

struct recheck {
    struct call call;
    struct request req;
    struct response res; /* nobody's */
    struct arena *arena;
    struct channel_id *channels;
    int n;
    enum result rc;
    void (*done)(void *arg, enum result rc); /* NULL: forgotten */
    void *arg;
};

static enum result look(struct recheck *r)
{
    struct call *c = &r->call;
    struct channel ch;
    unsigned allowed;
    enum result rc = route_find(c, &allowed);

    if (rc == OK)
        rc = params_read(c->req, &c->params);
    if (rc == OK)
        rc = guard_check(c);
    for (int i = 0; i < r->n && rc == OK; i++)
        rc = guard_readable(c, r->channels[i], &ch);
    return rc != OK && c->no_sessions ? ERR_BUSY : rc;
}

static void found(void *arg)
{
    struct recheck *r = arg;

    if (r->done)
        r->done(r->arg, r->rc);
    arena_free(r->arena);
}

static void run(void *own, void *arg)
{
    struct recheck *r = arg;

    r->rc = reader_begin(own, &r->call.db);
    if (r->rc == OK)
        r->rc = reader_end(own, look(r));
    loop_post(r->call.app->loop, found, r);
}

static const struct header *copy_headers(struct arena *a,
                                         const struct request *req)
{
    struct header *out =
        arena_get(a, (size_t)req->n_headers * sizeof *out + 1);

    for (int i = 0; i < req->n_headers; i++)
        out[i] = (struct header){ arena_copy(a, req->headers[i].name),
                                  arena_copy(a, req->headers[i].value) };
    return out;
}

static struct recheck *copy(const struct call *c, struct arena *a)
{
    struct recheck *r = ARENA_NEW(a, struct recheck);

    r->arena = a;
    r->req = (struct request){ .method = c->req->method,
                               .target = arena_copy(a, c->req->target),
                               .path = arena_copy(a, c->req->path),
                               .query = arena_copy(a, c->req->query),
                               .headers = copy_headers(a, c->req),
                               .n_headers = c->req->n_headers,
                               .peer = arena_copy(a, c->req->peer),
                               .tls = c->req->tls,
                               .at = c->req->at,
                               .arena = a };
    r->res = (struct response){ .arena = a, .fd = -1 };
    r->call = (struct call){ .app = c->app,
                             .req = &r->req,
                             .res = &r->res,
                             .arena = a,
                             .method = c->method };
    return r;
}

struct recheck *recheck_begin(const struct call *c,
                              const struct channel_id *channels, int n,
                              void (*done)(void *arg, enum result rc),
                              void *arg)
{
    struct arena *a = arena_new();
    struct recheck *r = copy(c, a);

    r->channels = arena_get(a, (size_t)n * sizeof *r->channels + 1);
    for (int i = 0; i < n; i++)
        r->channels[i] = channels[i];
    r->n = n;
    r->done = done;
    r->arg = arg;
    if (pool_run(c->app->pool, run, r))
        return r;
    arena_free(a);
    return NULL;
}

void recheck_forget(struct recheck *r)
{
    r->done = NULL;
}
