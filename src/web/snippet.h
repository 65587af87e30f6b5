/* snippet.h -- what the lines for a device are filled in with: see
 * pages/device_*.html. Pure.
 *
 * What its owner typed stands in comments alone, on one line, without what
 * would end one; addresses and keys have nothing in them but what is the same
 * in every language. So no name can break a program. */
#ifndef WEB_SNIPPET_H
#define WEB_SNIPPET_H

#include "base/template.h"
#include "store/channel.h"

enum { SNIPPET_FIELDS = 8 }; /* as many as ThingSpeak's dialect knows */

/* origin: "http://host:port"; key as it is. Sets origin, host, port, tls,
 * write_key (as part of an address), about_channel, first_readings; the list
 * "measures" of number, about and value; for Tasmota sensor_readings and the
 * list "sensors" of sensor, place and last. A channel whose fields have no
 * labels has field 1. */
void snippet_put(struct values *v, struct arena *a, const struct channel *ch,
                 struct str origin, struct str key);

/* Does this origin lead every device to itself? */
bool snippet_stays_here(struct str origin);

#endif
