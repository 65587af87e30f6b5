#include "base/decimal.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    EXACT_DIGITS = 15,  /* whole numbers of so many digits are exact doubles */
    EXACT_POWER = 22,   /* and so is ten to this power */
    EXPONENT_CAP = 100000,
    RUBY_DIGITS = 16    /* more before the point, and Ruby writes an exponent */
};

/* A text taken apart. What its digits say, as a whole number, is value times
 * ten to the power of exponent, unless there are too many of them. */
struct parts {
    uint64_t value;
    int digits;     /* without leading zeros */
    int exponent;
    bool minus, comma;
    size_t point;   /* where it stands; the text's length without one */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool read_exponent(struct str s, size_t i, struct parts *out)
{
    bool minus = i < s.n && s.p[i] == '-';
    int e = 0;

    if (minus || (i < s.n && s.p[i] == '+'))
        i++;
    if (i == s.n)
        return false;
    for (; i < s.n; i++) {
        if (!is_digit(s.p[i]))
            return false;
        if (e < EXPONENT_CAP)
            e = e * 10 + s.p[i] - '0';
    }
    out->exponent += minus ? -e : e;
    return true;
}

static bool take_apart(struct str s, struct parts *out)
{
    size_t i = 0, seen = 0;
    bool after_point = false;

    *out = (struct parts){ .point = s.n };
    if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
        out->minus = s.p[i++] == '-';
    for (; i < s.n; i++) {
        char c = s.p[i];

        if (is_digit(c)) {
            seen++;
            if (out->digits > 0 || c != '0')
                out->digits++;
            if (out->digits <= EXACT_DIGITS)
                out->value = out->value * 10 + (uint64_t)(c - '0');
            out->exponent -= after_point;
        } else if ((c == '.' || c == ',') && !after_point) {
            after_point = true;
            out->comma = c == ',';
            out->point = i;
        } else {
            break;
        }
    }
    if (seen == 0)
        return false;
    if (i == s.n)
        return true;
    return (s.p[i] == 'e' || s.p[i] == 'E') && read_exponent(s, i + 1, out);
}

/* Both numbers are exact, so one operation rounds correctly (Clinger 1990),
 * where doubles are computed as doubles. */
static bool easy(const struct parts *n, double *out)
{
    static const double power[EXACT_POWER + 1] = {
        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
        1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };
    double v = (double)n->value;

    if (FLT_EVAL_METHOD != 0 || n->digits > EXACT_DIGITS ||
        abs(n->exponent) > EXACT_POWER)
        return false;
    v = n->exponent < 0 ? v / power[-n->exponent] : v * power[n->exponent];
    *out = n->minus ? -v : v;
    return true;
}

bool decimal_parse(struct str s, double *out, bool *comma)
{
    char copy[DECIMAL_TEXT_MAX + 1];
    struct parts n;
    double v;

    s = str_trim(s);
    if (s.n > DECIMAL_TEXT_MAX || !take_apart(s, &n))
        return false;
    if (!easy(&n, &v)) {
        memcpy(copy, s.p, s.n);
        copy[s.n] = '\0';
        if (n.point < s.n)
            copy[n.point] = '.';
        v = strtod(copy, NULL);
        if (!isfinite(v))
            return false;
    }
    *out = v;
    if (comma && n.comma)
        *comma = true;
    return true;
}

/* The shortest "d.ddde-xx" that reads back the same. Fifteen digits always
 * do for what was read from at most fifteen; seventeen always do, except that
 * next to zero fewer than fifteen may. */
static void shortest_scientific(double v, char text[static 32])
{
    int digits = fabs(v) < DBL_MIN ? 1 : EXACT_DIGITS;

    for (; digits <= 17; digits++) {
        snprintf(text, 32, "%.*e", digits - 1, v);
        if (strtod(text, NULL) == v)
            return;
    }
}

/* Takes the digits out of "d.ddde-xx", without zeros at the end. */
static int digits_of(const char *text, char digits[static 20])
{
    int n = 0;

    for (; *text != 'e'; text++)
        if (is_digit(*text))
            digits[n++] = *text;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    return n;
}

/* The shortest text of 1/64 <= v < 2^53, by whole numbers alone: what stands
 * behind the point is a fraction of a power of two, and its digits are made
 * one by one until they name v and no neighbour. Source of the stop: Steele
 * and White, "How to Print Floating-Point Numbers Accurately", 1990, in its
 * fixed-format case. */
enum { MANTISSA = 52, FRACTION_MAX = 58 };

struct fraction {
    int shift; /* of 2^shift parts, ... */
    uint64_t rest, below, above; /* ... what is left, and half the way to
                                  * the neighbours */
    bool even; /* a text right between two doubles reads as the even one */
};

static char *put_fraction(char *p, struct fraction f)
{
    const uint64_t whole = UINT64_C(1) << f.shift;
    bool low, high;

    do {
        f.rest *= 10;
        f.below *= 10;
        f.above *= 10;
        *p++ = (char)('0' + (f.rest >> f.shift));
        f.rest &= whole - 1;
        low = f.even ? f.rest <= f.below : f.rest < f.below;
        high = f.even ? f.rest + f.above >= whole : f.rest + f.above > whole;
    } while (!low && !high);
    /* As near as the other one: the even digit, as IEEE 754 rounds. */
    if (high && (!low || f.rest * 2 > whole
                 || (f.rest * 2 == whole && (p[-1] - '0') % 2)))
        p[-1]++;
    return p;
}

static bool put_plain(double v, char *p)
{
    char digits[20], *d = digits + sizeof digits;
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    uint64_t low = bits & ((UINT64_C(1) << MANTISSA) - 1);
    int shift = 1023 + MANTISSA - (int)(bits >> MANTISSA & 0x7ff);
    if (shift < 0 || shift > FRACTION_MAX)
        return false;
    uint64_t m = low | UINT64_C(1) << MANTISSA, n = m >> shift;
    uint64_t rest = m & ((UINT64_C(1) << shift) - 1);
    if (signbit(v))
        *p++ = '-';
    do
        *--d = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    memcpy(p, d, (size_t)(digits + sizeof digits - d));
    p += digits + sizeof digits - d;
    *p++ = '.';
    if (rest == 0)
        *p++ = '0';
    else
        p = put_fraction(p, (struct fraction){ shift + 2, rest * 4,
                                               low ? 2 : 1, 2, !(m & 1) });
    *p = '\0';
    return true;
}

struct str decimal_shortest(double v, char room[static DECIMAL_ROOM])
{
    const char *sign = signbit(v) ? "-" : "";
    char text[32], d[20];
    int n, before, len;

