/* buf.h -- bytes that grow.
 *
 * A zeroed struct is an empty buffer. When a sink is set, the buffer empties
 * itself into it whenever it holds more than BUF_SINK_AT bytes, so that a large
 * answer needs no large memory; buf_flush gives the sink the rest. Not for two
 * threads at the same time.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/result.h"
#include "base/str.h"

struct buf {
    char *p;
    size_t n, room;
    enum result (*sink)(void *arg, struct str bytes);
    void *arg;
    enum result rc; /* the sink's first failure; later bytes are dropped */
};

enum { BUF_SINK_AT = 64 * 1024 };

/* Room for n more bytes, all of which the caller fills at once. */
char *buf_more(struct buf *b, size_t n);
void buf_add(struct buf *b, struct str s);
void buf_char(struct buf *b, char c);
void buf_int(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
struct str buf_str(const struct buf *b); /* a view; dies with the next add */
MUST_USE enum result buf_flush(struct buf *b);
void buf_free(struct buf *b);

#endif
