#include "yaml/base64.h"

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_read(struct arena *a, struct str text, struct str *out)
{
    unsigned char *bytes = arena_get(a, text.n / 4 * 3 + 4);
    size_t n = 0;
    int letters = 0, pads = 0; /* of the four at hand */
    unsigned bits = 0;

    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x80)
            return false;
    for (size_t i = 0; i < text.n; i++) {
        int v = value_of(text.p[i]);

        if (text.p[i] == '=' && letters >= 2 && letters + ++pads >= 4) {
            letters = 0;
            break;
        }
        if (v < 0)
            continue;
        pads = 0;
        bits = bits << 6 | (unsigned)v;
        if (letters > 0)
            bytes[n++] = (unsigned char)(bits >> (6 - 2 * letters));
        letters = (letters + 1) % 4;
    }
    *out = (struct str){ (const char *)bytes, n };
    return letters == 0;
}