    if (!isfinite(v))
        return str_of(isnan(v) ? "NaN" : v < 0 ? "-Infinity" : "Infinity");
    if (put_plain(v, room))
        return str_of(room);
    shortest_scientific(fabs(v), text);
    n = digits_of(text, d);
    before = atoi(strchr(text, 'e') + 1) + 1; /* digits before the point */
    if (before > RUBY_DIGITS || before < -3)
        len = snprintf(room, DECIMAL_ROOM, "%s%c.%.*se%+03d", sign, d[0],
                       n > 1 ? n - 1 : 1, n > 1 ? d + 1 : "0", before - 1);
    else if (before <= 0)
        len = snprintf(room, DECIMAL_ROOM, "%s0.%.*s%.*s", sign, -before,
                       "000", n, d);
    else if (n <= before)
        len = snprintf(room, DECIMAL_ROOM, "%s%.*s%.*s.0", sign, n, d,
                       before - n, "0000000000000000");
    else
        len = snprintf(room, DECIMAL_ROOM, "%s%.*s.%.*s", sign, before, d,
                       n - before, d + before);
    return (struct str){ room, (size_t)len };
}

struct str decimal_round(double v, int n, char room[static DECIMAL_ROOM])
{
    assert(n >= 0 && n <= 15);
    int len = snprintf(room, DECIMAL_ROOM, "%.*f", n, v);

    return (struct str){ room, (size_t)len };
}
