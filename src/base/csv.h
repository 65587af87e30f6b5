/* csv.h -- comma-separated values, a record at a time.
 *
 * Source: RFC 4180; also bare LF, a BOM, spaces around quotes, a last record
 * without a line end. Pure: the caller reads the file. Cells may hold any
 * bytes; whether they are text is for the caller to see.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/str.h"

enum { CSV_COLUMNS = 128, CSV_RECORD_MAX = 256 * 1024 };

struct csv {
    struct str cell[CSV_COLUMNS];
    int n_cells;
};

enum csv_state {
    CSV_RECORD, /* a record; *used bytes of the input belong to it */
    CSV_MORE,   /* the input ends inside a record, which is left as it is;
                   *used bytes before it were empty lines */
    CSV_END,    /* nothing left */
    CSV_BROKEN  /* too many columns, too long, or a stray quote; at *used */
};

/* Reads one record from the start of s, in place: quoted cells are unquoted
 * inside the input, which is why it is not const. Cells point into it. Lines
 * with nothing in them are skipped. last: there is no input after s. */
enum csv_state csv_next(struct csv *c, char *s, size_t n, bool last,
                        size_t *used);

struct buf;
void csv_cell(struct buf *b, struct str s); /* quoted when it must be */

#endif
