/* spark.h -- the small curve of a card: the last day of a field, made into the
 * paths of an SVG that has no axes and no words. Pure.
 *
 * By hours: their means as a line, with a band from lowest to highest, so that
 * a spike shows; it comes from the hourly summaries and costs little. */
#ifndef WEB_SPARK_H
#define WEB_SPARK_H

#include "base/arena.h"
#include "core/series.h"

/* The drawing: pages/cards.html has the same numbers in its viewBox, and
 * stretches it. */
enum { SPARK_WIDTH = 240, SPARK_HEIGHT = 40, SPARK_HOURS = 24 };

struct spark {
    struct str line, band, end; /* for the "d" of a path; end: the newest */
};

/* The stretch that a curve shows, in hours. */
void spark_query(struct series_query *q, int64_t now);

/* False: too few numbers for a curve. */
bool spark_draw(struct arena *a, const struct series *s,
                const struct series_line *l, struct spark *out);

#endif
