/* name_series.h -- names that are counted up: "PC09", "PC10", "PC11".
 *
 * The suffix of the first is a text, and its length is the least that each
 * number gets, its sign with it: "-1", "00", "01". Pure.
 */
#ifndef CORE_NAME_SERIES_H
#define CORE_NAME_SERIES_H

#include "base/arena.h"
#include "base/buf.h"

struct name_series {
    struct str prefix;
    struct str first; /* a whole number of any size, see yaml/number.h */
    size_t width;     /* characters */
};

/* False: the suffix is no whole number. */
bool name_series_start(struct arena *a, struct str prefix, struct str suffix,
                       struct name_series *out);

/* The n-th name, from 0. */
struct str name_series_at(struct arena *a, const struct name_series *s,
                          int64_t n);

#endif
