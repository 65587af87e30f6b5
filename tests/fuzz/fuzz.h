/* fuzz.h -- what the fuzzers share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdlib.h>

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What must hold, in every build. */
#define must(what) ((what) ? (void)0 : abort())

static inline struct str fuzz_text(const uint8_t *data, size_t n)
{
    return (struct str){ (const char *)data, n };
}

/* The first byte, taken away; 0 when there is none. */
static inline unsigned fuzz_byte(struct str *s)
{
    unsigned v = s->n > 0 ? (unsigned char)s->p[0] : 0;

    *s = str_from(*s, 1);
    return v;
}

#endif
