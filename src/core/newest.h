/* newest.h -- the newest value of each field of a channel, for people.
 *
 * Newest is what has the latest time; times that are ahead of the server's
 * clock count only where there are no others. Cheap however many readings
 * there are: in a large channel a field that went silent is found by its
 * hourly summaries, which know of numbers only.
 */
#ifndef CORE_NEWEST_H
#define CORE_NEWEST_H

#include "base/arena.h"
#include "base/result.h"
#include "store/channel.h"
#include "store/reading.h"

struct db;

enum {
    NEWEST_TIMES = 60,             /* readings to judge the usual distance by */
    NEWEST_AHEAD_MS = 5 * 60 * 1000, /* how wrong a device's clock may be */
    NEWEST_HOUR_MS = 60 * 60 * 1000,
    NEWEST_ABOUT_MS = 15 * 60 * 1000
};

struct newest {
    int64_t at;
    struct str text;            /* p NULL: none was found */
    bool unsure;                /* none, but a text may be there, long ago */
    int64_t times[NEWEST_TIMES]; /* of its last values, ascending */
    int n_times;
    bool has_before;            /* newest_before found one */
    double before;
};

/* *list has a member for each of ch->fields; those without a label are not
 * looked for. Blank values do not count. */
MUST_USE enum result newest_values(struct db *db, struct arena *a,
                                   const struct channel *ch, int64_t now,
                                   struct newest **list);

/* Of those in the list that are numbers of the last hour: the number that the
 * field had an hour before, which is the one nearest to that time and at most
 * NEWEST_ABOUT_MS from it. One query for all. */
MUST_USE enum result newest_before(struct db *db, const struct channel *ch,
                                   int64_t now, struct newest *list);

#endif
