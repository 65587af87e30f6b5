#include "web/attempt.h"

#include "base/moment.h"
#include "core/trials.h"
#include "http/message.h"
#include "web/guard.h"

static long long retry_after(struct call *c, int64_t wait_ms)
{
    long long seconds = (wait_ms + 999) / 1000;

    response_header(c->res, "Retry-After",
                    arena_printf(c->arena, "%lld", seconds));
    return seconds;
}

static enum result too_soon(struct call *c, int64_t wait_ms)
{
    long long seconds = retry_after(c, wait_ms);

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

static struct trial keeping(const struct call *c, size_t bytes)
{
    return (struct trial){ .address = c->req->peer,
                           .parts = (int)(bytes / TRIAL_PART) + 1 };
}

enum result attempt_keep(struct call *c, size_t bytes)
{
    struct trial t = keeping(c, bytes);
    int64_t wait = trials_take(c->app->trials, &t, moment_steady());

    if (wait <= 0)
        return OK;
    retry_after(c, wait);
    c->why = arena_printf(c->arena,
                          "Too much has come from your address. Log in, or "
                          "wait %lld minutes and try again.",
                          (long long)(wait / 60000 + 1))
                 .p;
    return ERR_TOO_SOON;
}

void attempt_keep_not(struct call *c, size_t bytes)
{
    struct trial t = keeping(c, bytes);

    trials_return(c->app->trials, &t);
}
