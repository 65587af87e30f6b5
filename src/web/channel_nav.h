/* channel_nav.h -- what the pages about one's own channel have in common:
 * where one is, and the way to the others (pages/channel_nav.html). */
#ifndef WEB_CHANNEL_NAV_H
#define WEB_CHANNEL_NAV_H

#include "base/template.h"
#include "store/channel.h"
#include "web/call.h"

/* at: "edit", "keys" ...: the page that this is, which title names. */
void channel_nav_put(struct call *c, struct values *v,
                     const struct channel *ch, const char *at,
                     const char *title);

/* Does the visitor own it? */
bool channel_is_mine(const struct call *c, const struct channel *ch);

/* 302 to "/channels/ID" with that behind it. */
MUST_USE enum result channel_redirect(struct call *c, struct channel_id id,
                                      const char *behind);

#endif
