#include "yaml/number.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "base/unicode.h"
#include "yaml/big.h"

enum { SIXTIES_MAX = 174 }; /* sixty to a higher power is no double */

/* As Python sees a text that may be a number: other scripts' digits and white
 * space become those of ASCII. What is ASCII throughout stays as it is. */
static struct str plain_digits(struct arena *a, struct str s)
{
    char *copy = arena_get(a, s.n + 1);
    bool ascii = true;
    size_t to = 0;

    for (size_t i = 0, n; i < s.n; i += n) {
        uint32_t c = unicode_first(str_from(s, i), &n);
        int digit = n > 1 ? unicode_digit(c) : -1;

        ascii = ascii && n == 1;
        copy[to++] = n == 1                  ? (char)c
                     : digit >= 0            ? (char)('0' + digit)
                     : unicode_is_space(c) ? ' '
                                             : '?';
    }
    return ascii ? arena_copy(a, s) : (struct str){ copy, to };
}

/* False when there is no such digit. */
static bool digit_value(char c, int base, unsigned *out)
{
    unsigned v = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                 : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
                                        : 99;

    *out = v;
    return v < (unsigned)base;
}

static struct str skip_prefix(struct str s, int base)
{
    char want = base == 16 ? 'x' : base == 8 ? 'o' : 'b';

    if (base == 10 || s.n < 2 || s.p[0] != '0' || (s.p[1] | 0x20) != want)
        return s;
    s = str_from(s, 2);
    return s.n > 0 && s.p[0] == '_' ? str_from(s, 1) : s;
}

/* Digits with single underscores between them, at least one. */
static bool read_digits(struct str s, int base, struct big *v)
{
    uint32_t chunk = 0, factor = 1;
    bool after_digit = false;
    size_t digits = 0;

    for (size_t i = 0; i < s.n; i++) {
        unsigned digit;

        if (s.p[i] == '_' && after_digit) {
            after_digit = false;
            continue;
        }
        if (!digit_value(s.p[i], base, &digit)
            || (base == 10 && ++digits > NUMBER_DIGITS))
            return false;
        after_digit = true;
        chunk = chunk * (uint32_t)base + digit;
        factor *= (uint32_t)base;
        if (factor > BIG_FACTOR_MAX / 16) {
            if (!big_mul_add(v, factor, chunk))
                return false;
            chunk = 0;
            factor = 1;
        }
    }
    return after_digit && big_mul_add(v, factor, chunk);
}

static bool take_sign(struct str *s)
{
    bool minus = s->n > 0 && s->p[0] == '-';

    if (minus || (s->n > 0 && s->p[0] == '+'))
        *s = str_from(*s, 1);
    return minus;
}

bool number_int(struct arena *a, struct str text, int base, struct str *out)
{
    struct str s = str_trim(plain_digits(a, text));
    bool minus = take_sign(&s);
    struct big v = { 0 };

    if (!read_digits(skip_prefix(s, base), base, &v))
        return false;
    *out = big_text(a, &v, minus);
    return out->n - (out->p[0] == '-') <= NUMBER_DIGITS;
}

static struct str without_underscores(struct arena *a, struct str s)
{
    char *copy = arena_get(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '_')
            copy[n++] = s.p[i];
    return (struct str){ copy, n };
}

/* "1:30:00": what stands before a colon is sixty times as much. */
static bool read_sixties(struct arena *a, struct str s, bool minus,
                         struct str *out)
{
    struct big v = { 0 };
    struct str part;
    int64_t n;

    if (!number_int(a, str_cut(&s, ':'), 10, &part)
        || !read_digits(part, 10, &v))
        return false;
    while (s.p) {
        if (!number_int(a, str_cut(&s, ':'), 10, &part)
            || !str_int(part, &n) || n < 0 || n > BIG_FACTOR_MAX
            || !big_mul_add(&v, 60, (uint32_t)n))
            return false;
    }
    *out = big_text(a, &v, minus);
    return true;
}

static struct str negated(struct arena *a, struct str number)
{
    if (str_is(number, "0"))
        return number;
    return number.p[0] == '-' ? str_from(number, 1)
                              : arena_printf(a, "-%.*s", STR_FMT(number));
}

bool number_yaml_int(struct arena *a, struct str text, struct str *out)
{
    struct str s = without_underscores(a, text);
    bool minus = take_sign(&s), read;

    if (s.n == 0)
        return false;
    if (str_is(s, "0")) {
        *out = STR("0");
        return true;
    }
    if (s.p[0] != '0' && str_find(s, ':') < s.n)
        return read_sixties(a, s, minus, out);
    if (str_starts(s, STR("0b")))
        read = number_int(a, str_from(s, 2), 2, out);
    else if (str_starts(s, STR("0x")))
        read = number_int(a, str_from(s, 2), 16, out);
    else
        read = number_int(a, s, s.p[0] == '0' ? 8 : 10, out);
    if (read && minus)
        *out = negated(a, *out);
    return read;
}

