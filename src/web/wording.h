/* wording.h -- counts, ages and moments as pages say them. Pure. */
#ifndef WEB_WORDING_H
#define WEB_WORDING_H

#include "base/arena.h"
#include "base/template.h"

struct zone;

/* "1 reading", "12 readings" */
struct str wording_many(struct arena *a, int64_t n, const char *one,
                        const char *many);

/* "just now", "40 seconds ago": so many milliseconds have passed. */
struct str wording_ago(struct arena *a, int64_t ms);

/* As <time datetime="{{iso}}">{{clock}}</time> wants it: iso in UTC, clock as
 * the clocks of the zone show it, NULL: in UTC. These are the names of the two
 * values. */
void wording_moment(struct arena *a, struct values *v, const char *iso,
                    const char *clock, int64_t at, const struct zone *zone);

#endif
