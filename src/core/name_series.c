#include "core/name_series.h"

#include "base/unicode.h"
#include "yaml/number.h"

bool name_series_start(struct arena *a, struct str prefix, struct str suffix,
                       struct name_series *out)
{
    *out = (struct name_series){ .prefix = prefix,
                                 .width = unicode_length(suffix) };
    return number_int(a, suffix, 10, &out->first);
}

struct str name_series_at(struct arena *a, const struct name_series *s,
                          int64_t n)
{
    struct str number = number_plus(a, s->first, n);
    size_t zeros = number.n < s->width ? s->width - number.n : 0;
    char *p = arena_get(a, s->prefix.n + zeros + number.n + 1), *to = p;

    memcpy(to, s->prefix.p, s->prefix.n);
    to += s->prefix.n;
    if (number.p[0] == '-') {
        *to++ = '-';
        number = str_from(number, 1);
    }
    memset(to, '0', zeros);
    memcpy(to + zeros, number.p, number.n);
    to += zeros + number.n;
    return (struct str){ p, (size_t)(to - p) };
}
