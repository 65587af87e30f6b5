/* device.h -- the stations that a channel accepts, and those it has seen.
 *
 * A name is opaque text of 1 to 64 bytes, compared without regard to the case
 * of ASCII letters; it is kept in lower case. A channel with no accepted
 * device accepts any and remembers it as seen.
 */
#ifndef STORE_DEVICE_H
#define STORE_DEVICE_H

#include "base/arena.h"
#include "base/result.h"
#include "store/ids.h"

struct db;

enum { DEVICE_NAME_MAX = 64, DEVICES_MAX = 1000 };

struct device {
    struct str name;
    bool accepted; /* listed by the owner; else only seen */
    int64_t first_at;
};

/* Lists it as accepted, or remembers it as seen; a seen one becomes accepted,
 * never the other way round. ERR_INVALID: empty, too long or not text;
 * ERR_TOO_BIG: the channel has DEVICES_MAX of them (a merely seen one is then
 * quietly not remembered). Raises the key epoch when accepted. */
MUST_USE enum result device_put(struct db *db, struct channel_id channel,
                                struct str name, bool accepted, int64_t now);
MUST_USE enum result device_list(struct db *db, struct arena *a,
                                 struct channel_id channel,
                                 struct device **list, int *n);
/* ERR_MISSING: no such device. */
MUST_USE enum result device_remove(struct db *db, struct channel_id channel,
                                   struct str name);

#endif
