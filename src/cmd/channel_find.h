/* channel_find.h -- the channel that a command line names, with the sentence
 * said when there is none. */
#ifndef CMD_CHANNEL_FIND_H
#define CMD_CHANNEL_FIND_H

#include "store/channel.h"

struct open_store;
struct options;
struct zone;

/* By --channel, or else by the first word. Gives CMD_DONE or the exit
 * status. */
int channel_find(struct open_store *s, const struct options *o,
                 struct channel *out);

/* --timezone, or else that name. */
int zone_find(const struct options *o, struct str otherwise,
              const struct zone **out);

#endif
