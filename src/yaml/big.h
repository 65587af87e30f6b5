/* big.h -- whole numbers of up to NUMBER_DIGITS digits. Zeroed it is 0. */
#ifndef YAML_BIG_H
#define YAML_BIG_H

#include "base/arena.h"

enum { BIG_LIMBS = 478, BIG_FACTOR_MAX = 1 << 30 };

struct big {
    uint32_t limb[BIG_LIMBS]; /* nine digits each, the last ones first */
    int n;
};

/* v * factor + add, both at most BIG_FACTOR_MAX. False: too large. */
bool big_mul_add(struct big *v, uint32_t factor, uint32_t add);

struct str big_text(struct arena *a, const struct big *v, bool minus);

#endif
