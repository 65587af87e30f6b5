/* feed_view.h -- what a reader asked to see of a channel, and how.
 *
 * Source: ThingSpeak's "Read Data" parameters. */
#ifndef WEB_FEED_VIEW_H
#define WEB_FEED_VIEW_H

#include "core/slice.h"
#include "store/channel.h"
#include "store/reading.h"
#include "web/call.h"

enum {
    RESULTS_MAX = 8000,
    RESULTS_DEFAULT = 100,
    SHOWN_FIELDS = 8 /* as many as the dialect knows */
};

struct feed_view {
    const struct zone *zone;
    bool status, location, metadata;
    int decimals;              /* -1: as they are */
    bool has_min, has_max;
    double min, max;
    struct str callback;       /* p NULL: no JSONP */
    struct str prepend, append;

    int64_t from, until;       /* both included */
    int64_t first_entry, last_entry;
    int64_t results;           /* -1: not said */
    bool window;               /* any of days, minutes, start, end */

    int64_t slice_ms;          /* 0: single readings */
    enum slice_kind slice;

    int shown[SHOWN_FIELDS];   /* numbers of the fields to show */
    int n_shown;
};

/* Reads the parameters; the fields are the labelled ones of the channel, or
 * only the one named if only_field is not 0. ERR_INVALID: a time that is
 * none, a callback that is no name; c->why says which. */
MUST_USE enum result feed_view_read(struct call *c, const struct channel *ch,
                                    int only_field, struct feed_view *v);

/* The same where, when nothing else is said, times are of this zone. */
MUST_USE enum result feed_view_read_in(struct call *c,
                                       const struct channel *ch,
                                       int only_field,
                                       const struct zone *usual,
                                       struct feed_view *v);

/* "3" or "field3" as in /fields/3; 0 when it is neither, or above 64. */
int feed_field(struct str part);

/* A boolean parameter: "true" in any case. */
bool feed_flag(const struct call *c, const char *name);

/* May this be the name of a JSONP function? */
bool callback_valid(struct str s);

#endif
