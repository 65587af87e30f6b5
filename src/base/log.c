#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/moment.h"

enum { QUOTE_MAX = 200 };

/* Room for the cut text's line end is kept; a line stays one line whatever
 * was formatted into it. */
static void line(const char *level, const char *event, const char *fmt,
                 va_list ap)
{
    char text[LOG_LINE_MAX], at[MOMENT_ROOM];
    size_t n;
    ssize_t sent;
    int got;

    moment_ms(moment_now(), at);
    got = snprintf(text, sizeof text - 1, "at=%s level=%s event=%s ", at,
                   level, event);
    n = got > 0 ? (size_t)got : 0;
    if (n < sizeof text - 1) {
        got = vsnprintf(text + n, sizeof text - 1 - n, fmt, ap);
        n += got > 0 ? (size_t)got : 0;
    }
    if (n > sizeof text - 2)
        n = sizeof text - 2;
    for (size_t i = 0; i < n; i++)
        if (text[i] == '\n' || text[i] == '\r')
            text[i] = ' ';
    while (n > 0 && text[n - 1] == ' ')
        n--;
    text[n++] = '\n';
    sent = write(STDERR_FILENO, text, n);
    (void)sent; /* there is nobody left to tell */
}

void log_info(const char *event, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    line("info", event, fmt, ap);
    va_end(ap);
}

void log_fail(const char *event, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    line("fail", event, fmt, ap);
    va_end(ap);
}

/* C1 control characters are two bytes of UTF-8: C2 80 to C2 9F. */
static bool is_control(const char *p)
{
    unsigned char c = (unsigned char)p[0];

    return c < 0x20 || c == 0x7F ||
           (c == 0xC2 && (unsigned char)p[1] < 0xA0);
}

const char *log_quote(struct str s, char room[static LOG_QUOTE_ROOM])
{
    static const char hex[] = "0123456789abcdef";
    struct str cut = str_cap(s, QUOTE_MAX);
    char *to = room;

    *to++ = '"';
    for (size_t i = 0, n; i < cut.n; i += n) {
        const char *p = cut.p + i;

        n = str_char(str_from(cut, i));
        if (n == 0 || is_control(p)) {
            n = 1;
            *to++ = '\\';
            *to++ = 'x';
            *to++ = hex[(unsigned char)*p >> 4];
            *to++ = hex[(unsigned char)*p & 15];
            continue;
        }
        if (*p == '"' || *p == '\\')
            *to++ = '\\';
        memcpy(to, p, n);
        to += n;
    }
    strcpy(to, cut.n < s.n ? "...\"" : "\"");
    return room;
}
