/* chart_draw.h -- a chart of one field as an SVG picture. Pure.
 *
 * A line of means with a band from the lowest to the highest of each bucket, so
 * that nothing between two pixels is lost; the line is broken where there is a
 * gap. No script, its own style, light and dark by what the reader prefers,
 * unless a background is given. */
#ifndef WEB_CHART_DRAW_H
#define WEB_CHART_DRAW_H

#include "base/buf.h"
#include "base/colour.h"
#include "core/series.h"
#include "store/channel.h"

enum {
    CHART_WIDTH = 450, CHART_HEIGHT = 250, /* pixels, when nothing is said */
    CHART_WIDTH_MIN = 160, CHART_WIDTH_MAX = 2000,
    CHART_HEIGHT_MIN = 120, CHART_HEIGHT_MAX = 1200
};

enum chart_type { CHART_LINE, CHART_STEP, CHART_COLUMN };

struct chart_look {
    int width, height;
    enum chart_type type;
    bool has_colour, has_paper;
    struct colour colour, paper;   /* paper: behind everything */
    struct str title, xaxis, yaxis; /* p NULL: the usual, xaxis none */
    bool has_low, has_high;        /* ends of the y axis, */
    double low, high;              /* low < high */
    int decimals;                  /* of the newest value; < 0: as sent */
    bool made;                     /* values are means and the like */
    bool as_stored;                /* no conversion of units: sums */
    const struct zone *zone;
};

/* How many buckets a picture of that width can show. */
int chart_buckets(int width);

/* line NULL: nothing to show, the stretch alone. */
struct chart {
    const struct chart_look *look;
    const struct field *field;
    const struct series *series;
    const struct series_line *line;
    struct str words;              /* what it shows, in a sentence */
};

void chart_draw(struct buf *out, struct arena *a, const struct chart *c);

/* A picture that says one sentence. */
void chart_draw_words(struct buf *out, const struct chart_look *look,
                      struct str sentence);

/* A value of the line as people read it, with its unit: "21.5 °C". */
struct str chart_value(struct arena *a, const struct chart_look *look,
                       const struct field *f, struct str value);
/* The same of a number that was made here: lowest, highest. */
struct str chart_number(struct arena *a, const struct chart_look *look,
                        const struct field *f, double v);

#endif
