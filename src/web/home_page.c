/* home_page.c -- what is happening now: the newest values of every channel
 * that the visitor may see, or what to do when there is nothing to see. */
#include "base/template.h"
#include "store/channel.h"
#include "web/card.h"
#include "web/channel_nav.h"
#include "web/home_choice.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/windows.h"

enum { HOME_CHANNELS = 50 };

/* The channels of the page: the visitor's own, a private one when a key opened
 * it, and everybody's public ones. */
struct home {
    struct channel *mine, *list, private;
    int n_mine, n;
    int64_t total_mine, total;
    bool opened, refused;
    bool any;      /* is there any channel at all? */
    struct choice *chosen; /* instead of mine and list, when there are any */
    int n_chosen;
};

static enum result open_private(struct call *c, struct home *h)
{
    struct channel_id id = c->visitor.channel; /* a key's */

    h->refused = !id.n && call_key(c).p;
    if (!id.n)
        return OK;
    enum result rc = channel_get(c->db, c->arena, id, &h->private);
    h->opened = rc == OK && !h->private.is_public
                && !channel_is_mine(c, &h->private);
    return rc;
}

static enum result look_for_any(struct call *c, struct home *h)
{
    struct channel_query q = { .tag = NO_STR, .limit = 1 };
    struct channel *list;
    int n = 0;

    h->any = h->n > 0 || h->opened || h->n_mine > 0;
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
    struct channel_query own = { .owner = c->visitor.account,
                                 .limit = HOME_CHANNELS };
    struct seen *seen = NULL;
    enum result rc = open_private(c, h);

    if (rc == OK && own.owner.n)
        rc = choice_cards(c, &seen, &h->chosen, &h->n_chosen);
    h->any = h->n_chosen > 0;
    if (rc != OK || h->any)
        return rc;
    if (own.owner.n)
        rc = channel_list(c->db, c->arena, &own, &h->mine, &h->n_mine,
                          &h->total_mine);
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
    for (int i = 0; i < h->n_mine; i++)
        if (h->mine[i].last_entry > 0)
            return false;
    for (int i = 0; i < h->n; i++)
        if (h->list[i].last_entry > 0)
            return false;
    return true;
}

/* Each with the name of its channel; what they are made from is read once for
 * a channel. */
static enum result put_chosen(struct call *c, struct values *v,
                              const struct home *h)
{
    struct cards *cards[HOME_CARDS];

    for (int i = 0; i < h->n_chosen; i++) {
        const struct choice *ch = &h->chosen[i];
        struct values *row = values_row(v, "cards");
        enum result rc = OK;
        int same = 0;

        while (h->chosen[same].channel != ch->channel)
            same++;
        if (same == i)
            rc = cards_read(c, ch->channel, &cards[i]);
        if (rc != OK)
            return rc;
        cards[i] = cards[same];
        cards_put(c, row, cards[i], (int)(ch->field - ch->channel->fields));
        values_text(row, "where", ch->channel->name);
        values_text(row, "where_link",
                    arena_printf(c->arena, "/channels/%lld",
                                 (long long)ch->channel->id.n));
    }
    return OK;
}

static enum result put_cards(struct call *c, struct values *v,
                             const struct home *h)
{
    enum result rc = put_chosen(c, v, h);

    for (int i = 0; rc == OK && i < h->n_mine; i++)
        rc = cards_add(c, v, &h->mine[i]);
    if (rc == OK && h->opened)
        rc = cards_add(c, v, &h->private);
    for (int i = 0; rc == OK && i < h->n; i++)
        if (!channel_is_mine(c, &h->list[i]))
            rc = cards_add(c, v, &h->list[i]);
    return rc;
}

static void put_count(struct call *c, struct values *v, const char *name,
                      int64_t n)
{
    values_text(v, name, arena_printf(c->arena, "%lld", (long long)n));
}

static enum result home_fill(struct call *c, struct values *v,
                             const struct home *h)
{
    bool newcomer = c->visitor.account.n && !h->n_mine && !h->n_chosen;
    bool some = h->n > 0 || h->opened || h->n_mine > 0 || h->n_chosen > 0;

    values_text(v, "title", STR("Almanac"));
    values_text(v, "here", STR("/"));
    values_text(v, "refresh", page_link(c, "/"));
    page_put_wall(c, v);
    values_text(v, "origin", page_origin(c));
    values_flag(v, "refused", h->refused);
    values_flag(v, "chosen", h->n_chosen > 0);
    values_flag(v, "show_send", !newcomer && !h->n_chosen
                                && nothing_arrived(h));
    values_flag(v, "no_channel", !h->any);
    values_flag(v, "only_private", h->any && !some);
    values_flag(v, "shown", some);
    values_flag(v, "more", h->total > h->n);
    put_count(c, v, "n", h->n);
    put_count(c, v, "total", h->total);
    values_flag(v, "none_mine", newcomer && h->any);
    values_flag(v, "more_mine", h->total_mine > h->n_mine);
    put_count(c, v, "n_mine", h->n_mine);
    put_count(c, v, "total_mine", h->total_mine);
    if (h->n_mine > 0)
        put_count(c, v, "keys_of", h->mine[0].id.n);
    return put_cards(c, v, h);
}

enum result home_page(struct call *c)
{
    struct values *v = values_new(c->arena);
    struct home h = { .n = 0 };
    enum result rc = home_read(c, &h);

    if (rc == OK)
        rc = home_fill(c, v, &h);
    if (rc == OK && c->visitor.account.n)
        rc = windows_add(c, v);
    if (rc != OK)
        return rc;
    if (h.opened)
        page_keep_private(c);
    page_allow_live(c, v);
    return page_show(c, "home", v);
}
