/* channel_remove_page.c -- taking away a channel's readings, or the channel
 * with everything that belongs to it. Both say first what would be lost. */
#include "core/writer.h"
#include "store/channel.h"
#include "store/device.h"
#include "store/key.h"
#include "store/post.h"
#include "web/channel_nav.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/wording.h"

struct removal {
    struct job job; /* first */
    struct channel_id channel;
    int64_t at;
};

static enum result show_clear(struct call *c, const char *why)
{
    struct values *v = values_new(c->arena);
    const struct channel *ch = c->channel;

    channel_nav_put(c, v, ch, "clear", "Clear");
    values_text(v, "flash", str_of(why));
    values_flag(v, "any", ch->last_entry > 0);
    values_text(v, "readings",
                wording_many(c->arena, ch->last_entry, "reading",
                             "readings"));
    return page_show(c, "channel_clear", v);
}

enum result channel_clear_page(struct call *c)
{
    return show_clear(c, NULL);
}

static enum result do_clear(struct db *db, struct job *job)
{
    const struct removal *r = (const struct removal *)job;

    return channel_clear(db, r->channel, r->at);
}

enum result channel_clear_post(struct call *c)
{
    struct removal r = { .job = { .do_it = do_clear },
                         .channel = c->channel->id, .at = c->req->at };

    if (!params_find_form(&c->params, "sure"))
        return show_clear(c, "Nothing was removed. Tick the box if you are "
                             "sure.");
    enum result rc = writer_do(c->app->writer, &r.job);
    return rc == OK ? channel_redirect(c, r.channel, "") : rc;
}

/* What goes with it, counted. */
static enum result put_losses(struct call *c, struct values *v)
{
    struct channel_id id = c->channel->id;
    struct device *devices;
    struct key *keys;
    int n_keys = 0, n_devices = 0;
    int64_t posts = 0;

    enum result rc = key_list_channel(c->db, c->arena, id, &keys, &n_keys);
    if (rc == OK)
        rc = device_list(c->db, c->arena, id, &devices, &n_devices);
    if (rc == OK)
        rc = post_count(c->db, id, &posts);
    if (rc != OK)
        return rc;
    const struct {
        int64_t n;
        const char *one, *many;
    } losses[] = {
        { c->channel->last_entry, "reading", "readings" },
        { n_keys, "key", "keys" },
        { n_devices, "device", "devices" },
        { posts, "post in the journal", "posts in the journal" },
    };
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
        if (losses[i].n > 0 || i == 0)
            values_text(values_row(v, "losses"), "loss",
                        wording_many(c->arena, losses[i].n, losses[i].one,
                                     losses[i].many));
    return OK;
}

static enum result show_delete(struct call *c, const char *why)
{
    struct values *v = values_new(c->arena);
    enum result rc = put_losses(c, v);

    if (rc != OK)
        return rc;
    channel_nav_put(c, v, c->channel, "delete", "Delete");
    values_text(v, "flash", str_of(why));
    values_text(v, "typed", params_form(&c->params, "name"));
    return page_show(c, "channel_delete", v);
}

enum result channel_delete_page(struct call *c)
{
    return show_delete(c, NULL);
}

static enum result do_delete(struct db *db, struct job *job)
{
    return channel_remove(db, ((struct removal *)job)->channel);
}

enum result channel_delete_post(struct call *c)
{
    struct removal r = { .job = { .do_it = do_delete },
                         .channel = c->channel->id };
    struct str typed = str_trim(params_form(&c->params, "name"));

    if (!str_eq(typed, str_trim(c->channel->name)))
        return show_delete(c, "Nothing was removed: that is not the "
                              "channel's name.");
    enum result rc = writer_do(c->app->writer, &r.job);
    if (rc != OK)
        return rc;
    c->keys_changed = true;
    return page_redirect(c, STR("/channels"));
}
