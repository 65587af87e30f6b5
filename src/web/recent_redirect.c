/* recent_redirect.c -- the article's pages of newest readings, by their old
 * addresses: one page shows all that they did. */
#include "web/page.h"
#include "web/routes.h"

enum result recent_redirect(struct call *c)
{
    return page_redirect(c, page_link(c, "/"));
}
