/* card.h -- the newest values of a channel as the pages show them: a card for
 * each field that has a label. In a worker. */
#ifndef WEB_CARD_H
#define WEB_CARD_H

#include "base/template.h"
#include "store/channel.h"
#include "web/call.h"

/* Adds the channel to the list "channels": its name, zone and time, and the
 * list "cards". */
MUST_USE enum result cards_add(struct call *c, struct values *v,
                               const struct channel *ch);

/* One by one: what the cards of a channel are made from, and the card of
 * ch->fields[i]. */
struct cards;
MUST_USE enum result cards_read(struct call *c, const struct channel *ch,
                                struct cards **out);
void cards_put(struct call *c, struct values *card, struct cards *from, int i);

#endif
