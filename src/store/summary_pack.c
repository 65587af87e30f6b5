#include "store/summary_pack.h"

static void put(char *to, uint64_t v, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = (char)(v >> 8 * i & 0xff);
}

static uint64_t get(const char *from, int n)
{
    uint64_t v = 0;

    for (int i = 0; i < n; i++)
        v |= (uint64_t)(unsigned char)from[i] << 8 * i;
    return v;
}

static void put_real(char *to, double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    put(to, bits, 8);
}

static double get_real(const char *from)
{
    uint64_t bits = get(from, 8);
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

void summary_pack(struct buf *b, int field, const struct summary *s)
{
    char *to = buf_more(b, SUMMARY_PACKED);

    put(to, (uint64_t)field, 1);
    put(to + 1, s->comma, 1);
    put(to + 2, (uint64_t)s->numbers, 4);
    put_real(to + 6, s->sum);
    put_real(to + 14, s->rest);
    put_real(to + 22, s->low);
    put_real(to + 30, s->high);
}

bool summary_unpack(struct str *rest, int *field, struct summary *out)
{
    const char *p = rest->p;

    if (rest->n < SUMMARY_PACKED)
        return false;
    *field = (int)get(p, 1);
    if (*field < 1 || *field > CHANNEL_FIELDS)
        return false;
    *out = (struct summary){
        .comma = p[1] != 0,
        .numbers = (int64_t)get(p + 2, 4),
        .sum = get_real(p + 6),
        .rest = get_real(p + 14),
        .low = get_real(p + 22),
        .high = get_real(p + 30),
    };
    *rest = str_from(*rest, SUMMARY_PACKED);
    return true;
}
