#include "base/moment.h"

#include "base/civil.h"
#include "base/zone.h"

enum {
    SECONDS_LEAST = 9, /* digits of a Unix time */
    SECONDS_MOST = 11,
    MS_MOST = 14
};

struct time {
    int year, month, day, hour, minute, second, ms;
    bool has_offset;
    int offset; /* seconds */
};

static size_t count_digits(struct str s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return n;
}

static int skip_spaces(struct str *s)
{
    int n = 0;

    for (; s->n > 0 && s->p[0] == ' '; n++)
        *s = str_from(*s, 1);
    return n;
}

static bool take(struct str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_from(*s, 1);
    return true;
}

/* Between least and most digits; no more than most are looked at. */
static bool take_number(struct str *s, size_t least, size_t most, int *out)
{
    size_t n = count_digits((struct str){ s->p, s->n < most ? s->n : most });

    if (n < least)
        return false;
    *out = 0;
    for (size_t i = 0; i < n; i++)
        *out = *out * 10 + s->p[i] - '0';
    *s = str_from(*s, n);
    return true;
}

static bool take_colon(struct str *s)
{
    struct str rest = *s;

    skip_spaces(&rest);
    if (!take(&rest, ':'))
        return false;
    skip_spaces(&rest);
    *s = rest;
    return true;
}

static bool take_date(struct str *s, struct time *t)
{
    if (count_digits(*s) == 8)
        return take_number(s, 4, 4, &t->year) &&
               take_number(s, 2, 2, &t->month) &&
               take_number(s, 2, 2, &t->day);
    return take_number(s, 4, 4, &t->year) && take(s, '-') &&
           take_number(s, 1, 2, &t->month) && take(s, '-') &&
           take_number(s, 1, 2, &t->day);
}

/* What is behind the third digit is left out, not rounded. */
static bool take_fraction(struct str *s, struct time *t)
{
    size_t n = count_digits(*s);

    if (n == 0)
        return false;
    for (size_t i = 0; i < 3; i++)
        t->ms = t->ms * 10 + (i < n ? s->p[i] - '0' : 0);
    *s = str_from(*s, n);
    return true;
}

static bool take_time(struct str *s, struct time *t)
{
    size_t n = count_digits(*s);

    if (n == 4 || n == 6) {
        if (!take_number(s, 2, 2, &t->hour) ||
            !take_number(s, 2, 2, &t->minute))
            return false;
        if (n == 4)
            return true;
        take_number(s, 2, 2, &t->second);
    } else {
        if (!take_number(s, 1, 2, &t->hour) || !take_colon(s) ||
            !take_number(s, 1, 2, &t->minute))
            return false;
        if (!take_colon(s))
            return true;
        if (!take_number(s, 1, 2, &t->second))
            return false;
    }
    if (take(s, '.') || take(s, ','))
        return take_fraction(s, t);
    return true;
}

static bool take_word(struct str *s, const char *word)
{
    struct str w = str_of(word);

    if (s->n < w.n || !str_eq_case((struct str){ s->p, w.n }, w))
        return false;
    *s = str_from(*s, w.n);
    return true;
}

/* A sign that became a space was a '+', and then all four digits must be
 * there: anything else behind a time is refused. */
static bool take_offset(struct str *s, struct time *t)
{
    int hours, minutes = 0;
    bool spaced = skip_spaces(s) > 0, minus, plus;

    t->has_offset = s->n > 0;
    if (s->n == 0 || take_word(s, "Z") || take_word(s, "UTC") ||
        take_word(s, "GMT"))
        return true;
    minus = take(s, '-');
    plus = !minus && take(s, '+');
    if ((!minus && !plus && !spaced) || !take_number(s, 2, 2, &hours))
        return false;
    bool colon = take(s, ':');
    if (!take_number(s, 2, 2, &minutes) && (colon || (!minus && !plus)))
        return false;
    t->offset = (hours * 60 + minutes) * (minus ? -60 : 60);
    return hours < 24 && minutes < 60;
}

/* A second of 60 is a leap second, and counts as the one after it. */
static bool is_possible(const struct time *t)
{
    return t->year >= 1 && t->month >= 1 && t->month <= 12 && t->day >= 1 &&
           t->day <= civil_month_length(t->year, t->month) &&
           t->hour < 24 && t->minute < 60 && t->second <= 60;
}

static bool take_unix(struct str s, int64_t *out)
{
    int64_t v;

    if (s.n < SECONDS_LEAST || s.n > MS_MOST || count_digits(s) != s.n ||
        !str_int(s, &v))
        return false;
    *out = s.n <= SECONDS_MOST ? v * 1000 : v;
    return true;
}

bool moment_parse(struct str s, const struct zone *zone, int64_t *out)
{
    struct time t = { 0 };
    int64_t at;

    s = str_trim(s);
    if (take_unix(s, out))
        return true;
    if (!take_date(&s, &t))
        return false;
    if (s.n > 0) {
        if (!take(&s, 'T') && !take(&s, 't') && skip_spaces(&s) == 0)
            return false;
        if (!take_time(&s, &t) || !take_offset(&s, &t) || s.n > 0)
            return false;
    }
    if (!is_possible(&t))
        return false;
    at = civil_days(t.year, t.month, t.day) * CIVIL_DAY_MS +
         ((t.hour * 60 + t.minute) * 60 + t.second) * INT64_C(1000) + t.ms;
    at = t.has_offset ? at - t.offset * INT64_C(1000) : zone_moment(zone, at);
    if (at < MOMENT_MIN || at > MOMENT_MAX)
        return false;
    *out = at;
    return true;
}
