/* fold.h -- a text as it is searched: without regard to case, accents and how
 * it was typed.
 *
 * "Straße", "STRASSE" and "strasse" come to the same, and so do "é" in one
 * piece and in two. White space of any kind becomes spaces. The result is for
 * comparing, never for people to read. Pure, any thread.
 */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include "base/arena.h"

/* s is text (str_is_text). Folding what is folded changes nothing. */
struct str fold(struct arena *a, struct str s);

#endif
