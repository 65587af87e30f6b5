/* channel_list_page.c -- the visitor's own channels, and the public ones of
 * everybody else. */
#include "http/message.h"
#include "store/channel.h"
#include "store/reading.h"
#include "web/channel_nav.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/wording.h"

enum { PER_PAGE = 50, PAGES_MOST = 1000000 };

static enum result put_age(struct call *c, struct values *row,
                           const struct channel *ch)
{
    struct reading last;

    values_flag(row, "empty", ch->last_entry == 0);
    if (ch->last_entry == 0)
        return OK;
    enum result rc = reading_until(c->db, c->arena, ch->id, c->req->at, &last);
    if (rc == ERR_MISSING) {
        values_text(row, "age", STR("a time to come"));
        return OK;
    }
    if (rc != OK)
        return rc;
    values_text(row, "age", wording_ago(c->arena, c->req->at - last.at));
    return OK;
}

static enum result put_channels(struct call *c, struct values *v,
                                const char *name, const struct channel *list,
                                int n)
{
    enum result rc = OK;

    for (int i = 0; rc == OK && i < n; i++) {
        const struct channel *ch = &list[i];
        struct values *row = values_row(v, name);

        values_text(row, "id",
                    arena_printf(c->arena, "%lld", (long long)ch->id.n));
        values_text(row, "name", ch->name);
        values_text(row, "owner", ch->owner_name);
        values_flag(row, "is_public", ch->is_public);
        values_text(row, "readings",
                    wording_many(c->arena, ch->last_entry, "reading",
                                 "readings"));
        rc = put_age(c, row, ch);
    }
    return rc;
}

/* Where in a list of so many the visitor is: ?name=2 is its second page. */
static int64_t page_of(struct call *c, const char *name)
{
    int64_t page;

    if (!str_int(params_get(&c->params, name), &page) || page < 1
        || page > PAGES_MOST)
        return 1;
    return page;
}

static void put_pages(struct call *c, struct values *v, const char *name,
                      int64_t page, int64_t total)
{
    bool after = page * PER_PAGE < total;

    values_flag(v, arena_printf(c->arena, "%s_pages", name).p,
                page > 1 || after);
    if (page > 1)
        values_text(v, arena_printf(c->arena, "%s_before", name).p,
                    arena_printf(c->arena, "%lld", (long long)page - 1));
    if (after)
        values_text(v, arena_printf(c->arena, "%s_after", name).p,
                    arena_printf(c->arena, "%lld", (long long)page + 1));
}

static enum result put_list(struct call *c, struct values *v,
                            const char *name, struct channel_query q)
{
    int64_t page = page_of(c, name), total = 0;
    struct channel *list;
    int n;

    q.limit = PER_PAGE;
    q.offset = (page - 1) * PER_PAGE;
    enum result rc = channel_list(c->db, c->arena, &q, &list, &n, &total);
    if (rc != OK)
        return rc;
    values_flag(v, arena_printf(c->arena, "any_%s", name).p, n > 0);
    put_pages(c, v, name, page, total);
    return put_channels(c, v, name, list, n);
}

enum result channel_list_page(struct call *c)
{
    struct values *v = values_new(c->arena);
    struct account_id who = grant_speaker(&c->visitor);
    enum result rc = OK;

    if (who.n)
        rc = put_list(c, v, "mine",
                      (struct channel_query){ .owner = who });
    if (rc == OK)
        rc = put_list(c, v, "public",
                      (struct channel_query){ .public_only = true });
    if (rc != OK)
        return rc;
    values_text(v, "title", STR("Channels - Almanac"));
    response_header(c->res, "Vary", STR("Accept")); /* else it is data */
    return page_show(c, "channel_list", v);
}
