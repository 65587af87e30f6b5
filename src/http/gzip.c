#include "http/gzip.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"

enum { WRAPPED = 15 + 32, RAW = -15, FIRST_ROOM = 16 * 1024 };
enum { PACKED = 15 + 16, PACK_LEVEL = 6, PACK_MEMORY = 8 };

struct unpacked {
    char *p;
    size_t n, room, max;
};

/* Room for at least one byte more than max, so that one too many shows. */
static bool make_room(struct unpacked *u)
{
    if (u->n > u->max)
        return false;
    if (u->n == u->room) {
        u->room = u->room ? 2 * u->room : FIRST_ROOM;
        if (u->room > u->max)
            u->room = u->max + 1;
        u->p = mem_grow(u->p, u->room);
    }
    return true;
}

/* One member, up to its end. */
static enum result member(z_stream *z, struct unpacked *u)
{
    int rc = Z_OK;

    while (rc == Z_OK && make_room(u)) {
        z->next_out = (Bytef *)u->p + u->n;
        z->avail_out = (uInt)(u->room - u->n);
        rc = inflate(z, Z_NO_FLUSH);
        u->n = u->room - z->avail_out;
    }
    if (u->n > u->max)
        return ERR_TOO_BIG;
    return rc == Z_STREAM_END ? OK : ERR_INVALID;
}

/* gzip members may follow each other; what else follows is left alone. */
static enum result unpack(struct str packed, int bits, struct unpacked *u)
{
    z_stream z = { .next_in = (Bytef *)packed.p, .avail_in = (uInt)packed.n };
    enum result rc;

    if (inflateInit2(&z, bits) != Z_OK)
        return ERR_FAILED;
    do
        rc = member(&z, u);
    while (rc == OK && z.avail_in > 2 && z.next_in[0] == 0x1f
           && z.next_in[1] == 0x8b && inflateReset(&z) == Z_OK);
    inflateEnd(&z);
    return rc;
}

static bool is_wrapped(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;

    if (s.n < 2)
        return false;
    if (p[0] == 0x1f && p[1] == 0x8b)
        return true;
    return (p[0] & 0x0f) == 8 && (p[0] * 256 + p[1]) % 31 == 0;
}

enum result gzip_unpack(struct str packed, size_t max, struct buf *out)
{
    struct unpacked u = { .max = max };
    enum result rc = OK;

    if (packed.n)
        rc = unpack(packed, is_wrapped(packed) ? WRAPPED : RAW, &u);
    if (rc == OK && u.n) {
        *out = (struct buf){ .p = mem_grow(u.p, u.n), .n = u.n, .room = u.n };
    } else {
        *out = (struct buf){ 0 };
        free(u.p);
    }
    return rc;
}

/* "gzip;q=0" refuses it. */
static bool takes(struct str one)
{
    struct str name = str_trim(str_cut(&one, ';'));
    double q = 1;

    one = str_trim(one);
    if (str_starts(one, STR("q=")) || str_starts(one, STR("Q=")))
        (void)str_real(str_trim(str_from(one, 2)), &q);
    return q > 0 && str_eq_case(name, STR("gzip"));
}

bool gzip_wanted(const struct request *req)
{
    struct str list = request_header(req, "Accept-Encoding");

    while (list.p)
        if (takes(str_cut(&list, ',')))
            return true;
    return false;
}

struct str gzip_pack(struct str plain, struct arena *a)
{
    z_stream z = { .next_in = (Bytef *)plain.p, .avail_in = (uInt)plain.n };

    /* It fails for want of memory only. */
    int rc = deflateInit2(&z, PACK_LEVEL, Z_DEFLATED, PACKED, PACK_MEMORY,
                          Z_DEFAULT_STRATEGY);
    assert(rc == Z_OK);
    size_t room = deflateBound(&z, plain.n);
    char *p = arena_get(a, room);
    z.next_out = (Bytef *)p;
    z.avail_out = (uInt)room;
    rc = deflate(&z, Z_FINISH);
    assert(rc == Z_STREAM_END);
    deflateEnd(&z);
    return (struct str){ p, room - z.avail_out };
}
