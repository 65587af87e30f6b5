/* zone.h -- a time zone of the IANA database. Pure look-ups; any thread.
 *
 * Times are milliseconds since 1970 UTC, offsets are seconds east of UTC.
 * Zones are never freed: there are a few hundred, each made once. */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/str.h"

struct zone;

const struct zone *zone_utc(void);

/* NULL when there is no zone of that name. Only names of the database, such
 * as "Europe/Berlin" or "UTC"; never a file name or a POSIX rule. */
const struct zone *zone_named(struct str name);

/* A zone that is always so far from UTC; whole minutes within 24 hours. */
const struct zone *zone_fixed(int seconds_east);

struct str zone_name(const struct zone *z);
bool zone_is_utc(const struct zone *z);

/* What the clocks there are ahead of UTC at that moment. */
int zone_offset(const struct zone *z, int64_t at);

/* The moment at which the clocks there show this (milliseconds since 1970 as
 * if they were UTC). Shown twice: the first of the two. Never shown (clocks
 * were put forward): as far after the change as the time is after the gap. */
int64_t zone_moment(const struct zone *z, int64_t shown);

#endif
