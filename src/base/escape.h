/* escape.h -- text with some of its characters written otherwise, as markup
 * wants it. Pure. */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include "base/buf.h"

/* What stands for the first character of rest, which has n bytes; NO_STR:
 * itself. n 0: the first byte is no UTF-8, and is asked about alone. */
typedef struct str escape_rule(struct str rest, size_t n);

void escape_write(struct buf *out, struct str s, escape_rule *rule);

/* What no markup may have as it is: & < >; for any other character NO_STR. */
struct str escape_markup(char c);

#endif
