#include "http/multipart.h"

#include <string.h>

enum { BOUNDARY_MAX = 200 }; /* the RFC says 70 */

static bool ends_here(struct str rest)
{
    size_t i = 0;

    while (i < rest.n && (rest.p[i] == ' ' || rest.p[i] == '\t'))
        i++;
    return i == rest.n || rest.p[i] == ';';
}

/* Browsers write a quote inside a value as %22; older programs as \", and
 * there the value goes on, unless nothing but a ';' follows: a backslash
 * may also be a name's last letter. */
static size_t closing_quote(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        bool escaped = i > 0 && s.p[i - 1] == '\\';

        if (s.p[i] == '"' && (!escaped || ends_here(str_from(s, i + 1))))
            return i;
    }
    return str_find(s, '"');
}

/* A parameter's value: a token, or text in double quotes. Escapes in it are
 * left as they are. */
static struct str parameter_value(struct str *rest)
{
    if (rest->n && rest->p[0] == '"') {
        struct str value = str_from(*rest, 1);
        size_t end = closing_quote(value);

        *rest = str_from(value, end);
        str_cut(rest, ';');
        return (struct str){ value.p, end };
    }
    return str_trim(str_cut(rest, ';'));
}

/* name="..." among the parameters of a header's value. */
static struct str parameter(struct str value, const char *name)
{
    str_cut(&value, ';');
    while (value.p && value.n) {
        size_t end = 0;
        while (end < value.n && value.p[end] != '=' && value.p[end] != ';')
            end++;
        struct str found = str_trim((struct str){ value.p, end });
        bool has_value = end < value.n && value.p[end] == '=';
        value = str_from(value, end < value.n ? end + 1 : end);
        if (!has_value)
            continue;
        struct str text = parameter_value(&value);
        if (str_eq_case(found, str_of(name)))
            return text;
    }
    return NO_STR;
}

/* Where "--boundary" next stands at the start of a line; s.n when nowhere. */
static size_t delimiter_at(struct str s, struct str boundary)
{
    size_t n = boundary.n + 2;

    for (size_t i = 0; i + n <= s.n; i++) {
        const char *p = memchr(s.p + i, '-', s.n - i - n + 1);
        if (!p)
            break;
        i = p - s.p;
        if ((i == 0 || p[-1] == '\n') && p[1] == '-'
            && memcmp(p + 2, boundary.p, boundary.n) == 0)
            return i;
    }
    return s.n;
}

bool multipart_start(struct multipart *m, struct str content_type,
                     struct str body)
{
    struct str boundary = parameter(content_type, "boundary");

    *m = (struct multipart){ .boundary = boundary };
    if (!boundary.n || boundary.n > BOUNDARY_MAX)
        return false;
    m->rest = str_from(body, delimiter_at(body, boundary));
    return m->rest.n > 0;
}

static struct str line_of(struct str *rest)
{
    struct str line = str_cut(rest, '\n');

    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

/* RFC 8187: charset'language'text. Nobody should send this (RFC 7578, section
 * 4.2), and some do. */
static struct str extended(struct str value)
{
    str_cut(&value, '\'');
    str_cut(&value, '\'');
    return value;
}

static void read_header(struct str line, struct part *out)
{
    struct str name = str_cut(&line, ':');

    if (!line.p)
        return;
    if (str_eq_case(name, STR("Content-Disposition"))) {
        out->name = parameter(line, "name");
        out->filename = parameter(line, "filename");
        if (!out->filename.p)
            out->filename = extended(parameter(line, "filename*"));
    } else if (str_eq_case(name, STR("Content-Type"))) {
        out->type = str_trim(line);
    }
}

/* Without the line end, which belongs to the delimiter. */
static struct str body_before(struct str s, size_t delimiter)
{
    s.n = delimiter;
    if (s.n && s.p[s.n - 1] == '\n')
        s.n--;
    if (s.n && s.p[s.n - 1] == '\r')
        s.n--;
    return s;
}

bool multipart_next(struct multipart *m, struct part *out)
{
    struct str line = line_of(&m->rest), header;
    struct str behind = str_from(line, m->boundary.n + 2);
    size_t end;

    *out = (struct part){ 0 };
    if (str_starts(behind, STR("--")))
        return false;
    m->broken = true; /* until the part has come to its end */
    if (!m->rest.p)
        return false;
    do {
        header = line_of(&m->rest);
        read_header(header, out);
    } while (header.n && m->rest.p);
    if (!m->rest.p || !out->name.p)
        return false;
    end = delimiter_at(m->rest, m->boundary);
    if (end == m->rest.n)
        return false;
    out->body = body_before(m->rest, end);
    m->rest = str_from(m->rest, end);
    m->broken = false;
    return true;
}
