#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { SMALLEST = 256, INT_ROOM = 20 };

static void make_room(struct buf *b, size_t n)
{
    size_t room = b->room ? b->room : SMALLEST;

    assert(n < SIZE_MAX / 4 && b->n < SIZE_MAX / 4);
    while (room - b->n < n)
        room *= 2;
    b->p = mem_grow(b->p, room);
    b->room = room;
}

static void empty(struct buf *b)
{
    struct str bytes = buf_str(b);

    b->n = 0;
    if (bytes.n > 0)
        b->rc = b->sink(b->arg, bytes);
}

char *buf_more(struct buf *b, size_t n)
{
    if (b->rc != OK)
        b->n = 0; /* what follows is dropped */
    else if (b->sink && b->n > BUF_SINK_AT)
        empty(b);
    if (b->room - b->n < n)
        make_room(b, n);
    b->n += n;
    return n ? b->p + b->n - n : b->p;
}

void buf_add(struct buf *b, struct str s)
{
    if (s.n > 0)
        memcpy(buf_more(b, s.n), s.p, s.n);
}

void buf_char(struct buf *b, char c)
{
    *buf_more(b, 1) = c;
}

void buf_int(struct buf *b, int64_t v)
{
    char digits[INT_ROOM], *p = digits + INT_ROOM;
    uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;

    do {
        *--p = (char)('0' + u % 10);
        u /= 10;
    } while (u > 0);
    if (v < 0)
        *--p = '-';
    buf_add(b, (struct str){ p, (size_t)(digits + INT_ROOM - p) });
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    char small[SMALLEST];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    if ((size_t)n < sizeof small) {
        buf_add(b, (struct str){ small, (size_t)n });
        return;
    }
    char *to = buf_more(b, (size_t)n + 1);
    va_start(ap, fmt);
    vsnprintf(to, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n--; /* the final zero */
}

struct str buf_str(const struct buf *b)
{
    return (struct str){ b->p ? b->p : "", b->n };
}

enum result buf_flush(struct buf *b)
{
    if (b->sink && b->rc == OK)
        empty(b);
    return b->rc;
}

void buf_free(struct buf *b)
{
    free(b->p);
    *b = (struct buf){ 0 };
}
