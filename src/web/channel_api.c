/* channel_api.c -- making, changing and removing channels with a user key. */
#include "base/zone.h"
#include "core/channel_change.h"
#include "core/writer.h"
#include "store/account.h"
#include "web/channel_format.h"
#include "web/entry_params.h"
#include "web/guard.h"
#include "web/routes.h"

static const struct channel_look owners = { .keys = true, .whole = true };

/* A change on its way to the writer, and back with what it came to. */
struct change {
    struct job job; /* first */
    struct call *c;
    struct channel channel;
};

static struct str given(const struct call *c, const char *name,
                        struct str otherwise)
{
    const struct param *p = params_find(&c->params, name);

    return p ? p->value : otherwise;
}

/* Empty is not set. */
static struct str given_or_none(const struct call *c, const char *name,
                                struct str otherwise)
{
    struct str s = given(c, name, otherwise);

    return s.n ? s : NO_STR;
}

static void apply_fields(struct call *c, struct channel *ch)
{
    struct field all[CHANNEL_FIELDS];
    char name[] = "field1";

    channel_spread_fields(ch, all);
    for (int i = 0; i < DIALECT_FIELDS; i++) {
        name[5] = (char)('1' + i);
        all[i].label = given(c, name, all[i].label);
    }
    channel_gather_fields(ch, c->arena, all);
}

static enum result apply_tags(struct call *c, struct channel *ch)
{
    struct str tags = params_get(&c->params, "tags");

    if (!tags.p || channel_read_tags(ch, c->arena, tags))
        return OK;
    c->why = "There are more than 32 tags.";
    return ERR_INVALID;
}

/* Changes what the request names and leaves the rest. */
static enum result apply(struct call *c, struct channel *ch)
{
    struct str zone = params_get(&c->params, "timezone");
    struct str flag = params_get(&c->params, "public_flag");

    ch->name = given(c, "name", ch->name);
    ch->description = given_or_none(c, "description", ch->description);
    ch->metadata = given_or_none(c, "metadata", ch->metadata);
    ch->url = given_or_none(c, "url", ch->url);
    ch->latitude = given_or_none(c, "latitude", ch->latitude);
    ch->longitude = given_or_none(c, "longitude", ch->longitude);
    ch->elevation = given_or_none(c, "elevation", ch->elevation);
    ch->updated_at = c->req->at;
    if (flag.p)
        ch->is_public = str_eq_case(flag, STR("true")) || str_is(flag, "1");
    if (zone.n) {
        if (!zone_named(zone)) {
            c->why = "There is no such timezone.";
            return ERR_INVALID;
        }
        ch->zone = zone;
    }
    if (!latitude_valid(ch->latitude) || !longitude_valid(ch->longitude)) {
        c->why = "latitude or longitude is not one.";
        return ERR_INVALID;
    }
    apply_fields(c, ch);
    return apply_tags(c, ch);
}

static enum result explain(struct call *c, enum result rc)
{
    if (rc == ERR_TOO_BIG) {
        c->why = "A text is longer than its limit: 255 bytes, 4096 for "
                 "description and metadata.";
        return ERR_INVALID;
    }
    return rc;
}

static enum result do_add(struct db *db, struct job *job)
{
    struct change *add = (struct change *)job;
    struct channel_keys made;

    return channel_make(db, add->c->app->secret, add->c->arena, &add->channel,
                        &made);
}

static enum result show(struct call *c, struct channel_id id)
{
    struct channel ch;
    enum result rc = call_look_again(c);

    if (rc == OK)
        rc = channel_get(c->db, c->arena, id, &ch);
    return rc == OK ? channel_write(c, owners, &ch) : rc;
}

enum result channel_add_api(struct call *c)
{
    struct change add = { .job = { .do_it = do_add }, .c = c };
    struct channel *ch = &add.channel;

    ch->owner = grant_speaker(&c->visitor);
    ch->created_at = c->req->at;
    ch->zone = STR("UTC");
    enum result rc = apply(c, ch);
    if (rc == OK)
        rc = explain(c, writer_do(c->app->writer, &add.job));
    return rc == OK ? show(c, ch->id) : rc;
}

static enum result do_put(struct db *db, struct job *job)
{
    struct change *put = (struct change *)job;
    struct channel *ch = &put->channel;

    /* Read again: another change may have come between. */
    enum result rc = channel_get(db, put->c->arena, ch->id, ch);
    if (rc == OK)
        rc = apply(put->c, ch);
    return rc == OK ? channel_put(db, ch) : rc;
}

enum result channel_put_api(struct call *c)
{
    struct change put = { .job = { .do_it = do_put }, .c = c,
                          .channel = *c->channel };

    enum result rc = explain(c, writer_do(c->app->writer, &put.job));
    return rc == OK ? show(c, put.channel.id) : rc;
}

static enum result do_remove(struct db *db, struct job *job)
{
    return channel_remove(db, ((struct change *)job)->channel.id);
}

enum result channel_remove_api(struct call *c)
{
    struct change remove = { .job = { .do_it = do_remove }, .c = c,
                             .channel = *c->channel };

    enum result rc = writer_do(c->app->writer, &remove.job);
    if (rc != OK)
        return rc;
    c->keys_changed = true;
    return channel_write(c, (struct channel_look){ .whole = true },
                         &remove.channel);
}

static enum result do_clear(struct db *db, struct job *job)
{
    const struct change *clear = (const struct change *)job;

    return channel_clear(db, clear->channel.id, clear->c->req->at);
}

enum result channel_clear_api(struct call *c)
{
    struct change clear = { .job = { .do_it = do_clear }, .c = c,
                            .channel = *c->channel };
    struct xml x = { .out = &c->res->body };

    enum result rc = writer_do(c->app->writer, &clear.job);
    if (rc != OK)
        return rc;
    if (c->suffix == XML) {
        xml_start(&x);
        xml_empty(&x, "feeds", "array");
        return OK;
    }
    c->suffix = JSON;
    buf_add(&c->res->body, STR("[]"));
    return OK;
}

enum result channel_api(struct call *c)
{
    bool own = grant_owns(&c->visitor, c->channel->owner);

    return channel_write(c, own ? owners : (struct channel_look){ 0 },
                         c->channel);
}

/* What it comes to is another route, with an act of its own. */
enum result override_api(struct call *c)
{
    struct str method = params_get(&c->params, "_method");
    unsigned allowed;

    if (str_eq_case(method, STR("put")))
        c->method = PUT;
    else if (str_eq_case(method, STR("delete")))
        c->method = DELETE;
    else
        return ERR_METHOD;
    enum result rc = route_find(c, &allowed);
    if (rc == OK)
        rc = guard_check(c);
    return rc == OK ? c->route->run(c) : rc;
}
