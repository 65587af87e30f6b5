/* channel_form.h -- the form that describes a channel, as it was typed. Pure.
 *
 * Names of its inputs: name, description, tags, url, metadata, latitude,
 * longitude, elevation, zone, is_public; for each field's row label1, unit1,
 * display1, colour1 and so on; rows, how many of them were shown; more, when
 * its visitor asks for more of them. */
#ifndef WEB_CHANNEL_FORM_H
#define WEB_CHANNEL_FORM_H

#include "base/template.h"
#include "http/params.h"
#include "store/channel.h"

struct channel_form {
    struct str name, description, tags, url, metadata;
    struct str latitude, longitude, elevation, zone;
    bool is_public;
    struct field row[CHANNEL_FIELDS]; /* p NULL: was not in the form */
    int rows;
    bool more;
};

void channel_form_of(struct channel_form *f, struct arena *a,
                     const struct channel *ch);
void channel_form_read(struct channel_form *f, struct arena *a,
                       const struct params *p);

/* Changes the channel as the form says; rows that were not in it stay. Gives
 * NULL, or one sentence about what is wrong. */
const char *channel_form_apply(const struct channel_form *f, struct arena *a,
                               struct channel *ch);

/* What pages/channel_form.html and channel_create.html ask for. */
void channel_form_put(const struct channel_form *f, struct arena *a,
                      struct values *v);
/* What pages/zones.html asks for: names to choose a time zone from. */
void channel_form_put_zones(struct values *v);

#endif
