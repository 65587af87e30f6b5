/* form.h -- application/x-www-form-urlencoded, as devices really send it.
 *
 * Source: WHATWG URL, section 5; lenient in what firmware gets wrong. A '+' is
 * a space, a broken %xx stays as it is, raw spaces and UTF-8 are fine, empty
 * pairs are skipped, "&amp;field2=" means "&field2=", a "?" in front of a
 * name is dropped.
 */
#ifndef BASE_FORM_H
#define BASE_FORM_H

#include "base/arena.h"

struct form_pair {
    struct str name, value; /* decoded; value.p is NULL without a '=' */
};

/* The next pair, decoded into the arena (or a view of the rest where nothing
 * had to be decoded). False at the end. */
bool form_next(struct str *rest, struct arena *a, struct form_pair *out);

/* %xx only; '+' stays: for the parts of a path. */
struct str form_unescape(struct str s, struct arena *a);

/* The other way: all but letters, digits and -._~: as %XX, so that it may stand
 * in any part of an address but the host. Source: RFC 3986, section 2.3. */
struct str form_escape(struct str s, struct arena *a);

/* The lines of a text area, which browsers end with CR LF, with LF. */
struct str form_lines(struct str s, struct arena *a);

#endif
