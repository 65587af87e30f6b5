#include "http/strict.h"

bool strict_is_token(struct str s)
{
    static const char others[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        if (!letter && !digit && !memchr(others, c, sizeof others - 1))
            return false;
    }
    return s.n > 0;
}

static struct str trim(struct str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = str_from(s, 1);
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

/* The next line without its end. */
static struct str line_of(struct str *rest)
{
    struct str line = str_cut(rest, '\n');

    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

static bool split_line(struct str line, struct header *h)
{
    size_t colon = str_find(line, ':');

    if (colon == line.n || memchr(line.p, '\0', line.n)
        || memchr(line.p, '\r', line.n))
        return false;
    h->name = (struct str){ line.p, colon };
    h->value = trim(str_from(line, colon + 1));
    return strict_is_token(h->name);
}

static enum refusal content_length(struct str value, struct framing *f)
{
    int64_t n = 0;

    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] < '0' || value.p[i] > '9')
            return REFUSE_FRAMING;
        n = n > INT64_MAX / 100 ? n : 10 * n + (value.p[i] - '0');
    }
    if (value.n == 0 || f->has_body)
        return REFUSE_FRAMING;
    f->has_body = true;
    f->length = n;
    return REFUSE_NOT;
}

static enum refusal transfer_encoding(struct str value, struct framing *f)
{
    if (f->has_body || !str_eq_case(value, STR("chunked")))
        return REFUSE_FRAMING;
    f->has_body = f->chunked = true;
    return REFUSE_NOT;
}

static enum refusal expect(struct str value, struct framing *f)
{
    f->expects = str_eq_case(value, STR("100-continue"));
    return f->expects ? REFUSE_NOT : REFUSE_EXPECT;
}

static void connection(struct str value, struct framing *f)
{
    while (value.p) {
        struct str token = trim(str_cut(&value, ','));
        f->close = f->close || str_eq_case(token, STR("close"));
        f->keep = f->keep || str_eq_case(token, STR("keep-alive"));
    }
}

/* Length first: most names are told apart by it. */
static enum refusal look_at(const struct header *h, struct framing *f)
{
    switch (h->name.n) {
    case sizeof "Expect" - 1:
        if (str_eq_case(h->name, STR("Expect")))
            return expect(h->value, f);
        break;
    case sizeof "Connection" - 1:
        if (str_eq_case(h->name, STR("Connection")))
            connection(h->value, f);
        break;
    case sizeof "Content-Length" - 1:
        if (str_eq_case(h->name, STR("Content-Length")))
            return content_length(h->value, f);
        break;
    case sizeof "Content-Encoding" - 1:
        if (str_eq_case(h->name, STR("Content-Encoding")))
            f->encoding = h->value;
        break;
    case sizeof "Transfer-Encoding" - 1:
        if (str_eq_case(h->name, STR("Transfer-Encoding")))
            return transfer_encoding(h->value, f);
        break;
    }
    return REFUSE_NOT;
}

static int count_lines(struct str s)
{
    int n = 0;

    for (const char *p = s.p; s.n && (p = memchr(p, '\n', s.p + s.n - p)); p++)
        n++;
    return n;
}

enum refusal strict_lines(struct str lines, struct arena *a,
                          struct framing *out)
{
    int room = count_lines(lines);
    struct header *list;

    *out = (struct framing){ 0 };
    if (room > HEADERS_MAX)
        return REFUSE_HEAD;
    list = arena_get(a, (room + 1) * sizeof *list);
    out->headers = list;
    while (lines.n) {
        struct header *h = &list[out->n_headers++];
        if (!split_line(line_of(&lines), h))
            return REFUSE_HEADER;
        enum refusal r = look_at(h, out);
        if (r != REFUSE_NOT)
            return r;
    }
    return REFUSE_NOT;
}
