#include "base/form.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_plain(struct str s, bool plus)
{
    return str_find(s, '%') == s.n && (!plus || str_find(s, '+') == s.n);
}

static struct str decode(struct str s, bool plus, struct arena *a)
{
    char *to, *out;

    if (is_plain(s, plus))
        return s;
    out = to = arena_get(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == '%' && s.n - i > 2) {
            int high = hex(s.p[i + 1]), low = hex(s.p[i + 2]);

            if (high >= 0 && low >= 0) {
                c = (char)(high << 4 | low);
                i += 2;
            }
        } else if (c == '+' && plus) {
            c = ' ';
        }
        *to++ = c;
    }
    return (struct str){ out, (size_t)(to - out) };
}

bool form_next(struct str *rest, struct arena *a, struct form_pair *out)
{
    while (rest->n > 0) {
        struct str value = str_cut(rest, '&'), name;
        bool has_value;

        if (str_starts(value, STR("amp;")))
            value = str_from(value, 4);
        if (str_starts(value, STR("?")))
            value = str_from(value, 1);
        if (value.n == 0)
            continue;
        has_value = str_find(value, '=') < value.n;
        name = str_cut(&value, '=');
        out->name = decode(name, true, a);
        out->value = has_value ? decode(value, true, a) : NO_STR;
        return true;
    }
    return false;
}

struct str form_unescape(struct str s, struct arena *a)
{
    return decode(s, false, a);
}

static bool may_stand(char ch)
{
    return (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z')
           || (ch >= 'a' && ch <= 'z') || (ch && strchr("-._~:", ch));
}

struct str form_escape(struct str s, struct arena *a)
{
    static const char digits[] = "0123456789ABCDEF";
    char *out = arena_get(a, s.n * 3 + 1), *to = out;

    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];

        if (may_stand(s.p[i])) {
            *to++ = s.p[i];
            continue;
        }
        *to++ = '%';
        *to++ = digits[ch >> 4];
        *to++ = digits[ch & 15];
    }
    return (struct str){ out, (size_t)(to - out) };
}

struct str form_lines(struct str s, struct arena *a)
{
    char *p = arena_get(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n')
            p[n++] = s.p[i];
    return s.p ? (struct str){ p, n } : NO_STR;
}
