#include "base/json_in.h"

/* What may come next; .expect holds one of these. */
enum expect {
    A_VALUE,
    VALUE_OR_END,  /* behind [ */
    NAME_OR_END,   /* behind { */
    COMMA_OR_END,  /* behind a value inside { or [ */
    NOTHING,       /* behind the one value */
    BROKEN
};

void json_in_start(struct json_in *j, struct str s, struct arena *a)
{
    *j = (struct json_in){ .s = s, .arena = a, .expect = A_VALUE };
}

static enum json_item broken(struct json_in *j, const char *why)
{
    j->why = why;
    j->expect = BROKEN;
    return JSON_BROKEN;
}

static char peek(const struct json_in *j)
{
    return j->at < j->s.n ? j->s.p[j->at] : '\0';
}

static void skip_space(struct json_in *j)
{
    while (j->at < j->s.n) {
        char c = j->s.p[j->at];

        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            break;
        j->at++;
    }
}

static enum json_item done(struct json_in *j, enum json_item item)
{
    j->expect = j->depth > 0 ? COMMA_OR_END : NOTHING;
    return item;
}

/* Eight bytes with no quote, no backslash, no control character, and none
 * beyond ASCII: a byte's highest bit is set where one of these is. */
static bool is_plain(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t w, quote, slash;

    memcpy(&w, p, sizeof w);
    quote = w ^ (ones * '"');
    slash = w ^ (ones * '\\');
    return !((w | (w - ones * 0x20) | (quote - ones) | (slash - ones)) &
             (ones * 0x80));
}

static const char *const bad_utf8 = "not valid UTF-8";
static const char *const open_string = "a string without an end";

/* Moves to the next quote or backslash; false when what is before it cannot
 * be in a string. */
static bool skip_plain(struct json_in *j)
{
    while (j->at < j->s.n) {
        const char *p = j->s.p + j->at;
        size_t n;

        if (j->s.n - j->at >= 8 && is_plain(p)) {
            j->at += 8;
            continue;
        }
        if (*p == '"' || *p == '\\')
            return true;
        if ((unsigned char)*p < 0x20) {
            broken(j, "a control character in a string");
            return false;
        }
        n = (unsigned char)*p < 0x80 ? 1 : str_char(str_from(j->s, j->at));
        if (n == 0) {
            broken(j, bad_utf8);
            return false;
        }
        j->at += n;
    }
    broken(j, open_string);
    return false;
}

static int hex4(const struct json_in *j, size_t at)
{
    int v = 0;

    if (j->s.n < 4 || at > j->s.n - 4)
        return -1;
    for (size_t i = at; i < at + 4; i++) {
        char c = j->s.p[i], lower = (char)(c | 0x20);

        if (c >= '0' && c <= '9')
            v = v * 16 + c - '0';
        else if (lower >= 'a' && lower <= 'f')
            v = v * 16 + lower - 'a' + 10;
        else
            return -1;
    }
    return v;
}

static char *put_char(char *to, unsigned c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    } else {
        *to++ = (char)(0xF0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 0x3F));
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    }
    return to;
}

/* Behind "\u". */
static char *decode_unicode(struct json_in *j, char *to)
{
    int c = hex4(j, j->at), low;

    if (c < 0) {
        broken(j, "\\u without four hexadecimal digits");
        return NULL;
    }
    if (c == 0) {
        broken(j, "a zero character");
        return NULL;
    }
    j->at += 4;
    if (c < 0xD800 || c > 0xDFFF)
        return put_char(to, (unsigned)c);
    low = -1;
    if (c < 0xDC00 && j->s.n - j->at >= 6 && j->s.p[j->at] == '\\' &&
        j->s.p[j->at + 1] == 'u')
        low = hex4(j, j->at + 2);
    if (low < 0xDC00 || low > 0xDFFF) {
        broken(j, "half of a surrogate pair");
        return NULL;
    }
    j->at += 6;
    return put_char(to, 0x10000u + ((unsigned)(c - 0xD800) << 10) +
                            (unsigned)(low - 0xDC00));
}

/* At a backslash. */
static char *decode_escape(struct json_in *j, char *to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    const char *found;
    char c;

    j->at++;
    c = peek(j);
    if (c == 'u') {
        j->at++;
        return decode_unicode(j, to);
    }
    found = c != '\0' ? strchr(from, c) : NULL;
    if (!found) {
        broken(j, "an unknown escape");
        return NULL;
    }
    j->at++;
    *to++ = into[found - from];
    return to;
}

/* Where the string ends that begins at from, or the text's end: the decoded
 * form is never longer than the written one. */
static size_t room_for(const struct json_in *j, size_t from)
{
    size_t i = from;

    while (i < j->s.n && j->s.p[i] != '"')
        i += j->s.p[i] == '\\' ? 2 : 1;
    return i - from + 1;
}

