/* already.h -- which of these readings has the channel already? For an import
 * that is repeated, or that brings back what was exported.
 *
 * The same are two readings with the same values, place and status at the same
 * time. A time in whole seconds is the same as any moment of that second,
 * because an export has no more. A device counts when the new one names it.
 */
#ifndef CORE_ALREADY_H
#define CORE_ALREADY_H

#include "base/result.h"
#include "store/reading.h"

struct db;

/* known has room for n. One pass over what the channel has in the list's span
 * of time; only entries up to last_entry count, so that what an import stores
 * itself is never taken for something that was there before. */
MUST_USE enum result already_stored(struct db *db, struct channel_id channel,
                                    int64_t last_entry,
                                    const struct reading *list, size_t n,
                                    bool *known);

#endif
