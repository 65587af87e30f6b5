#include "base/colour.h"

#include <math.h>
#include <stdio.h>

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool colour_parse(struct str s, struct colour *out)
{
    unsigned char v[6];

    if (s.n > 0 && s.p[0] == '#')
        s = str_from(s, 1);
    if (s.n != 3 && s.n != 6)
        return false;
    for (size_t i = 0; i < 6; i++) {
        int d = digit(s.p[s.n == 3 ? i / 2 : i]);

        if (d < 0)
            return false;
        v[i] = (unsigned char)d;
    }
    *out = (struct colour){ (unsigned char)(v[0] << 4 | v[1]),
                            (unsigned char)(v[2] << 4 | v[3]),
                            (unsigned char)(v[4] << 4 | v[5]) };
    return true;
}

const char *colour_text(struct colour c, char room[static COLOUR_ROOM])
{
    snprintf(room, COLOUR_ROOM, "#%02x%02x%02x", c.r, c.g, c.b);
    return room;
}

static double linear(unsigned char v)
{
    double s = v / 255.0;

    return s <= 0.04045 ? s / 12.92 : pow((s + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour c)
{
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

double colour_contrast(struct colour a, struct colour b)
{
    double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

    return x > y ? x / y : y / x;
}

static unsigned char mixed(unsigned char v, int other, int part)
{
    return (unsigned char)(v + (other - v) * part / 16);
}

struct colour colour_seen(struct colour c, struct colour paper, double least)
{
    static const struct colour black = { 0, 0, 0 }, white = { 255, 255, 255 };
    bool dark = colour_contrast(paper, white) > colour_contrast(paper, black);
    struct colour out = c;
    int to = dark ? 255 : 0;

    for (int part = 1; part <= 16 && colour_contrast(out, paper) < least;
         part++)
        out = (struct colour){ mixed(c.r, to, part), mixed(c.g, to, part),
                               mixed(c.b, to, part) };
    return out;
}
