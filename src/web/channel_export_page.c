/* channel_export_page.c -- what to download of a channel, and the whole of it
 * as the command line exports it. */
#include "base/zone.h"
#include "core/csv_export.h"
#include "core/secret.h"
#include "http/message.h"
#include "web/channel_form.h"
#include "web/channel_nav.h"
#include "web/feed_view.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/wording.h"

enum result channel_export_page(struct call *c)
{
    struct values *v = values_new(c->arena);
    struct str key = call_key_sent(c);

    channel_form_put_zones(v);
    channel_nav_put(c, v, c->channel, "export", "Export");
    values_text(v, "back",
                page_link(c, arena_printf(c->arena, "/channels/%lld",
                                          (long long)c->channel->id.n).p));
    values_flag(v, "mine", channel_is_mine(c, c->channel));
    values_text(v, "form_zone", c->channel->zone);
    values_text(v, "most", arena_printf(c->arena, "%d", RESULTS_MAX));
    values_text(v, "readings",
                wording_many(c->arena, c->channel->last_entry, "reading",
                             "readings"));
    /* Who came with a key downloads with it. */
    values_text(v, "api_key", key_text_valid(key) ? key : NO_STR);
    if (!c->channel->is_public)
        page_keep_private(c);
    return page_show(c, "channel_export", v);
}

enum result channel_export_file(struct call *c)
{
    struct str name = str_trim(params_get(&c->params, "timezone"));
    const struct zone *zone = name.n ? zone_named(name) : zone_utc();

    if (!zone) {
        c->why = "There is no such time zone.";
        return ERR_INVALID;
    }
    response_header(c->res, "Content-Type", STR("text/csv; charset=utf-8"));
    response_header(c->res, "X-Content-Type-Options", STR("nosniff"));
    response_header(c->res, "Cache-Control", STR("no-store"));
    response_header(c->res, "Content-Disposition",
                    arena_printf(c->arena,
                                 "attachment; filename=channel-%lld.csv",
                                 (long long)c->channel->id.n));
    return csv_export_all(c->db, c->channel, zone, &c->res->body);
}
