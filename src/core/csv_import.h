/* csv_import.h -- which column of a CSV holds what, and its records as
 * readings.
 *
 * A first record that names the columns is one whose first cell is no time and
 * speaks of "create", "date" or "time", or which has fewer numbers than the
 * second. Then the columns go by their names: created_at, date, time, timestamp; field1 to
 * field64; latitude, longitude, elevation, status; entry_id is dropped, as is
 * a second column of time. What has another name becomes the next field that
 * none is named after, from left to right. Without names they go by place:
 * time, field1 to field8, latitude, longitude, elevation, status.
 *
 * Pure: no file, no database.
 */
#ifndef CORE_CSV_IMPORT_H
#define CORE_CSV_IMPORT_H

#include "base/csv.h"
#include "base/result.h"
#include "store/reading.h"

struct zone;

enum column {
    COLUMN_DROPPED,
    COLUMN_TIME,
    COLUMN_FIELD,
    COLUMN_LATITUDE,
    COLUMN_LONGITUDE,
    COLUMN_ELEVATION,
    COLUMN_STATUS
};

struct csv_layout {
    enum column column[CSV_COLUMNS];
    int field[CSV_COLUMNS]; /* of a COLUMN_FIELD */
    int n;
    bool named; /* the first record has the names and is no reading */
};

/* second may be NULL: there is no such record. ERR_TOO_BIG: more fields than a
 * channel can have; ERR_INVALID: one is named twice. */
MUST_USE enum result csv_layout_find(struct csv_layout *l,
                                     const struct csv *first,
                                     const struct csv *second);

/* Fills out but for channel and entry; values has room for CSV_COLUMNS, and
 * out points into it and into the record. Empty cells were not sent; what is
 * longer than VALUE_MAX is cut. Gives NULL, or why the record is refused: the
 * same static text for the same reason. */
const char *csv_reading(const struct csv_layout *l, const struct csv *record,
                        const struct zone *zone, struct value *values,
                        struct reading *out);

/* Does the newest stand first? */
bool csv_newest_first(const struct reading *list, size_t n);

#endif
