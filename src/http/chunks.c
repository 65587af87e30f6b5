#include "http/chunks.h"

#include <stdbool.h>
#include <string.h>

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static enum chunks_state size_byte(struct chunks *c, char byte)
{
    int digit = hex(byte);

    if (digit >= 0 && c->digits < CHUNK_DIGITS) {
        c->digits++;
        c->left = 16 * c->left + (size_t)digit;
        return CHUNK_SIZE;
    }
    return byte == '\r' && c->digits > 0 ? CHUNK_SIZE_LF : CHUNKS_BROKEN;
}

static enum chunks_state size_end(struct chunks *c, char byte)
{
    bool last = c->left == 0;

    c->digits = 0;
    if (byte != '\n')
        return CHUNKS_BROKEN;
    return last ? CHUNK_TRAILER : CHUNK_DATA;
}

static enum chunks_state trailer_byte(struct chunks *c, char byte)
{
    if (++c->trailer > CHUNK_TRAILER_MAX || byte == '\0')
        return CHUNKS_BROKEN;
    if (byte == '\n' && c->line == 0)
        return CHUNKS_END;
    if (byte == '\n')
        c->line = 0;
    else if (byte != '\r')
        c->line++;
    return CHUNK_TRAILER;
}

/* One byte that is not data. */
static enum chunks_state step(struct chunks *c, char byte)
{
    switch (c->state) {
    case CHUNK_SIZE:
        return size_byte(c, byte);
    case CHUNK_SIZE_LF:
        return size_end(c, byte);
    case CHUNK_CR:
        return byte == '\r' ? CHUNK_LF : CHUNKS_BROKEN;
    case CHUNK_LF:
        return byte == '\n' ? CHUNK_SIZE : CHUNKS_BROKEN;
    case CHUNK_TRAILER:
        return trailer_byte(c, byte);
    case CHUNK_DATA:
    case CHUNKS_END:
    case CHUNKS_BROKEN:
        break;
    }
    return c->state;
}

size_t chunks_take(struct chunks *c, const char *p, size_t n, char *out,
                   size_t *made)
{
    size_t used = 0;

    *made = 0;
    while (used < n && c->state != CHUNKS_END && c->state != CHUNKS_BROKEN) {
        if (c->state != CHUNK_DATA) {
            c->state = step(c, p[used++]);
            continue;
        }
        size_t some = c->left < n - used ? c->left : n - used;
        memmove(out + *made, p + used, some);
        *made += some;
        used += some;
        c->left -= some;
        if (c->left == 0)
            c->state = CHUNK_CR;
    }
    return used;
}
