/* reading.h -- what a device said, and when. Values are the exact texts. */
#ifndef STORE_READING_H
#define STORE_READING_H

#include "base/arena.h"
#include "base/result.h"
#include "store/ids.h"

struct db;

enum { VALUE_MAX = 255 }; /* bytes of a value, a status */

struct value {
    int field; /* 1 to CHANNEL_FIELDS */
    struct str text;
};

/* Texts with p == NULL were not sent. */
struct reading {
    struct channel_id channel;
    int64_t entry; /* 1, 2, 3 ... within its channel, no gaps */
    int64_t at;    /* milliseconds since 1970 UTC */
    const struct value *values; /* ascending fields, only those sent */
    int n_values;
    struct str device; /* the name that the article's dialect gives */
    struct str latitude, longitude, elevation, status;
};

/* NO_STR when that field was not sent. */
struct str reading_value(const struct reading *r, int field);

/* All of them or none; to be called inside a transaction, with the entry
 * numbers claimed. */
MUST_USE enum result readings_add(struct db *db, const struct reading *list,
                                  size_t n);

/* Which readings. newest > 0: only so many, those with the latest times. */
struct reading_query {
    struct channel_id channel;
    int64_t from, until;             /* both included */
    int64_t first_entry, last_entry; /* both included */
    int64_t newest;
};

/* All of a channel's. */
#define READINGS_OF(id)                                                \
    ((struct reading_query){ .channel = (id), .from = INT64_MIN,       \
                             .until = INT64_MAX, .first_entry = 0,     \
                             .last_entry = INT64_MAX })

/* Oldest first, by time and then by entry:
 *
 *     struct readings *it = readings_open(db, &q);
 *     while (readings_next(it, &r))
 *         ...
 *     return readings_end(it);
 *
 * What r points at dies with the next call. */
struct readings;

struct readings *readings_open(struct db *db, const struct reading_query *q);
/* In the order of their entries, from first to last, both included. */
struct readings *readings_open_entries(struct db *db,
                                       struct channel_id channel,
                                       int64_t first, int64_t last);
bool readings_next(struct readings *it, struct reading *out);
MUST_USE enum result readings_end(struct readings *it);

/* The reading with the highest entry number, that has the field if one is
 * named (0: whichever). ERR_MISSING: none. */
MUST_USE enum result reading_last(struct db *db, struct arena *a,
                                  struct channel_id channel, int field,
                                  struct reading *out);
MUST_USE enum result reading_get(struct db *db, struct arena *a,
                                 struct channel_id channel, int64_t entry,
                                 struct reading *out);
/* From one moment to another, both included, the latest by time in which the
 * field is there and not blank. ERR_MISSING: none. Looks at one after the
 * other. */
MUST_USE enum result reading_latest(struct db *db, struct arena *a,
                                    struct channel_id channel, int field,
                                    int64_t from, int64_t until,
                                    struct reading *out);
/* The first of all. ERR_MISSING: none. */
MUST_USE enum result reading_first(struct db *db, struct arena *a,
                                   struct channel_id channel,
                                   struct reading *out);
/* The last at or before a moment. ERR_MISSING: none. */
MUST_USE enum result reading_until(struct db *db, struct arena *a,
                                   struct channel_id channel, int64_t at,
                                   struct reading *out);

#endif
