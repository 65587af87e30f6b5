#include "base/escape.h"

void escape_write(struct buf *out, struct str s, escape_rule *rule)
{
    size_t from = 0, n;

    for (size_t i = 0; i < s.n; i += n) {
        struct str rest = str_from(s, i);

        n = str_char(rest);
        struct str with = rule(rest, n);
        n = n > 0 ? n : 1;
        if (!with.p)
            continue;
        buf_add(out, (struct str){ s.p + from, i - from });
        buf_add(out, with);
        from = i + n;
    }
    buf_add(out, str_from(s, from));
}

struct str escape_markup(char c)
{
    switch (c) {
    case '&':
        return STR("&amp;");
    case '<':
        return STR("&lt;");
    case '>':
        return STR("&gt;");
    default:
        return NO_STR;
    }
}
