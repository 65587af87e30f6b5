/* post_page.c -- a post on a page of its own. */
#include "store/post.h"
#include "web/page.h"
#include "web/post_view.h"
#include "web/routes.h"

enum result post_page(struct call *c)
{
    struct values *v = values_new(c->arena);
    const struct post *p = c->post;

    values_text(v, "title", arena_printf(c->arena, "%.*s - Almanac",
                                         STR_FMT(p->title)));
    if (p->updated_at != p->created_at)
        values_text(v, "changed", post_day(c->arena, p->updated_at));
    post_put_values(c, v, p, 0);
    if (!p->channel_is_public)
        page_keep_private(c);
    return page_show(c, "post", v);
}
