/* channel_change.h -- making a channel and changing it: what the pages, the
 * API and the command line have in common. */
#ifndef CORE_CHANNEL_CHANGE_H
#define CORE_CHANNEL_CHANGE_H

#include "base/result.h"
#include "store/channel.h"

struct db;
struct secret;

/* The texts of the two keys that a new channel has. */
struct channel_keys {
    struct str write, read;
};

/* Stores ch, with one labelled field when it has none, and gives it its keys.
 * Errors are those of channel_add. Inside the caller's transaction; may run
 * twice. */
MUST_USE enum result channel_make(struct db *db, const struct secret *s,
                                  struct arena *a, struct channel *ch,
                                  struct channel_keys *made);

/* Pure: the fields by their number less one, labelled or blank; and back, only
 * those that have a label. */
void channel_spread_fields(const struct channel *ch,
                           struct field all[static CHANNEL_FIELDS]);
void channel_gather_fields(struct channel *ch, struct arena *a,
                           const struct field all[static CHANNEL_FIELDS]);

/* Pure: "one, two" as tags; what is empty or repeated does not count. False
 * when there are more than CHANNEL_TAGS. */
bool channel_read_tags(struct channel *ch, struct arena *a, struct str list);

/* Pure: degrees as decimal text; NO_STR is fine, too. */
bool latitude_valid(struct str s);
bool longitude_valid(struct str s);

#endif
