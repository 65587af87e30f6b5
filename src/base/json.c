#include "base/json.h"

/* What a byte becomes: 0 itself, 1 \u00xx, 2 the start of a longer character,
 * else the letter after a backslash. '<', '>' and '&' could end a script. */
static unsigned char kind_of(unsigned char c)
{
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '<':
    case '>':
    case '&':
    case 0x7F:
        return 1;
    default:
        return c < 0x20 ? 1 : c >= 0x80 ? 2 : 0;
    }
}

/* U+2028 and U+2029 end a line in older JavaScript. */
static size_t put_wide(struct buf *out, struct str rest)
{
    size_t n = str_char(rest);

    if (n == 0) {
        buf_add(out, STR("\\ufffd"));
        return 1;
    }
    if (n == 3 && memcmp(rest.p, "\xE2\x80\xA8", 3) == 0)
        buf_add(out, STR("\\u2028"));
    else if (n == 3 && memcmp(rest.p, "\xE2\x80\xA9", 3) == 0)
        buf_add(out, STR("\\u2029"));
    else
        buf_add(out, (struct str){ rest.p, n });
    return n;
}

static size_t put_special(struct buf *out, struct str rest)
{
    unsigned char c = (unsigned char)rest.p[0], kind = kind_of(c);

    if (kind == 2)
        return put_wide(out, rest);
    if (kind == 1)
        buf_printf(out, "\\u%04x", c);
    else
        buf_add(out, (struct str){ (char[]){ '\\', (char)kind }, 2 });
    return 1;
}

static bool is_plain(unsigned char c)
{
    return c >= ' ' && c < 0x7F && c != '"' && c != '\\' && c != '<'
           && c != '>' && c != '&';
}

static void put_escaped(struct buf *out, struct str v)
{
    size_t from = 0, i = 0;

    buf_char(out, '"');
    while (i < v.n) {
        if (is_plain((unsigned char)v.p[i])) {
            i++;
            continue;
        }
        buf_add(out, (struct str){ v.p + from, i - from });
        i += put_special(out, str_from(v, i));
        from = i;
    }
    buf_add(out, str_from(v, from));
    buf_char(out, '"');
}

static void put_text(struct buf *out, struct str v)
{
    for (size_t i = 0; i < v.n; i++) {
        if (!is_plain((unsigned char)v.p[i])) {
            put_escaped(out, v);
            return;
        }
    }
    char *to = buf_more(out, v.n + 2);
    to[0] = to[v.n + 1] = '"';
    if (v.n > 0)
        memcpy(to + 1, v.p, v.n);
}

/* Keys are ours and need no escapes. */
static void before(struct json *j, const char *key)
{
    size_t n = key ? strlen(key) : 0;
    char *to = buf_more(j->out, j->need_comma + (key ? n + 3 : 0));

    if (j->need_comma)
        *to++ = ',';
    j->need_comma = true;
    if (key) {
        *to = '"';
        memcpy(to + 1, key, n);
        memcpy(to + 1 + n, "\":", 2);
    }
}

void json_open(struct json *j, const char *key, char bracket)
{
    before(j, key);
    buf_char(j->out, bracket);
    j->need_comma = false;
}

void json_close(struct json *j, char bracket)
{
    buf_char(j->out, bracket);
    j->need_comma = true;
}

void json_int(struct json *j, const char *key, int64_t v)
{
    before(j, key);
    buf_int(j->out, v);
}

void json_bool(struct json *j, const char *key, bool v)
{
    before(j, key);
    buf_add(j->out, v ? STR("true") : STR("false"));
}

void json_text(struct json *j, const char *key, struct str v)
{
    if (!v.p) {
        json_null(j, key);
        return;
    }
    before(j, key);
    put_text(j->out, v);
}

void json_null(struct json *j, const char *key)
{
    before(j, key);
    buf_add(j->out, STR("null"));
}

void json_raw(struct json *j, const char *key, struct str number)
{
    before(j, key);
    buf_add(j->out, number);
}
