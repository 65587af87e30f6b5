/* chart_picture.h -- charts as pictures, /channels/ID/charts/N.svg, and where
 * a page shows them. */
#ifndef WEB_CHART_PICTURE_H
#define WEB_CHART_PICTURE_H

#include "web/call.h"

/* The picture of a refusal, for an <img>: one sentence. c->res->status is
 * set already. */
void chart_refused(struct call *c, enum result rc, const char *sentence);

#endif