/* Behind the digits that may be there. */
static size_t skip_digits(struct str s, size_t i)
{
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
        i++;
    return i;
}

/* Digits, a point, digits, an exponent; a digit before it at least. */
static bool has_float_look(struct str s)
{
    size_t i = skip_digits(s, 0), digits = i;

    if (i < s.n && s.p[i] == '.') {
        size_t end = skip_digits(s, i + 1);

        digits += end - i - 1;
        i = end;
    }
    if (digits > 0 && i < s.n && (s.p[i] | 0x20) == 'e') {
        i++;
        if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
            i++;
        if (skip_digits(s, i) == i)
            return false;
        i = skip_digits(s, i);
    }
    return digits > 0 && i == s.n;
}

/* As Python's float(text), without underscores. */
static bool read_float(struct arena *a, struct str text, double *out)
{
    struct str s = str_trim(plain_digits(a, text));
    bool minus = take_sign(&s);

    if (str_eq_case(s, STR("inf")) || str_eq_case(s, STR("infinity")))
        *out = INFINITY;
    else if (str_eq_case(s, STR("nan")))
        *out = NAN;
    else if (has_float_look(s))
        *out = strtod(arena_copy(a, s).p, NULL);
    else
        return false;
    if (minus)
        *out = -*out;
    return true;
}

/* Summed up from the last part on, which decides how it is rounded. */
static bool read_float_sixties(struct arena *a, struct str s, double *out)
{
    double part[SIXTIES_MAX], value = 0;
    struct big power = { .limb = { 1 }, .n = 1 };
    int n = 0;

    while (s.p)
        if (n == SIXTIES_MAX || !read_float(a, str_cut(&s, ':'), &part[n++]))
            return false;
    while (n > 0) {
        value += part[--n] * strtod(big_text(a, &power, false).p, NULL);
        if (!big_mul_add(&power, 60, 0))
            return false;
    }
    *out = value;
    return true;
}

bool number_yaml_float(struct arena *a, struct str text, double *out)
{
    struct str s = without_underscores(a, text);
    bool minus = take_sign(&s), read = true;

    if (str_eq_case(s, STR(".inf")))
        *out = INFINITY;
    else if (str_eq_case(s, STR(".nan")))
        *out = NAN;
    else if (str_find(s, ':') < s.n)
        read = read_float_sixties(a, s, out);
    else
        read = read_float(a, s, out);
    if (read && minus)
        *out = -*out;
    return read;
}

bool number_whole(struct arena *a, double v, struct str *out)
{
    if (!isfinite(v))
        return false;
    v = trunc(v);
    *out = v == 0 ? STR("0") : arena_printf(a, "%.0f", v);
    return true;
}

/* A text of digits and n, added or taken away, from the last digit on. */
static void add_to_digits(char *p, size_t digits, int64_t n, bool minus)
{
    for (size_t i = digits; i-- > 0 && n > 0;) {
        int64_t d = p[i] - '0' + (minus ? -(n % 10) : n % 10);

        n /= 10;
        if (d < 0 || d > 9)
            n++;
        p[i] = (char)('0' + (d + 10) % 10);
    }
    assert(n == 0);
}

struct str number_plus(struct arena *a, struct str number, int64_t n)
{
    bool minus = number.p[0] == '-';
    int64_t v;

    assert(n >= 0);
    if (str_int(number, &v) && !__builtin_add_overflow(v, n, &v))
        return arena_printf(a, "%lld", (long long)v);
    struct str digits = str_from(number, minus);
    char *p = arena_get(a, digits.n + 2);
    p[0] = '0';
    memcpy(p + 1, digits.p, digits.n);
    add_to_digits(p, digits.n + 1, n, minus);
    struct str sum = { p, digits.n + 1 };
    while (sum.n > 1 && sum.p[0] == '0')
        sum = str_from(sum, 1);
    return minus ? arena_printf(a, "-%.*s", STR_FMT(sum)) : sum;
}

struct str number_float_text(struct arena *a, double v)
{
    char room[DECIMAL_ROOM];
    struct str s;
    char *p, *e;

    if (isnan(v))
        return STR("nan");
    if (isinf(v))
        return v < 0 ? STR("-inf") : STR("inf");
    s = arena_copy(a, decimal_shortest(v, room));
    p = (char *)s.p;
    e = strstr(p, ".0e");
    if (e) {
        memmove(e, e + 2, s.n - (size_t)(e - p) - 1);
        s.n -= 2;
    }
    return s;
}
