/* chart_view.h -- what a chart is asked to show, and how.
 *
 * Source: ThingSpeak's chart parameters, and those of reading feeds; range is
 * ours. What makes no sense for a picture (dynamic, update, push, export) is
 * ignored, as is whatever has no name here. */
#ifndef WEB_CHART_VIEW_H
#define WEB_CHART_VIEW_H

#include "web/chart_draw.h"
#include "web/feed_view.h"

struct chart_range {
    const char *name;   /* in addresses: "day" */
    const char *label;  /* of a link: "Day" */
    const char *words;  /* behind "what": "in the last 24 hours" */
    int64_t ms;         /* 0: from the first reading on */
};

extern const struct chart_range chart_ranges[]; /* ends with a NULL name */
extern const struct chart_range *const chart_range_usual;

/* NULL: there is none of that name. */
const struct chart_range *chart_range_named(struct str name);

/* The stretch, up to about now: it ends where a point or an hour does, so that
 * the picture stays the same until then. */
void chart_range_ends(const struct chart_range *r, int buckets, int64_t now,
                      struct reading_query *q);

struct chart_view {
    struct feed_view feed;
    struct chart_look look;
    struct series_query query;       /* of one field */
    const struct chart_range *range; /* NULL: something else was asked for */
    int field;
};

/* The field that the path names, as c->part[1]; one without a label is called
 * by its number. ERR_MISSING: there is none; c->why says so. */
MUST_USE enum result chart_field(struct call *c, struct field *out);

/* ERR_INVALID, ERR_GARBLED: c->why says which option it is. out must stay
 * where it is: the query points into it. */
MUST_USE enum result chart_view_read(struct call *c, const struct field *f,
                                     struct chart_view *out);

/* Of options that may be wrong: only width, height and bgcolor, for a picture
 * that tells what went wrong. */
void chart_look_read(const struct call *c, struct chart_look *look);

/* The channel's zone. */
const struct zone *chart_zone(const struct channel *ch);

/* "Temperature in the last 24 hours: lowest 3 °C on 21 Nov ...". */
struct str chart_words(struct call *c, const struct chart_look *look,
                       const struct field *f, const struct chart_range *range,
                       const struct series *s, const struct series_line *l);

#endif
