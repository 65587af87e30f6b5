/* events.h -- what a page that is open is told, as server-sent events: see
 * docs/live.md. Pure. Source of the form: WHATWG HTML, section 9.2. */
#ifndef WEB_EVENTS_H
#define WEB_EVENTS_H

#include "base/buf.h"
#include "core/feed.h"
#include "store/channel.h"
#include "store/reading.h"

/* A reading, as an event without its id. */
void event_of_reading(struct buf *out, struct arena *a,
                      const struct channel *ch, const struct reading *r);
/* A channel whose numbers are to be loaded anew; the same. */
void event_of_reset(struct buf *out, struct channel_id id, int64_t entry);
/* The first of a stream, which watches these: when each channel was changed, so
 * that who comes back can compare. */
void event_of_hello(struct buf *out, int64_t now, const struct watch *list,
                    int n);
void event_of_beat(struct buf *out, int64_t now);

#endif
