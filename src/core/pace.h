/* pace.h -- how soon a channel may be written to again. Loop thread only.
 *
 * For those who want the hosted service's limit; without one nobody asks. */
#ifndef CORE_PACE_H
#define CORE_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/ids.h"

struct pace;

struct pace *pace_new(int64_t least_ms); /* 0: no limit */
void pace_free(struct pace *p);

/* May it be written now? If so, the time starts again. now is steady. */
bool pace_take(struct pace *p, struct channel_id channel, int64_t now);
/* What was taken could not be stored: the channel may try again at once. */
void pace_return(struct pace *p, struct channel_id channel);

#endif
