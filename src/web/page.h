/* page.h -- every page goes through here: template, type, security headers. */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "base/template.h"
#include "web/call.h"

/* pages/NAME.html with these values, as the response. status 200 unless the
 * response has one already. Any thread. */
MUST_USE enum result page_show(struct call *c, const char *name,
                               const struct values *v);

/* 303 to a path of ours. */
MUST_USE enum result page_redirect(struct call *c, struct str to);

#endif
