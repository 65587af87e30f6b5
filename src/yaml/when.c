#include "yaml/when.h"

#include <stdlib.h>

#include "base/civil.h"

enum { DAY_MINUTES = 24 * 60, MICRO_DIGITS = 6 };

/* Reads low to high digits, or fails. */
static bool number(struct str *s, size_t low, size_t high, int *out)
{
    size_t n = 0;

    *out = 0;
    while (n < high && n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
        *out = *out * 10 + s->p[n++] - '0';
    *s = str_from(*s, n);
    return n >= low;
}

static bool take(struct str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_from(*s, 1);
    return true;
}

static size_t skip_blanks(struct str *s)
{
    size_t n = 0;

    while (n < s->n && (s->p[n] == ' ' || s->p[n] == '\t'))
        n++;
    *s = str_from(*s, n);
    return n;
}

/* Six digits count, the others are dropped. */
static void read_fraction(struct str *s, int *micro)
{
    int digit, n = 0;

    for (; number(s, 1, 1, &digit); n++)
        if (n < MICRO_DIGITS)
            *micro = *micro * 10 + digit;
    for (; n < MICRO_DIGITS; n++)
        *micro *= 10;
}

static bool read_zone(struct str *s, struct when *w)
{
    bool minus = s->n > 0 && s->p[0] == '-';
    int hours, minutes = 0;

    w->has_zone = true;
    if (take(s, 'Z'))
        return true;
    if (!take(s, '-') && !take(s, '+'))
        return false;
    if (!number(s, 1, 2, &hours)
        || (take(s, ':') && !number(s, 2, 2, &minutes)))
        return false;
    w->offset = (hours * 60 + minutes) * (minus ? -1 : 1);
    return true;
}

static bool read_time(struct str *s, struct when *w)
{
    w->has_time = true;
    if (!take(s, 'T') && !take(s, 't') && skip_blanks(s) == 0)
        return false;
    if (!number(s, 1, 2, &w->hour) || !take(s, ':')
        || !number(s, 2, 2, &w->minute) || !take(s, ':')
        || !number(s, 2, 2, &w->second))
        return false;
    if (take(s, '.'))
        read_fraction(s, &w->micro);
    if (s->n == 0)
        return true;
    skip_blanks(s);
    return read_zone(s, w) && s->n == 0;
}

bool when_match(struct str s, struct when *out)
{
    *out = (struct when){ 0 };
    if (!number(&s, 4, 4, &out->year) || !take(&s, '-')
        || !number(&s, 1, 2, &out->month) || !take(&s, '-')
        || !number(&s, 1, 2, &out->day))
        return false;
    return s.n == 0 || read_time(&s, out);
}

bool when_is_valid(const struct when *w)
{
    return w->year >= 1 && w->month >= 1 && w->month <= 12 && w->day >= 1
           && w->day <= civil_month_length(w->year, w->month)
           && w->hour < 24 && w->minute < 60 && w->second < 60
           && abs(w->offset) < DAY_MINUTES;
}

void when_text(struct buf *out, const struct when *w)
{
    buf_printf(out, "%04d-%02d-%02d", w->year, w->month, w->day);
    if (!w->has_time)
        return;
    buf_printf(out, " %02d:%02d:%02d", w->hour, w->minute, w->second);
    if (w->micro)
        buf_printf(out, ".%06d", w->micro);
    if (w->has_zone)
        buf_printf(out, "%c%02d:%02d", w->offset < 0 ? '-' : '+',
                   abs(w->offset) / 60, abs(w->offset) % 60);
}

/* A negative offset is a day less and some seconds more. */
static void repr_zone(struct buf *out, int offset)
{
    if (offset == 0) {
        buf_add(out, STR(", tzinfo=datetime.timezone.utc"));
        return;
    }
    buf_add(out, STR(", tzinfo=datetime.timezone(datetime.timedelta("));
    if (offset < 0)
        buf_add(out, STR("days=-1, "));
    buf_printf(out, "seconds=%d))",
               (offset < 0 ? offset + DAY_MINUTES : offset) * 60);
}

void when_repr(struct buf *out, const struct when *w)
{
    buf_printf(out, "datetime.date%s(%d, %d, %d", w->has_time ? "time" : "",
               w->year, w->month, w->day);
    if (w->has_time)
        buf_printf(out, ", %d, %d", w->hour, w->minute);
    if (w->second || w->micro)
        buf_printf(out, ", %d", w->second);
    if (w->micro)
        buf_printf(out, ", %d", w->micro);
    if (w->has_zone)
        repr_zone(out, w->offset);
    buf_char(out, ')');
}

int64_t when_instant(const struct when *w)
{
    int64_t minutes = civil_days(w->year, w->month, w->day) * DAY_MINUTES
                      + w->hour * 60 + w->minute - w->offset;

    return (minutes * 60 + w->second) * 1000000 + w->micro;
}
