/* moment.h -- a point in time as text, and the clock.
 *
 * int64_t milliseconds since 1970-01-01T00:00Z everywhere; years 1 to 9999.
 * Formats: ISO 8601 and RFC 3339. Pure, any thread.
 */
#ifndef BASE_MOMENT_H
#define BASE_MOMENT_H

#include "base/str.h"

struct zone;

enum { MOMENT_ROOM = 48 };

#define MOMENT_MIN (-INT64_C(62135596800000)) /* 0001-01-01T00:00:00.000Z */
#define MOMENT_MAX INT64_C(253402300799999)   /* 9999-12-31T23:59:59.999Z */

int64_t moment_now(void);    /* the wall clock */
int64_t moment_steady(void); /* milliseconds that never run backwards */

/* Reads, with anything after it refused:
 *     2018-01-30T10:26:21Z   2018-01-30 10:26:21.250 -0500   20180130T102621Z
 *     2018-01-30T10:26:21+01:00  2018-01-30 10:26  2018-01-30   1517307981
 *     2018-01-30 10:26:21 UTC
 * Lenient where devices are: one-digit parts (2016-5-10 2:34:15), several
 * spaces, a space inside the time (10: 36: 28), a '+' of the offset that
 * became a space (2018-01-30T10:26:21 01:00). Without an offset it is what
 * the clocks of zone show. A number of 9 to 11 digits is Unix seconds, of 12
 * to 14 digits Unix milliseconds. False when it is no time or not one of the
 * calendar (month 19, 30 February). */
bool moment_parse(struct str s, const struct zone *zone, int64_t *out);

/* Each writes at most MOMENT_ROOM bytes with the final zero and returns it
 * as text. */
struct str moment_iso(int64_t at, const struct zone *zone,
                      char room[static MOMENT_ROOM]);
    /* 2018-01-26T13:07:48Z; other zones 2018-01-26T08:07:48-05:00 */
struct str moment_csv(int64_t at, const struct zone *zone,
                      char room[static MOMENT_ROOM]);
    /* 2018-01-26 13:07:48 UTC; other zones 2018-01-26 08:07:48 -0500 */
struct str moment_ms(int64_t at, char room[static MOMENT_ROOM]);
    /* 2018-09-10T20:23:45.000Z */
struct str moment_offset(int64_t at, const struct zone *zone,
                         char room[static MOMENT_ROOM]);
    /* 2025-12-01T23:09:48+00:00, UTC too: the export's form */
struct str moment_clock(int64_t at, const struct zone *zone,
                        char room[static MOMENT_ROOM]);
    /* 08:07:24 AM Sep 12, 2018 */

/* "40 seconds", "1 minute", "5 hours", "12 days", rounded down; "just now" for
 * less than MOMENT_AGE_NOW. */
enum { MOMENT_AGE_NOW = 10 * 1000 };
struct str moment_age(int64_t ms, char room[static MOMENT_ROOM]);

#endif
