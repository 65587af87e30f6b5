/* events.h -- what a page that is open is told, as server-sent events: see
 * docs/live.md. Pure. Source of the form: WHATWG HTML, section 9.2. */
#ifndef WEB_EVENTS_H
#define WEB_EVENTS_H

#include "base/buf.h"
#include "store/channel.h"
#include "store/reading.h"

/* A reading, as an event without its id. */
void event_of_reading(struct buf *out, struct arena *a,
                      const struct channel *ch, const struct reading *r);
/* A channel whose numbers are to be loaded anew; the same. */
void event_of_reset(struct buf *out, struct channel_id id, int64_t entry);
/* name is "hello" or "beat". */
void event_of_clock(struct buf *out, const char *name, int64_t now);

#endif
