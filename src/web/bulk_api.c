/* bulk_api.c -- many readings in one request, stored all or not at all. */
#include "store/channel.h"
#include "web/bulk_updates.h"
#include "web/routes.h"
#include "web/submission.h"

struct bulk_call {
    struct submission submission; /* first */
    struct bulk bulk;
};

static enum result answer(struct submission *s, enum result rc)
{
    if (rc != OK)
        return rc;
    s->c->res->status = 202;
    buf_add(&s->c->res->body, STR("{\"success\":true}"));
    s->c->suffix = JSON;
    return OK;
}

static enum result read_csv(struct call *c, struct bulk *b, struct str text)
{
    struct str format = params_get(&c->params, "time_format");
    bool is_relative = str_is(format, "relative");

    if (format.p && !is_relative && !str_is(format, "absolute")) {
        b->why = "time_format is neither absolute nor relative.";
        return ERR_INVALID;
    }
    return bulk_read_csv(b, text, is_relative);
}

static enum result read_updates(struct call *c, struct bulk *b)
{
    struct str text = params_get(&c->params, "updates");

    if (str_trim(text).n == 0) {
        b->why = "updates is missing.";
        return ERR_INVALID;
    }
    enum result rc = c->suffix == CSV ? read_csv(c, b, text)
                                      : bulk_read_json(b, text);
    if (rc == OK && b->n == 0) {
        b->why = "updates is empty.";
        return ERR_INVALID;
    }
    return rc;
}

enum result bulk_api(struct call *c)
{
    struct bulk_call *b = ARENA_NEW(c->arena, struct bulk_call);

    if (c->suffix != CSV)
        c->suffix = JSON;
    b->submission.c = c;
    b->submission.answer = answer;
    b->bulk = (struct bulk){
        .arena = c->arena,
        .peer = c->req->peer,
        .max = (size_t)c->app->settings->bulk_limit,
    };
    b->submission.batch.channel = c->channel->id;
    enum result rc = read_updates(c, &b->bulk);
    if (rc != OK) {
        c->why = b->bulk.why;
        submission_refused(c, rc);
        return rc;
    }
    bulk_anchor(&b->bulk, c->req->at);
    b->submission.batch.list = b->bulk.list;
    b->submission.batch.n = b->bulk.n;
    return submission_hand_in(&b->submission);
}
