#include "web/value_text.h"

#include <math.h>
#include <stdlib.h>

#include "base/decimal.h"

enum {
    USUAL_LEAST_MS = 20 * 1000,
    USUAL_LEAST_N = 5,
    STALE_DISTANCES = 3,
    STALE_UNKNOWN_MS = 3600 * 1000
};

/* No "-0" and no "-0.0": zero as people, and the article, write it. */
static struct str rounded(struct arena *a, double v, int decimals)
{
    char room[DECIMAL_ROOM];
    struct str s = arena_copy(a, decimal_round(v, decimals, room));

    return strspn(s.p, "-0.") == s.n && s.p[0] == '-' ? str_from(s, 1) : s;
}

double value_shown(const struct field *f, double v, struct str *unit)
{
    *unit = f->display;
    if (str_is(f->unit, "°C") && str_is(f->display, "°F"))
        return v * 1.8 + 32;
    if (str_is(f->unit, "°F") && str_is(f->display, "°C"))
        return (v - 32) / 1.8;
    *unit = f->unit;
    return v;
}

struct str value_text(struct arena *a, const struct field *f,
                      struct str value, struct str *unit)
{
    double v, other;

    if (!decimal_parse(value, &v, NULL)) {
        *unit = STR("");
        return value;
    }
    other = value_shown(f, v, unit);
    if (str_eq(*unit, f->unit))
        return value;
    if (!isfinite(other)) {
        *unit = f->unit;
        return value;
    }
    return rounded(a, other, str_is(*unit, "°F") ? 0 : 1);
}

static int by_length(const void *a, const void *b)
{
    int64_t l = *(const int64_t *)a, r = *(const int64_t *)b;

    return (l > r) - (l < r);
}

int64_t value_usual_ms(int64_t *at, int n)
{
    if (n < USUAL_LEAST_N)
        return 0;
    for (int i = 0; i + 1 < n; i++)
        at[i] = at[i + 1] - at[i];
    qsort(at, (size_t)n - 1, sizeof *at, by_length);
    int64_t median = at[(n - 1) / 2];
    return median > USUAL_LEAST_MS ? median : USUAL_LEAST_MS;
}

int64_t value_patience_ms(int64_t usual_ms)
{
    if (usual_ms <= 0)
        return STALE_UNKNOWN_MS;
    return usual_ms > INT64_MAX / STALE_DISTANCES
               ? INT64_MAX : usual_ms * STALE_DISTANCES;
}

bool value_is_stale(int64_t at, int64_t usual_ms, int64_t now)
{
    return now - at > value_patience_ms(usual_ms);
}
