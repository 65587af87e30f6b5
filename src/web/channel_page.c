/* channel_page.c -- the newest values of one channel. */
#include <stdio.h>

#include "base/template.h"
#include "http/message.h"
#include "store/channel.h"
#include "web/card.h"
#include "web/channel_nav.h"
#include "web/chart_list.h"
#include "web/page.h"
#include "web/routes.h"

/* A public channel needs no key, so none is handed on. */
static void put_links(struct call *c, struct values *v,
                      const struct channel *ch)
{
    static const struct {
        const char *name, *path;
    } links[] = {
        { "refresh", "/channels/%lld" },
        { "json", "/channels/%lld/feeds.json" },
        { "csv", "/channels/%lld/feeds.csv" },
        { "export", "/channels/%lld/export" },
        { "embed", "/channels/%lld/embed" },
    };

    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        char path[64];

        snprintf(path, sizeof path, links[i].path, (long long)ch->id.n);
        values_text(v, links[i].name,
                    ch->is_public ? arena_copy(c->arena, str_of(path))
                                  : page_link(c, path));
    }
}

/* Where it is, and the words that it is found by. */
static void put_place(struct call *c, struct values *v,
                      const struct channel *ch)
{
    struct buf tags = { 0 };

    for (int i = 0; i < ch->n_tags; i++)
        buf_printf(&tags, "%s%.*s", i > 0 ? ", " : "",
                   STR_FMT(ch->tags[i].name));
    values_text(v, "tags", arena_copy(c->arena, buf_str(&tags)));
    values_flag(v, "tagged", tags.n > 0);
    buf_free(&tags);
    values_flag(v, "placed", ch->latitude.n && ch->longitude.n);
    values_text(v, "latitude", ch->latitude);
    values_text(v, "longitude", ch->longitude);
    values_flag(v, "elevated", ch->elevation.n > 0);
    values_text(v, "elevation", ch->elevation);
}

static void put_about(struct call *c, struct values *v,
                      const struct channel *ch)
{
    bool web = str_starts(ch->url, STR("https://"))
               || str_starts(ch->url, STR("http://"));
    bool mine = channel_is_mine(c, ch);

    channel_nav_put(c, v, ch, "page", "");
    values_text(v, "title", ch->name);
    values_text(v, "description", ch->description);
    values_flag(v, "described", ch->description.n > 0);
    values_text(v, "url", web ? ch->url : NO_STR);
    put_place(c, v, ch);
    values_flag(v, "mine", mine);
    values_flag(v, "shown", true);
    values_flag(v, "show_send", ch->last_entry == 0);
    values_text(v, "origin", page_origin(c));
    if (mine)
        values_text(v, "keys_of",
                    arena_printf(c->arena, "%lld", (long long)ch->id.n));
}

enum result channel_page(struct call *c)
{
    struct values *v = values_new(c->arena);
    const struct channel *ch = c->channel;
    enum result rc = cards_add(c, v, ch);

    if (rc != OK)
        return rc;
    put_links(c, v, ch);
    page_put_wall(c, v);
    put_about(c, v, ch);
    rc = charts_add(c, v, ch);
    if (rc != OK)
        return rc;
    response_header(c->res, "Vary", STR("Accept")); /* else it is data */
    if (!ch->is_public)
        page_keep_private(c);
    page_allow_live(c, v);
    return page_show(c, "channel", v);
}
