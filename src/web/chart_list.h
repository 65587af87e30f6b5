/* chart_list.h -- the pictures on a channel's page: one for each field that
 * has a label, and links to how far back they go (?range=). In a worker. */
#ifndef WEB_CHART_LIST_H
#define WEB_CHART_LIST_H

#include "base/template.h"
#include "store/channel.h"
#include "web/call.h"

/* What charts.html asks for. Nothing for a channel without readings. A range
 * that was asked for stays in the link "refresh". */
MUST_USE enum result charts_add(struct call *c, struct values *v,
                                const struct channel *ch);

#endif
