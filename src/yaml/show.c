#include "yaml/show.h"

#include "base/unicode.h"
#include "yaml/number.h"

struct show {
    struct arena *arena;
    struct buf *out;
    const struct show_limits *limits;
};

static enum result repr(struct show *s, struct datum *d, int depth);

/* Single quotes, unless double ones save an escape. */
static char quote_for(struct str s)
{
    return str_find(s, '\'') < s.n && str_find(s, '"') == s.n ? '"' : '\'';
}

static bool put_short_escape(struct buf *out, uint32_t c, char quote)
{
    const char *escape = c == '\n'   ? "\\n"
                         : c == '\r' ? "\\r"
                         : c == '\t' ? "\\t"
                                     : NULL;

    if (c == (unsigned char)quote || c == '\\')
        buf_printf(out, "\\%c", (char)c);
    else if (escape)
        buf_add(out, str_of(escape));
    else
        return false;
    return true;
}

static void repr_text(struct buf *out, struct str s)
{
    char quote = quote_for(s);

    buf_char(out, quote);
    for (size_t i = 0, n; i < s.n; i += n) {
        uint32_t c = unicode_first(str_from(s, i), &n);

        if (put_short_escape(out, c, quote))
            continue;
        if (unicode_is_printable(c))
            buf_add(out, (struct str){ s.p + i, n });
        else if (c <= 0xFF)
            buf_printf(out, "\\x%02x", (unsigned)c);
        else if (c <= 0xFFFF)
            buf_printf(out, "\\u%04x", (unsigned)c);
        else
            buf_printf(out, "\\U%08x", (unsigned)c);
    }
    buf_char(out, quote);
}

static void repr_bytes(struct buf *out, struct str s)
{
    char quote = quote_for(s);

    buf_char(out, 'b');
    buf_char(out, quote);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (put_short_escape(out, c, quote))
            continue;
        if (c >= ' ' && c < 0x7F)
            buf_char(out, (char)c);
        else
            buf_printf(out, "\\x%02x", c);
    }
    buf_char(out, quote);
}

/* One that is shown already, further out, is only hinted at. */
static enum result repr_items(struct show *s, struct datum *d, int depth)
{
    const char *brackets = d->kind == DATUM_LIST    ? "[]"
                           : d->kind == DATUM_TUPLE ? "()"
                                                    : "{}";
    enum result rc = OK;

    if (d->kind == DATUM_SET && d->n_items == 0) {
        buf_add(s->out, STR("set()"));
        return OK;
    }
    buf_char(s->out, brackets[0]);
    if (d->showing) {
        buf_add(s->out, STR("..."));
    } else {
        d->showing = true;
        for (size_t i = 0; i < d->n_items && rc == OK; i++) {
            if (i > 0)
                buf_add(s->out, d->kind == DATUM_MAP && i % 2 ? STR(": ")
                                                              : STR(", "));
            rc = repr(s, d->item[i], depth + 1);
        }
        d->showing = false;
    }
    buf_char(s->out, brackets[1]);
    return rc;
}

static enum result repr(struct show *s, struct datum *d, int depth)
{
    if (depth > s->limits->depth || s->out->n > s->limits->bytes)
        return ERR_TOO_BIG;
    switch (d->kind) {
    case DATUM_NONE:
        buf_add(s->out, STR("None"));
        break;
    case DATUM_BOOL:
        buf_add(s->out, d->yes ? STR("True") : STR("False"));
        break;
    case DATUM_INT:
        buf_add(s->out, d->text);
        break;
    case DATUM_FLOAT:
        buf_add(s->out, number_float_text(s->arena, d->real));
        break;
    case DATUM_TEXT:
        repr_text(s->out, d->text);
        break;
    case DATUM_BYTES:
        repr_bytes(s->out, d->text);
        break;
    case DATUM_WHEN:
        when_repr(s->out, &d->when);
        break;
    default:
        return repr_items(s, d, depth);
    }
    return OK;
}

enum result show_str(struct arena *a, struct buf *out, struct datum *d,
                     const struct show_limits *limits)
{
    struct show s = { a, out, limits };
    enum result rc = OK;

    if (d->kind == DATUM_TEXT)
        buf_add(out, d->text);
    else if (d->kind == DATUM_WHEN)
        when_text(out, &d->when);
    else
        rc = repr(&s, d, 0);
    return rc == OK && out->n > limits->bytes ? ERR_TOO_BIG : rc;
}
