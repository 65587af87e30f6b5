/* path_update_api.c -- one value in one URL, as the article's stations send
 * it: /update/API_key=K/mac=M/field=N/data=V. */
#include "base/zone.h"
#include "store/channel.h"
#include "web/page.h"
#include "web/path_dialect.h"
#include "web/routes.h"
#include "web/submission.h"

struct path_update {
    struct submission submission; /* first */
    struct path_parts parts;
    struct reading reading;
    struct value value;
};

static enum result fill(struct submission *s)
{
    struct path_update *u = (struct path_update *)s;
    struct call *c = s->c;
    enum admission in = keyring_admit(s->opens, u->parts.mac);

    if (in == ADMIT_NO)
        return ERR_DENIED;
    if (u->parts.why) {
        c->why = u->parts.why;
        return ERR_INVALID;
    }
    u->value = (struct value){ u->parts.field, u->parts.data };
    u->reading = (struct reading){
        .at = c->req->at,
        .values = &u->value,
        .n_values = 1,
        .device = u->parts.mac,
    };
    s->batch.list = &u->reading;
    s->batch.n = 1;
    if (in == ADMIT_NEW)
        s->batch.new_device = u->parts.mac;
    return OK;
}

/* A browser is shown its reading with the field's name, in the channel's
 * time: the one case that needs the store again. */
static enum result show_page(struct call *c)
{
    const struct path_update *u = c->state;
    struct accepted shown = {
        .value = u->value.text,
        .at = u->reading.at,
    };
    struct channel ch;

    enum result rc = channel_get(c->db, c->arena, u->reading.channel, &ch);
    if (rc == OK)
        shown.zone = zone_named(ch.zone);
    if (rc == OK && !ch.is_public)
        shown.key = u->parts.key; /* REFRESH opens with it */
    for (int i = 0; rc == OK && i < ch.n_fields; i++)
        if (ch.fields[i].number == u->value.field)
            shown.label = ch.fields[i].label;
    return page_accepted(c, &shown);
}

static enum result answer(struct submission *s, enum result rc)
{
    const struct path_update *u = (struct path_update *)s;
    struct call *c = s->c;
    bool page = call_wants_page(c);

    if (rc == OK && page)
        return call_in_worker(c, show_page);
    if (rc == OK) {
        c->suffix = TXT;
        buf_int(&c->res->body, u->reading.entry);
        return OK;
    }
    if (rc == ERR_STRANGER || rc == ERR_DENIED) {
        if (page)
            return page_denied(c);
        c->why = "Invalid API key or MAC address";
        return ERR_DENIED;
    }
    if (rc == ERR_BUSY)
        c->why = "Not stored, try again";
    if (rc == ERR_TOO_SOON)
        c->why = "Too soon after the last one";
    return rc;
}

enum result path_update_api(struct call *c)
{
    struct path_update *u = ARENA_NEW(c->arena, struct path_update);

    u->submission.c = c;
    u->submission.fill = fill;
    u->submission.answer = answer;
    path_parts_read(c->part[0], c->arena, &u->parts);
    if (!u->parts.mac.p) {
        submission_refused(c, ERR_DENIED);
        return answer(&u->submission, ERR_DENIED);
    }
    return submission_start(c, &u->submission, u->parts.key);
}
