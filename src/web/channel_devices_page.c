/* channel_devices_page.c -- the stations that a channel accepts, and those
 * that it has seen. */
#include "base/zone.h"
#include "core/writer.h"
#include "store/channel.h"
#include "store/device.h"
#include "web/channel_nav.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/wording.h"

static void put_device(struct call *c, struct values *v,
                       const struct device *d, int number)
{
    struct values *row = values_row(v, d->accepted ? "accepted" : "seen");

    values_text(row, "number", arena_printf(c->arena, "%d", number));
    values_text(row, "device", d->name);
    wording_moment(c->arena, row, "since_iso", "since", d->first_at,
                   zone_named(c->channel->zone));
}

static enum result show(struct call *c, const char *why)
{
    struct values *v = values_new(c->arena);
    struct device *list;
    int n, accepted = 0;
    enum result rc
        = device_list(c->db, c->arena, c->channel->id, &list, &n);

    if (rc != OK)
        return rc;
    for (int i = 0; i < n; i++) {
        accepted += list[i].accepted;
        put_device(c, v, &list[i], i + 1);
    }
    values_flag(v, "any_accepted", accepted > 0);
    values_flag(v, "any_seen", n > accepted);
    values_flag(v, "last_accepted", accepted == 1);
    values_text(v, "flash", str_of(why));
    if (why)
        values_text(v, "typed", params_form(&c->params, "name"));
    channel_nav_put(c, v, c->channel, "devices", "Devices");
    return page_show(c, "channel_devices", v);
}

enum result channel_devices_page(struct call *c)
{
    return show(c, NULL);
}

struct device_change {
    struct job job; /* first */
    struct channel_id channel;
    struct str name;
    int64_t now;
};

static enum result do_accept(struct db *db, struct job *job)
{
    struct device_change *ch = (struct device_change *)job;

    return device_put(db, ch->channel, ch->name, true, ch->now);
}

static enum result do_forget(struct db *db, struct job *job)
{
    struct device_change *ch = (struct device_change *)job;

    return device_remove(db, ch->channel, ch->name);
}

static const char *refusal(enum result rc)
{
    if (rc == ERR_INVALID)
        return "A device\u2019s name is text of 1 to 64 bytes.";
    if (rc == ERR_TOO_BIG)
        return "The channel has 1000 devices already. Forget one first.";
    return NULL;
}

/* A known one as it is; a new one as it was typed. */
static struct str named(const struct call *c)
{
    const struct param *known = params_find_form(&c->params, "device");

    return known ? known->value : str_trim(params_form(&c->params, "name"));
}

enum result channel_devices_post(struct call *c)
{
    struct str action = params_form(&c->params, "action");
    struct device_change change = {
        .channel = c->channel->id,
        .name = named(c),
        .now = c->req->at,
    };

    if (str_is(action, "accept"))
        change.job.do_it = do_accept;
    else if (str_is(action, "forget"))
        change.job.do_it = do_forget;
    else
        return ERR_INVALID;
    enum result rc = writer_do(c->app->writer, &change.job);
    const char *why = refusal(rc);
    if (why)
        return show(c, why);
    if (rc != OK && rc != ERR_MISSING) /* forgotten already */
        return rc;
    c->keys_changed = true;
    return channel_redirect(c, c->channel->id, "/devices");
}
