#include "yaml/big.h"

#include <stdio.h>

enum { LIMB = 1000000000, LIMB_DIGITS = 9 };

bool big_mul_add(struct big *v, uint32_t factor, uint32_t add)
{
    uint64_t carry = add;

    for (int i = 0; i < v->n; i++) {
        carry += (uint64_t)v->limb[i] * factor;
        v->limb[i] = (uint32_t)(carry % LIMB);
        carry /= LIMB;
    }
    for (; carry > 0; carry /= LIMB) {
        if (v->n == BIG_LIMBS)
            return false;
        v->limb[v->n++] = (uint32_t)(carry % LIMB);
    }
    return true;
}

struct str big_text(struct arena *a, const struct big *v, bool minus)
{
    char *text = arena_get(a, (size_t)v->n * LIMB_DIGITS + 16), *p = text;
    int i = v->n;

    if (i == 0)
        return STR("0");
    if (minus)
        *p++ = '-';
    p += sprintf(p, "%u", v->limb[--i]);
    while (i > 0)
        p += sprintf(p, "%09u", v->limb[--i]);
    return (struct str){ text, (size_t)(p - text) };
}
