/* reader.h -- what each thread of the pool has as its own: a connection for
 * reading, made again when it could not be had the last time. */
#ifndef CORE_READER_H
#define CORE_READER_H

#include "base/result.h"

struct db;
struct reader;

/* For pool_start; url is a const char that outlives the pool. */
void *reader_new(void *url);
void reader_free(void *reader);

/* From here to reader_end all that is read is one moment's. ERR_BUSY: the
 * database cannot be reached now. */
MUST_USE enum result reader_begin(struct reader *r, struct db **out);
/* rc, or what became of it. Without a beginning it is just rc. */
MUST_USE enum result reader_end(struct reader *r, enum result rc);

#endif
