/* colour.h -- colours as #rrggbb, and how well one is seen on another.
 *
 * Source of the contrast: WCAG 2.2, "relative luminance" and "contrast
 * ratio". Pure, any thread. */
#ifndef BASE_COLOUR_H
#define BASE_COLOUR_H

#include "base/str.h"

struct colour {
    unsigned char r, g, b;
};

/* Three or six hexadecimal digits, with or without '#'. */
bool colour_parse(struct str s, struct colour *out);

enum { COLOUR_ROOM = 8 };
/* "#0b6e5c", with its final zero in room. */
const char *colour_text(struct colour c, char room[static COLOUR_ROOM]);

double colour_contrast(struct colour a, struct colour b); /* 1 to 21 */

/* c itself, or as little darker or lighter as makes it stand out from paper
 * with this contrast; at most 4.5. */
struct colour colour_seen(struct colour c, struct colour paper, double least);

#endif
