#include "web/submission.h"

#include "base/moment.h"
#include "core/metrics.h"
#include "core/pace.h"

void submission_refused(struct call *c, enum result rc)
{
    enum refusal why = REFUSED_INVALID;

    if (rc == ERR_STRANGER)
        why = REFUSED_KEY;
    else if (rc == ERR_DENIED)
        why = REFUSED_DEVICE;
    else if (rc == ERR_TOO_BIG)
        why = REFUSED_TOO_BIG;
    else if (rc == ERR_TOO_SOON)
        why = REFUSED_TOO_SOON;
    else if (rc == ERR_BUSY || rc == ERR_FAILED)
        why = REFUSED_BUSY;
    c->app->metrics->refused[why]++;
}

static enum result end(struct submission *s, enum result rc)
{
    if (rc != OK)
        submission_refused(s->c, rc);
    return s->answer(s, rc);
}

static void stored(struct batch *b, enum result rc)
{
    struct submission *s = (struct submission *)b;

    if (rc != OK)
        pace_return(s->c->app->pace, b->channel);
    else if (b->new_device.p)
        keyring_saw(s->c->app->keyring, s->key, b->new_device);
    if (rc == ERR_MISSING) /* the channel has just gone, and its key */
        rc = ERR_STRANGER;
    rc = end(s, rc);
    if (rc != LATER)
        call_answer(s->c, rc);
}

static enum result hand_in_here(struct call *c)
{
    struct submission *s = c->state;

    if (!pace_take(c->app->pace, s->batch.channel, moment_steady()))
        return end(s, ERR_TOO_SOON);
    s->batch.done = stored;
    enum result rc = ingest_submit(c->app->ingest, &s->batch);
    if (rc == OK)
        return LATER;
    pace_return(c->app->pace, s->batch.channel);
    return end(s, rc);
}

enum result submission_hand_in(struct submission *s)
{
    s->c->state = s;
    return call_in_loop(s->c, hand_in_here);
}

static enum result check(struct submission *s, const struct key_fact *fact)
{
    struct visitor *v = &s->c->visitor;
    struct object o = { .channel = fact->channel }; /* the key names it */

    if (fact->found)
        grant_key(v, fact->kind, fact->channel, fact->account);
    enum result rc = grant(ACT_STORE, v, &o);
    if (rc != OK)
        return end(s, rc);
    s->batch.channel = fact->channel;
    s->opens = fact;
    rc = s->fill(s);
    return rc == OK ? hand_in_here(s->c) : end(s, rc);
}

static enum result looked_up(struct call *c)
{
    struct submission *s = c->state;

    keyring_put(c->app->keyring, &s->fact, s->asked_in);
    return check(s, &s->fact);
}

static enum result could_not_look(struct call *c)
{
    return end(c->state, ERR_BUSY);
}

static enum result look_up(struct call *c)
{
    struct submission *s = c->state;
    enum result rc = key_look_up(c->db, c->arena, s->key, &s->fact);

    return call_in_loop(c, rc == OK ? looked_up : could_not_look);
}

enum result submission_start(struct call *c, struct submission *s,
                             struct str key)
{
    c->state = s;
    s->c = c;
    s->key = key;
    if (!key.p)
        return end(s, ERR_STRANGER);
    const struct key_fact *fact = keyring_find(c->app->keyring, key);
    if (fact)
        return check(s, fact);
    s->asked_in = keyring_generation(c->app->keyring);
    enum result rc = call_in_lookup(c, look_up);
    return rc == LATER ? LATER : end(s, rc);
}
