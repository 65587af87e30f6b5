#include "web/attempt.h"

#include "base/moment.h"
#include "core/trials.h"
#include "http/message.h"
#include "web/guard.h"

static enum result too_soon(struct call *c, int64_t wait_ms)
{
    long long seconds = (wait_ms + 999) / 1000;

    response_header(c->res, "Retry-After",
                    arena_printf(c->arena, "%lld", seconds));
    c->why = arena_printf(c->arena,
                          "That was tried too often. Please wait %lld "
                          "second%s and try again.",
                          seconds, seconds == 1 ? "" : "s")
                 .p;
    return ERR_TOO_SOON;
}

enum result attempt_begin(struct call *c, struct str name, handler *next)
{
    struct trial *t = ARENA_NEW(c->arena, struct trial);

    /* The guard will refuse it; nobody's tries are used up by another site. */
    if (guard_foreign(c->req))
        return call_in_worker(c, next);
    *t = (struct trial){ .name = name, .address = c->req->peer,
                         .registering = !name.p };
    int64_t wait = trials_take(c->app->trials, t, moment_steady());
    if (wait > 0)
        return too_soon(c, wait);
    c->state = t;
    enum result rc = call_in_hasher(c, next);
    if (rc == LATER)
        return LATER;
    attempt_forgive(c);
    c->why = "Many people are signing in just now. Please try again in a few "
             "seconds.";
    return rc;
}

void attempt_forgive(struct call *c)
{
    trials_return(c->app->trials, c->state);
}
