/* article_file.h -- the readings of the article's own database: an SQLite file
 * with the table data (Id, API_key, date_time, mac, field, data), a row for
 * each value. */
#ifndef CMD_ARTICLE_FILE_H
#define CMD_ARTICLE_FILE_H

#include "cmd/import_run.h"

struct zone;

/* Does the file begin as SQLite files do? */
bool article_file_is(int fd);

/* Stores all of them and says so, times without a zone being of this one.
 * Gives the exit status. */
int article_file_import(struct import_run *run, const char *path,
                        const struct zone *zone);

#endif
