/* chart_window.h -- which stretch of a channel's past, and which fields, an
 * address asks for: ?range=day or ?from=MOMENT&until=MOMENT, and ?fields=1,2.
 * The channel's page and its data understand the same. */
#ifndef WEB_CHART_WINDOW_H
#define WEB_CHART_WINDOW_H

#include "web/chart_view.h"

struct chart_window {
    const struct chart_range *range; /* NULL: from and until were named */
    bool asked;                      /* something was; else it is the usual */
    int64_t from, until;             /* without a range; both included */
    const struct field *field[CHANNEL_FIELDS];
    int n_fields;
    bool chosen;                     /* fields were named */
};

/* Of the fields that have a label. ERR_INVALID: c->why says what is none. */
MUST_USE enum result chart_window_read(struct call *c,
                                       struct chart_window *out);
/* Whatever makes no sense is as if it had not been said. */
void chart_window_guess(struct call *c, struct chart_window *out);

/* Its readings, in about so many buckets. */
struct reading_query chart_window_query(const struct call *c,
                                        const struct chart_window *w,
                                        int buckets);

#endif
