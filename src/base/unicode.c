#include "base/unicode.h"

#include <assert.h>
#include <glib.h>

uint32_t unicode_first(struct str s, size_t *n)
{
    const unsigned char *p = (const unsigned char *)s.p;
    uint32_t c;

    assert(s.n > 0);
    *n = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    assert(*n <= s.n);
    c = *n == 1 ? p[0] : p[0] & (0x7Fu >> *n);
    for (size_t i = 1; i < *n; i++)
        c = c << 6 | (p[i] & 0x3Fu);
    return c;
}

size_t unicode_length(struct str s)
{
    size_t length = 0;

    for (size_t i = 0; i < s.n; i++)
        length += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return length;
}

int unicode_digit(uint32_t c)
{
    return g_unichar_type(c) == G_UNICODE_DECIMAL_NUMBER
               ? g_unichar_digit_value(c)
               : -1;
}

bool unicode_is_space(uint32_t c)
{
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r')
               || (c >= 0x1C && c <= 0x1F);
    switch (g_unichar_type(c)) {
    case G_UNICODE_SPACE_SEPARATOR:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return true;
    default:
        return c == 0x85;
    }
}

bool unicode_is_printable(uint32_t c)
{
    if (c < 0x7F)
        return c >= ' ';
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SPACE_SEPARATOR:
        return false;
    default:
        return true;
    }
}
