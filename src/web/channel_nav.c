#include "web/channel_nav.h"

#include "web/page.h"

void channel_nav_put(struct call *c, struct values *v,
                     const struct channel *ch, const char *at,
                     const char *title)
{
    values_text(v, "id",
                arena_printf(c->arena, "%lld", (long long)ch->id.n));
    values_text(v, "channel_name", ch->name);
    values_flag(v, arena_printf(c->arena, "at_%s", at).p, true);
    values_text(v, "title",
                arena_printf(c->arena, "%s - %.*s - Almanac", title,
                             STR_FMT(ch->name)));
}

bool channel_is_mine(const struct call *c, const struct channel *ch)
{
    return c->visitor.account.n != 0 && c->visitor.account.n == ch->owner.n;
}

enum result channel_redirect(struct call *c, struct channel_id id,
                             const char *behind)
{
    return page_redirect(c, arena_printf(c->arena, "/channels/%lld%s",
                                         (long long)id.n, behind));
}
