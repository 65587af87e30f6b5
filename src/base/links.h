/* links.h -- finds the web addresses in a plain text.
 *
 * An address begins with http:// or https://, not in the middle of a word, and
 * has something like a host. It ends before white space, quotation marks,
 * angle brackets and what is not for printing; a full stop, comma or the like
 * at its end belongs to the sentence, and so does a bracket that was opened
 * before it. Pure, any thread, any bytes.
 */
#ifndef BASE_LINKS_H
#define BASE_LINKS_H

#include "base/str.h"

struct piece {
    struct str text; /* never empty */
    bool is_link;
};

/* Takes the next piece off; one after the other they are the whole text.
 * False at the end. */
bool links_next(struct str *rest, struct piece *out);

#endif
