#include "web/dispatch.h"

#include "base/log.h"
#include "core/keyring.h"
#include "core/reader.h"
#include "run/loop.h"
#include "run/pool.h"
#include "web/answer.h"
#include "web/guard.h"
#include "web/routes.h"
#include "web/spool.h"

struct served {
    struct call call; /* first */
    handler *next;
    struct reader *reader; /* the worker's, while it runs there */
    bool let_in;           /* the guard has been asked */
    enum result rc;
};

void call_answer(struct call *c, enum result rc)
{
    struct exchange *x = c->x;

    if (c->keys_changed)
        keyring_empty(c->app->keyring);
    answer_write(c, spool_end(c, rc));
    exchange_send(x); /* the call goes with it */
}

static void answer_posted(void *arg)
{
    struct served *s = arg;

    call_answer(&s->call, s->rc);
}

void call_finish(struct call *c, enum result rc)
{
    struct served *s = (struct served *)c;

    s->rc = rc;
    loop_post(c->app->loop, answer_posted, s);
}

static enum result guard_and_run(struct served *s)
{
    enum result rc = s->let_in ? OK : guard_check(&s->call);

    s->let_in = true;
    return rc == OK ? s->next(&s->call) : rc;
}

static void run_in_worker(void *own, void *arg)
{
    struct served *s = arg;
    struct call *c = &s->call;

    s->reader = own;
    enum result rc = reader_begin(own, &c->db);
    if (rc == OK) {
        rc = guard_and_run(s);
        if (rc == LATER) { /* the call is somebody else's already */
            if (reader_end(own, OK) != OK)
                log_info("dispatch.snapshot", "reason=\"it did not end well\"");
            return;
        }
        rc = reader_end(own, rc);
    }
    call_finish(c, rc);
}

enum result call_look_again(struct call *c)
{
    struct served *s = (struct served *)c;
    enum result rc = reader_end(s->reader, OK);

    return rc == OK ? reader_begin(s->reader, &c->db) : rc;
}

typedef bool run_in_pool(struct pool *p, void (*fn)(void *own, void *arg),
                         void *arg);

static enum result run_in(struct call *c, handler *next, run_in_pool *run,
                          struct pool *pool)
{
    struct served *s = (struct served *)c;

    s->next = next;
    return run(pool, run_in_worker, s) ? LATER : ERR_BUSY;
}

enum result call_in_worker(struct call *c, handler *next)
{
    return run_in(c, next, pool_run, c->app->pool);
}

enum result call_in_lookup(struct call *c, handler *next)
{
    return run_in(c, next, pool_run, c->app->lookups);
}

enum result call_in_hasher(struct call *c, handler *next)
{
    return run_in(c, next, pool_run, c->app->hashers);
}

static void run_in_loop(void *arg)
{
    struct served *s = arg;

    s->call.db = NULL;
    enum result rc = s->next(&s->call);
    if (rc != LATER)
        call_answer(&s->call, rc);
}

enum result call_in_loop(struct call *c, handler *next)
{
    struct served *s = (struct served *)c;

    s->next = next;
    loop_post(c->app->loop, run_in_loop, s);
    return LATER;
}

static enum result read_params(struct call *c)
{
    enum result rc = params_read(c->req, &c->params);

    if (rc != OK && c->params.bad.p)
        c->why = c->params.bad.p;
    return rc;
}

static enum result unpack(struct call *c, size_t max)
{
    enum result rc = exchange_unpack(c->x, max);

    if (rc == ERR_INVALID)
        c->why = "The compressed body cannot be unpacked.";
    return rc;
}

static enum result parse_in_worker(struct call *c)
{
    enum result rc = unpack(c, c->app->settings->body_limit);

    if (rc == OK)
        rc = read_params(c);
    if (rc == OK)
        rc = guard_check(c);
    return rc == OK ? c->route->run(c) : rc;
}

static enum result parse_and_run(struct call *c)
{
    enum result rc = unpack(c, c->app->settings->update_limit);

    if (rc == OK)
        rc = read_params(c);
    return rc == OK ? c->route->run(c) : rc;
}

static enum result start(struct call *c)
{
    if (c->route->place != IN_LOOP) {
        spool_begin(c);
        ((struct served *)c)->let_in = true; /* asked once it is parsed */
        return c->route->place == IN_LONG
                   ? run_in(c, parse_in_worker, pool_run_long, c->app->pool)
                   : call_in_worker(c, parse_in_worker);
    }
    /* Readings ask by themselves, of the keyring. */
    ((struct served *)c)->let_in = c->route->act == ACT_STORE;
    if (c->req->body.n > c->app->settings->update_limit)
        return ERR_TOO_BIG;
    return parse_and_run(c);
}

void dispatch(void *app, struct exchange *x)
{
    struct served *s = ARENA_NEW(x->req.arena, struct served);
    struct call *c = &s->call;
    unsigned allowed;

    *c = (struct call){
        .app = app,
        .x = x,
        .req = &x->req,
        .res = &x->res,
        .arena = x->req.arena,
        .method = x->req.method == HEAD ? GET : x->req.method,
    };
    enum result rc = route_find(c, &allowed);
    if (rc == ERR_METHOD)
        answer_allow(c, allowed);
    if (rc == OK)
        rc = start(c);
    else if (x->req.method == OPTIONS)
        rc = OK; /* a browser asks so everywhere before it crosses sites */
    if (rc != LATER)
        call_answer(c, rc);
}
