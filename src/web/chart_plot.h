/* chart_plot.h -- the inside of a chart: from numbers and times to places, and
 * the lines. Private to the charts. Pure. */
#ifndef WEB_CHART_PLOT_H
#define WEB_CHART_PLOT_H

#include "base/ticks.h"
#include "web/chart_draw.h"

/* What is drawn where. */
struct plot {
    const struct chart *c;
    struct buf *out;
    struct arena *arena;
    struct number_axis y;
    double left, top, width, height;
    double column; /* the place of one; half of it is kept free at both ends */
};

/* A number in the unit that the chart shows. */
double plot_shown(const struct chart *c, double v);

/* Pixels from the plot's left and top. */
double plot_x(const struct plot *p, double at);
double plot_y(const struct plot *p, double v);

/* What p->column is to be for columns. */
double plot_column(const struct plot *p);

/* Band, line and dots, or columns. */
void plot_lines(struct plot *p);

#endif
