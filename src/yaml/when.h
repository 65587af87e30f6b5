/* when.h -- a date, or a date with a time, as YAML writes it and Python
 * prints it. Pure, any thread. */
#ifndef YAML_WHEN_H
#define YAML_WHEN_H

#include "base/buf.h"

struct when {
    int year, month, day; /* 1 to 9999, from 1 */
    bool has_time, has_zone;
    int hour, minute, second, micro;
    int offset; /* minutes east of UTC */
};

/* Has it the look of one? "2001-1-1", "2001-12-14t21:59:43.10-05:00",
 * "2001-12-14 21:59:43 Z". */
bool when_match(struct str s, struct when *out);

/* Is it one of the calendar and the clock, its zone within a day? */
bool when_is_valid(const struct when *w);

/* "2001-12-14 21:59:43.100000-05:00" */
void when_text(struct buf *out, const struct when *w);
/* "datetime.date(2001, 12, 14)" */
void when_repr(struct buf *out, const struct when *w);

/* Microseconds since 1970 in UTC. */
int64_t when_instant(const struct when *w);

#endif
