/* update_api.c -- one reading, as ThingSpeak's devices send it. The answer is
 * the number of the entry, or 0 when it was not taken. */
#include "base/json.h"
#include "base/moment.h"
#include "base/xml.h"
#include "base/zone.h"
#include "web/entry_params.h"
#include "web/feed_writer.h"
#include "web/routes.h"
#include "web/submission.h"

struct update {
    struct submission submission; /* first */
    struct entry_params params;
    struct reading reading;
};

/* A time that cannot be read is no reason to lose the reading. */
static int64_t time_of(const struct call *c, const struct entry_params *p)
{
    const struct zone *zone = p->zone.p ? zone_named(str_trim(p->zone)) : NULL;
    int64_t at;

    if (p->created_at.p
        && moment_parse(str_trim(p->created_at), zone ? zone : zone_utc(),
                        &at))
        return at;
    return c->req->at;
}

static enum result fill(struct submission *s)
{
    struct update *u = (struct update *)s;
    struct call *c = s->c;

    for (int i = 0; i < c->params.n; i++) {
        const struct param *p = &c->params.list[i];

        entry_take(&u->params, p->name, p->value, p->number);
    }
    enum result rc = entry_reading(&u->params, c->arena, c->req->peer, false,
                                   &u->reading);
    u->reading.at = time_of(c, &u->params);
    s->batch.list = &u->reading;
    s->batch.n = 1;
    return rc;
}

static void write_json(struct call *c, const struct update *u)
{
    const struct reading *r = &u->reading;
    struct json j = { .out = &c->res->body };
    char room[MOMENT_ROOM], name[] = "field1";

    json_open(&j, NULL, '{');
    json_int(&j, "channel_id", r->channel.n);
    json_text(&j, "created_at", moment_iso(r->at, zone_utc(), room));
    json_int(&j, "entry_id", r->entry);
    for (int i = 1; i <= DIALECT_FIELDS; i++) {
        struct str v = reading_value(r, i);

        name[5] = (char)('0' + i);
        if (u->params.number[i] && v.n == u->params.field[i].n)
            json_raw(&j, name, v);
        else
            json_text(&j, name, v);
    }
    json_text(&j, "latitude", r->latitude);
    json_text(&j, "longitude", r->longitude);
    json_text(&j, "elevation", r->elevation);
    json_text(&j, "status", r->status);
    json_close(&j, '}');
}

static void write_xml(struct call *c, const struct reading *r)
{
    struct xml x = { .out = &c->res->body };
    char room[MOMENT_ROOM], name[] = "field1";

    xml_start(&x);
    xml_open(&x, "feed", NULL);
    xml_int(&x, "channel-id", r->channel.n);
    xml_text(&x, "created-at", "dateTime",
             moment_iso(r->at, zone_utc(), room));
    xml_int(&x, "entry-id", r->entry);
    for (int i = 1; i <= DIALECT_FIELDS; i++) {
        name[5] = (char)('0' + i);
        xml_text(&x, name, NULL, reading_value(r, i));
    }
    xml_text(&x, "latitude", "decimal", r->latitude);
    xml_text(&x, "longitude", "decimal", r->longitude);
    xml_text(&x, "elevation", NULL, r->elevation);
    xml_text(&x, "status", NULL, r->status);
    xml_close(&x, "feed");
}

static enum result answer(struct submission *s, enum result rc)
{
    const struct update *u = (struct update *)s;
    struct call *c = s->c;

    if (rc != OK)
        return rc;
    if (c->suffix == JSON) {
        struct str callback = params_get(&c->params, "callback");

        if (!callback_valid(callback))
            callback = NO_STR;
        callback_open(c, callback);
        write_json(c, u);
        callback_close(c, callback);
    } else if (c->suffix == XML) {
        write_xml(c, &u->reading);
    } else {
        c->suffix = TXT;
        buf_int(&c->res->body, u->reading.entry);
    }
    return OK;
}

enum result update_api(struct call *c)
{
    struct update *u = ARENA_NEW(c->arena, struct update);

    u->submission.fill = fill;
    u->submission.answer = answer;
    return submission_start(c, &u->submission, call_key(c));
}
