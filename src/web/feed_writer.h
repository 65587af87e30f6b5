/* feed_writer.h -- writes a channel's readings in ThingSpeak's forms.
 *
 * JSON and XML carry the channel first; CSV is a header and rows. An answer is
 * written front to back and never held whole. */
#ifndef WEB_FEED_WRITER_H
#define WEB_FEED_WRITER_H

#include "base/json.h"
#include "base/xml.h"
#include "web/feed_view.h"

/* A reading or a slice, as it is to be shown. */
struct entry {
    int64_t at;
    int64_t number; /* 0: a slice has none */
    struct str text[SHOWN_FIELDS]; /* of the view's fields, in its order */
    struct str latitude, longitude, elevation, status;
};

struct feed_writer {
    struct call *c;
    const struct feed_view *view;
    const struct channel *channel;
    bool values;   /* the entries have fields */
    bool statuses; /* the entries have a status, asked for or not */
    bool any;      /* an entry was written */
    struct json json;
    struct xml xml;
};

/* What a reading looks like in this view; rounded texts are made in room. */
struct rounding {
    char text[SHOWN_FIELDS][DECIMAL_ROOM];
};
struct entry entry_of(const struct feed_view *v, const struct reading *r,
                      struct rounding *room);
/* Does the view's min or max drop it? */
bool entry_dropped(const struct feed_view *v, const struct reading *r);

/* A list of entries with the channel before them. */
void feed_begin(struct feed_writer *w, struct call *c,
                const struct feed_view *v, const struct channel *ch);
/* The list of statuses, with a shorter channel. */
void feed_begin_statuses(struct feed_writer *w, struct call *c,
                         const struct feed_view *v, const struct channel *ch);
void feed_entry(struct feed_writer *w, const struct entry *e);
void feed_end(struct feed_writer *w);

/* One entry by itself. */
void feed_one(struct call *c, const struct feed_view *v,
              const struct entry *e);
/* Nothing is there: -1, in JSON "-1". */
void feed_nothing(struct call *c, const struct feed_view *v);

/* JSONP: what stands around the JSON. Sets the type. */
void callback_open(struct call *c, struct str callback);
void callback_close(struct call *c, struct str callback);

#endif
