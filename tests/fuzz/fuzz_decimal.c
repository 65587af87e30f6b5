/* The same number as the C library's, which knows more forms; and what is
 * written is read back. */
#include "fuzz.h"

#include <math.h>

#include "base/decimal.h"

static double by_library(struct str s)
{
    char copy[DECIMAL_TEXT_MAX + 1];
    char *comma, *end;
    double v;

    s = str_trim(s);
    memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    comma = strchr(copy, ',');
    if (comma)
        *comma = '.';
    v = strtod(copy, &end);
    must(*end == '\0');
    return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char room[DECIMAL_ROOM];
    struct str s = fuzz_text(data, n);
    int64_t whole;
    double v, back;

    (void)str_int(s, &whole);
    (void)str_real(s, &back);
    if (!decimal_parse(s, &v, NULL))
        return 0;
    must(isfinite(v));
    must(v == by_library(s));
    must(decimal_parse(decimal_shortest(v, room), &back, NULL));
    must(v == back);
    must(decimal_parse(decimal_round(v, (int)(n % 16), room), &back, NULL));
    return 0;
}
