/* post_view.h -- a post as pages and the feed show it. */
#ifndef WEB_POST_VIEW_H
#define WEB_POST_VIEW_H

#include "base/template.h"
#include "web/call.h"

struct post;
struct zone;

/* What post_about.html and post_body.html ask for. Of a body longer than so
 * many bytes only the beginning; 0: all of it. */
void post_put_values(struct call *c, struct values *v, const struct post *p,
                     size_t max);

/* What is said about one that is not there. */
const char *post_missing(struct arena *a, struct post_id id);

/* The zone of its channel; UTC without one. */
const struct zone *post_zone(const struct post *p);

/* Its own page: "/journal/3". */
struct str post_path(struct arena *a, struct post_id id);

/* "2018-01-01", in UTC. */
struct str post_day(struct arena *a, int64_t at);

#endif
