/* home_choice.h -- the fields that somebody has chosen, or may choose, for
 * their home page. In a worker. */
#ifndef WEB_HOME_CHOICE_H
#define WEB_HOME_CHOICE_H

#include "store/channel.h"
#include "store/home.h"
#include "web/call.h"

/* A field that the visitor may see. */
struct choice {
    const struct channel *channel; /* NULL: none */
    const struct field *field;
};

/* The field, if it is there, has a label and may be seen; else
 * out->channel is NULL. Channels are read once for each *seen, which begins as
 * NULL. */
struct seen;
MUST_USE enum result choice_find(struct call *c, struct seen **seen,
                                 struct home_field f, struct choice *out);

/* The cards that were chosen, in order; those that cannot be shown are left
 * out. */
MUST_USE enum result choice_cards(struct call *c, struct seen **seen,
                                  struct choice **list, int *n);

/* What there is to choose from: the visitor's own channels, then the public
 * ones of others, the first so many of each. */
enum { CHOICE_CHANNELS = 50 };
MUST_USE enum result choice_channels(struct call *c, struct channel **list,
                                     int *n);

/* "3.1": field 1 of channel 3, for forms. */
struct str choice_name(struct arena *a, const struct channel *ch,
                       const struct field *f);
/* {0}: it is no such name. */
struct home_field choice_named(struct str name);

#endif
