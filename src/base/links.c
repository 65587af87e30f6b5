#include "base/links.h"

#include <glib.h>

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
           || (c >= 'a' && c <= 'z');
}

/* Bytes of the scheme that s begins with; 0: none of ours. */
static size_t scheme(struct str s)
{
    static const struct str ours[] = { { "https://", 8 }, { "http://", 7 } };

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (s.n > ours[i].n
            && str_eq_case((struct str){ s.p, ours[i].n }, ours[i]))
            return ours[i].n;
    return 0;
}

static bool stops(gunichar c)
{
    if (c < 0x80)
        return c <= ' ' || c == 0x7F || strchr("<>\"`\\", (int)c);
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_OPEN_PUNCTUATION:
    case G_UNICODE_CLOSE_PUNCTUATION:
    case G_UNICODE_INITIAL_PUNCTUATION:
    case G_UNICODE_FINAL_PUNCTUATION:
    case G_UNICODE_OTHER_PUNCTUATION:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SPACE_SEPARATOR:
        return true;
    default:
        return false;
    }
}

/* Bytes of s up to where an address cannot go on. */
static size_t reach(struct str s)
{
    size_t i = 0;

    for (size_t n; i < s.n; i += n) {
        n = str_char(str_from(s, i));
        if (n == 0 || stops(g_utf8_get_char(s.p + i)))
            break;
    }
    return i;
}

static int excess(struct str s, char open, char close)
{
    int n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += (s.p[i] == close) - (s.p[i] == open);
    return n;
}

/* Takes off what belongs to the sentence around it. */
static size_t trim(struct str s)
{
    static const char closing[] = ")]}";
    int more[] = { excess(s, '(', ')'), excess(s, '[', ']'),
                   excess(s, '{', '}') };

    for (; s.n > 0; s.n--) {
        char c = s.p[s.n - 1];
        const char *at = strchr(closing, c);

        if (at && more[at - closing] > 0)
            more[at - closing]--;
        else if (at || !strchr(".,;:!?'", c))
            break;
    }
    return s.n;
}

/* A name, a number, an IPv6 address in brackets. */
static bool is_host(struct str s)
{
    if (s.n > 1 && s.p[0] == '[')
        return is_word(s.p[1]) || s.p[1] == ':';
    return s.n > 0 && (is_word(s.p[0]) || (unsigned char)s.p[0] >= 0x80);
}

/* Bytes of the address that s begins with; 0: none. */
static size_t address(struct str s)
{
    size_t start = scheme(s);

    if (start == 0 || !is_host(str_from(s, start)))
        return 0;
    size_t n = trim((struct str){ s.p, reach(s) });
    return n > start ? n : 0;
}

/* What is left always begins where an address may: at the beginning, at an
 * address, or behind one. */
bool links_next(struct str *rest, struct piece *out)
{
    struct str s = *rest;
    size_t n = address(s), next = n;

    if (s.n == 0)
        return false;
    for (size_t i = 1; n == 0 && i < s.n; i++)
        if ((s.p[i] == 'h' || s.p[i] == 'H') && !is_word(s.p[i - 1])
            && address(str_from(s, i)) > 0) {
            next = i;
            break;
        }
    if (next == 0)
        next = s.n;
    *out = (struct piece){ { s.p, next }, n > 0 };
    *rest = str_from(s, next);
    return true;
}
