/* home_page.c -- what is happening now: the newest values of every channel
 * that the visitor may see, or what to do when there is nothing to see. */
#include "base/template.h"
#include "store/channel.h"
#include "web/card.h"
#include "web/page.h"
#include "web/routes.h"

enum { HOME_CHANNELS = 50 };

/* The channels of the page. The private one is among them when a key opened
 * it. */
struct home {
    struct channel *list, private;
    int n;
    int64_t total; /* public ones */
    bool opened, refused;
    bool any;      /* is there any channel at all? */
};

static enum result open_private(struct call *c, struct home *h)
{
    struct channel_id id = c->visitor.channel; /* a key's */

    h->refused = !id.n && call_key(c).p;
    if (!id.n)
        return OK;
    enum result rc = channel_get(c->db, c->arena, id, &h->private);
    h->opened = rc == OK && !h->private.is_public;
    return rc;
}

static enum result look_for_any(struct call *c, struct home *h)
{
    struct channel_query q = { .tag = NO_STR, .limit = 1 };
    struct channel *list;
    int n = 0;

    h->any = h->n > 0 || h->opened;
    if (h->any)
        return OK;
    enum result rc = channel_list(c->db, c->arena, &q, &list, &n, NULL);
    h->any = n > 0;
    return rc;
}

static enum result home_read(struct call *c, struct home *h)
{
    struct channel_query q = { .public_only = true, .tag = NO_STR,
                               .limit = HOME_CHANNELS };
    enum result rc = open_private(c, h);

    if (rc == OK)
        rc = channel_list(c->db, c->arena, &q, &h->list, &h->n, &h->total);
    if (rc == OK)
        rc = look_for_any(c, h);
    return rc;
}

static bool nothing_arrived(const struct home *h)
{
    if (h->opened && h->private.last_entry > 0)
        return false;
    for (int i = 0; i < h->n; i++)
        if (h->list[i].last_entry > 0)
            return false;
    return true;
}

static enum result home_fill(struct call *c, struct values *v,
                             const struct home *h)
{
    enum result rc = h->opened ? cards_add(c, v, &h->private) : OK;

    for (int i = 0; rc == OK && i < h->n; i++)
        rc = cards_add(c, v, &h->list[i]);
    values_text(v, "title", STR("Almanac"));
    values_text(v, "here", STR("/"));
    values_text(v, "refresh", page_link(c, "/"));
    values_text(v, "origin", page_origin(c));
    values_flag(v, "refused", h->refused);
    values_flag(v, "show_send", nothing_arrived(h));
    values_flag(v, "no_channel", !h->any);
    values_flag(v, "only_private", h->any && !h->n && !h->opened);
    values_flag(v, "shown", h->n > 0 || h->opened);
    values_flag(v, "more", h->total > h->n);
    values_text(v, "n", arena_printf(c->arena, "%d", h->n));
    values_text(v, "total",
                arena_printf(c->arena, "%lld", (long long)h->total));
    return rc;
}

enum result home_page(struct call *c)
{
    struct values *v = values_new(c->arena);
    struct home h = { .n = 0 };
    enum result rc = home_read(c, &h);

    if (rc == OK)
        rc = home_fill(c, v, &h);
    if (rc != OK)
        return rc;
    if (h.opened)
        page_keep_private(c);
    return page_show(c, "home", v);
}
