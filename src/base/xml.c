#include "base/xml.h"

#include "base/escape.h"

static void indent(struct xml *x)
{
    for (int i = 0; i < x->depth; i++)
        buf_add(x->out, STR("  "));
}

static void start_tag(struct xml *x, const char *name, const char *type)
{
    indent(x);
    buf_char(x->out, '<');
    buf_add(x->out, str_of(name));
    if (type) {
        buf_add(x->out, STR(" type=\""));
        buf_add(x->out, str_of(type));
        buf_char(x->out, '"');
    }
}

static void end_tag(struct xml *x, const char *name)
{
    buf_add(x->out, STR("</"));
    buf_add(x->out, str_of(name));
    buf_add(x->out, STR(">\n"));
}

void xml_start(struct xml *x)
{
    buf_add(x->out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
}

void xml_open(struct xml *x, const char *name, const char *type)
{
    start_tag(x, name, type);
    buf_add(x->out, STR(">\n"));
    x->depth++;
}

void xml_close(struct xml *x, const char *name)
{
    x->depth--;
    indent(x);
    end_tag(x, name);
}

void xml_empty(struct xml *x, const char *name, const char *type)
{
    start_tag(x, name, type);
    buf_add(x->out, STR("/>\n"));
}

void xml_text(struct xml *x, const char *name, const char *type,
              struct str v)
{
    start_tag(x, name, type);
    if (!v.p) {
        buf_add(x->out, STR(" nil=\"true\"/>\n"));
        return;
    }
    buf_char(x->out, '>');
    xml_escape(x->out, v);
    end_tag(x, name);
}

void xml_int(struct xml *x, const char *name, int64_t v)
{
    start_tag(x, name, "integer");
    buf_char(x->out, '>');
    buf_int(x->out, v);
    end_tag(x, name);
}

/* XML 1.0, section 2.2: what a character may be. */
static bool is_allowed(const char *p, size_t n)
{
    unsigned char c = (unsigned char)p[0];

    if (n == 3 && c == 0xEF && (unsigned char)p[1] == 0xBF)
        return (unsigned char)p[2] < 0xBE; /* not U+FFFE, U+FFFF */
    return n > 1 || (n == 1 && (c >= 0x20 || c == '\t' || c == '\n'));
}

/* A carriage return would be read back as a line feed. */
static struct str in_xml(struct str rest, size_t n)
{
    switch (*rest.p) {
    case '"':
        return STR("&quot;");
    case '\r':
        return STR("&#13;");
    default:
        return is_allowed(rest.p, n) ? escape_markup(*rest.p)
                                     : STR("\xEF\xBF\xBD");
    }
}

void xml_escape(struct buf *out, struct str v)
{
    escape_write(out, v, in_xml);
}

bool xml_can_hold(struct str v, size_t *at)
{
    for (size_t i = 0, n; i < v.n; i += n) {
        n = str_char(str_from(v, i));
        if (n > 0 && (is_allowed(v.p + i, n) || v.p[i] == '\r'))
            continue;
        *at = i;
        return false;
    }
    return true;
}