static bool decode_rest(struct json_in *j, size_t from)
{
    char *out = arena_get(j->arena, room_for(j, from)), *to = out;
    size_t plain = from;

    for (;;) {
        memcpy(to, j->s.p + plain, j->at - plain);
        to += j->at - plain;
        if (peek(j) == '"')
            break;
        to = decode_escape(j, to);
        if (!to)
            return false;
        plain = j->at;
        if (!skip_plain(j))
            return false;
    }
    j->text = (struct str){ out, (size_t)(to - out) };
    j->at++;
    return true;
}

/* At the opening quote. */
static bool read_string(struct json_in *j)
{
    size_t from = ++j->at;

    if (!skip_plain(j))
        return false;
    if (peek(j) == '\\')
        return decode_rest(j, from);
    j->text = (struct str){ j->s.p + from, j->at - from };
    j->at++;
    return true;
}

static size_t skip_digits(struct json_in *j)
{
    size_t from = j->at;

    while (peek(j) >= '0' && peek(j) <= '9')
        j->at++;
    return j->at - from;
}

static enum json_item read_number(struct json_in *j)
{
    size_t from = j->at;
    bool zero;

    if (peek(j) == '-')
        j->at++;
    zero = peek(j) == '0';
    size_t digits = skip_digits(j);
    if (digits == 0 || (zero && digits > 1))
        return broken(j, "not a number");
    if (peek(j) == '.') {
        j->at++;
        if (skip_digits(j) == 0)
            return broken(j, "no digit after the point");
    }
    if (peek(j) == 'e' || peek(j) == 'E') {
        j->at++;
        if (peek(j) == '+' || peek(j) == '-')
            j->at++;
        if (skip_digits(j) == 0)
            return broken(j, "no digit in the exponent");
    }
    j->text = (struct str){ j->s.p + from, j->at - from };
    return done(j, JSON_NUMBER);
}

static enum json_item read_word(struct json_in *j)
{
    static const struct {
        struct str word;
        enum json_item item;
    } words[] = {
        { { "true", 4 }, JSON_TRUE },
        { { "false", 5 }, JSON_FALSE },
        { { "null", 4 }, JSON_NULL },
    };
    struct str rest = str_from(j->s, j->at);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_starts(rest, words[i].word)) {
            j->at += words[i].word.n;
            return done(j, words[i].item);
        }
    return broken(j, rest.n > 0 ? "no value" : "the text ends too early");
}

static enum json_item enter(struct json_in *j, bool array)
{
    if (j->depth == JSON_DEPTH)
        return broken(j, "nested too deep");
    j->at++;
    j->in_array[j->depth++] = array;
    j->expect = array ? VALUE_OR_END : NAME_OR_END;
    return array ? JSON_ARRAY : JSON_OBJECT;
}

static enum json_item leave(struct json_in *j)
{
    bool array = j->in_array[--j->depth];

    j->at++;
    return done(j, array ? JSON_ARRAY_END : JSON_OBJECT_END);
}

static enum json_item read_value(struct json_in *j)
{
    char c = peek(j);

    if (c == '{' || c == '[')
        return enter(j, c == '[');
    if (c == '"')
        return read_string(j) ? done(j, JSON_STRING) : JSON_BROKEN;
    if (c == '-' || (c >= '0' && c <= '9'))
        return read_number(j);
    return read_word(j);
}

static enum json_item read_name(struct json_in *j)
{
    if (peek(j) != '"')
        return broken(j, "no name");
    if (!read_string(j))
        return JSON_BROKEN;
    skip_space(j);
    if (peek(j) != ':')
        return broken(j, "no colon after a name");
    j->at++;
    j->expect = A_VALUE;
    return JSON_NAME;
}

/* Behind a value inside an object or array. */
static enum json_item read_on(struct json_in *j)
{
    bool array = j->in_array[j->depth - 1];

    if (peek(j) == (array ? ']' : '}'))
        return leave(j);
    if (peek(j) != ',')
        return broken(j, j->at < j->s.n ? "no comma after a value"
                                        : "the text ends too early");
    j->at++;
    skip_space(j);
    return array ? read_value(j) : read_name(j);
}

enum json_item json_in_next(struct json_in *j)
{
    if (j->expect == BROKEN)
        return JSON_BROKEN;
    skip_space(j);
    switch ((enum expect)j->expect) {
    case VALUE_OR_END:
        return peek(j) == ']' ? leave(j) : read_value(j);
    case NAME_OR_END:
        return peek(j) == '}' ? leave(j) : read_name(j);
    case COMMA_OR_END:
        return read_on(j);
    case NOTHING:
        return j->at < j->s.n ? broken(j, "more after the value") : JSON_END;
    case A_VALUE:
    case BROKEN:
        break;
    }
    return read_value(j);
}

bool json_in_skip(struct json_in *j, enum json_item item)
{
    int around = j->depth;

    if (item == JSON_OBJECT || item == JSON_ARRAY)
        around--;
    else if (item != JSON_NAME)
        return item != JSON_BROKEN;
    do {
        if (json_in_next(j) == JSON_BROKEN)
            return false;
    } while (j->depth > around);
    return true;
}
