/* series_writer.h -- a series as JSON for a chart in a browser: as few bytes as
 * show all that a pixel can. Pure. See docs/series.md. */
#ifndef WEB_SERIES_WRITER_H
#define WEB_SERIES_WRITER_H

#include "base/json.h"
#include "core/series.h"
#include "store/channel.h"

struct zone;

struct series_writer {
    struct arena *arena;
    struct json *json;
    const struct series *series;
    const struct field *const *field; /* of its lines: n_fields of them */
    int n_fields;
    const struct zone *zone;
    int64_t *row;         /* bucket i is row[i], or none: -1. Its own. */
    int n_rows;
};

/* "times" and "fields". Each line has its "mean", and where they differ "low"
 * and "high", a number or null for each time; "breaks" are the rows before
 * which it is interrupted. */
void series_write_lines(struct series_writer *w);

/* "offsets": from when on the clocks are how far ahead of UTC, for the stretch
 * and one as long on either side, into which a chart is moved before it asks
 * again. */
void series_write_offsets(struct series_writer *w);

#endif
