/* chunks.h -- takes the chunks out of a chunked body, as they arrive.
 *
 * Strict: a size is hexadecimal digits and CR LF, nothing else; chunk
 * extensions, which nobody sends, are refused with the rest. Trailers are
 * dropped. Pure; source: RFC 9112, section 7.1. A zeroed struct is the start.
 */
#ifndef HTTP_CHUNKS_H
#define HTTP_CHUNKS_H

#include <stddef.h>

enum { CHUNK_DIGITS = 8, CHUNK_TRAILER_MAX = 4096 };

enum chunks_state {
    CHUNK_SIZE, CHUNK_SIZE_LF, CHUNK_DATA, CHUNK_CR, CHUNK_LF, CHUNK_TRAILER,
    CHUNKS_END,   /* complete; what was not used belongs to the next request */
    CHUNKS_BROKEN
};

struct chunks {
    enum chunks_state state;
    int digits;
    size_t left;     /* bytes of data in this chunk; the size being read */
    size_t trailer;  /* bytes of it so far */
    size_t line;     /* bytes on the trailer's line so far, without CR */
};

/* Moves the data in p to out, which may be p itself; *made is how much.
 * Returns how much of n was used: all, unless it is the end or broken. */
size_t chunks_take(struct chunks *c, const char *p, size_t n, char *out,
                   size_t *made);

#endif
