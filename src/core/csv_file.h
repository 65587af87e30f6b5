/* csv_file.h -- a file of CSV as chunks of readings, the oldest first however
 * the file stands. Memory is that of a chunk, whatever the file's size; of a
 * file that is in memory already, that and the file's. */
#ifndef CORE_CSV_FILE_H
#define CORE_CSV_FILE_H

#include "core/csv_import.h"

struct csv_file;
struct zone;

struct csv_chunk {
    struct reading *list; /* live until the next call */
    size_t n;
    struct csv_refusal {
        const char *why;
        int64_t at; /* byte offset of the record */
    } *refused;
    size_t n_refused;
    int64_t done; /* bytes of the file, for the progress */
};

/* fd can be sought in, and stays the caller's. ERR_INVALID and ERR_TOO_BIG as
 * csv_layout_find, ERR_MISSING: there is no record in it, ERR_FAILED: it
 * cannot be read. */
MUST_USE enum result csv_file_open(int fd, const struct zone *zone, int most,
                                   struct csv_file **out);
/* The same of a text, which must outlive it and stays as it is. */
MUST_USE enum result csv_file_open_text(struct str text,
                                        const struct zone *zone, int most,
                                        struct csv_file **out);
void csv_file_close(struct csv_file *f);

const struct csv_layout *csv_file_layout(const struct csv_file *f);
int64_t csv_file_size(const struct csv_file *f);

/* False at the end, or when the file cannot be read; *rc says which. */
bool csv_file_next(struct csv_file *f, struct csv_chunk *out,
                   enum result *rc);

/* The number of the line that begins at a record's offset, or behind the empty
 * lines there. */
int64_t csv_file_line(struct csv_file *f, int64_t at);

#endif
