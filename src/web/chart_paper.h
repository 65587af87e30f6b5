/* chart_paper.h -- what a chart is drawn on: the SVG element, its style, texts.
 * Private to the charts. Pure. */
#ifndef WEB_CHART_PAPER_H
#define WEB_CHART_PAPER_H

#include "web/chart_draw.h"

enum { TEXT_SIZE = 12, TITLE_SIZE = 15 };

/* The element's start with title, description and style; paper_end ends it. */
void paper_begin(struct buf *out, const struct chart_look *look,
                 struct str title, struct str words);
void paper_end(struct buf *out);

enum anchor { AT_START, AT_MIDDLE, AT_END };
/* class: "t" a title, "v" a value, "s" what is beside the point. Cut to fit
 * into so many pixels. */
void paper_text(struct buf *out, const char *class, enum anchor anchor,
                double x, double y, double room, struct str text);

/* About how wide; a letter is reckoned with its usual width. */
double paper_width(struct str text, int size);

#endif
