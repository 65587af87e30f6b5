/* say.h -- what a command tells the person who gave it: results on standard
 * output, one sentence on standard error when something is wrong. */
#ifndef CMD_SAY_H
#define CMD_SAY_H

#include "base/buf.h"

/* "almanac: ", the sentence, a line end. They return CMD_FAILED and CMD_USE,
 * so that a command can end with them. */
int say_failed(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int say_wrong(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Empties line onto standard output, and a line end; CMD_DONE or, with the
 * sentence said, CMD_FAILED. The buffer is freed. */
int say_line(struct buf *line);

/* For a buffer's sink: standard output. */
enum result say_bytes(void *unused, struct str bytes);

#endif
