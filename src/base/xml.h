/* xml.h -- writes XML 1.0 as Rails does: typed elements, nil="true".
 *
 * Two spaces of indent a level, LF line ends. Bytes that XML 1.0 cannot hold
 * become U+FFFD. type may be NULL.
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/buf.h"

struct xml {
    struct buf *out;
    int depth;
};

void xml_start(struct xml *x); /* <?xml version="1.0" encoding="UTF-8"?> */
void xml_open(struct xml *x, const char *name, const char *type);
void xml_close(struct xml *x, const char *name);
void xml_empty(struct xml *x, const char *name, const char *type);
/* v.p == NULL: <name type=".." nil="true"/> */
void xml_text(struct xml *x, const char *name, const char *type,
              struct str v);
void xml_int(struct xml *x, const char *name, int64_t v); /* type integer */
void xml_escape(struct buf *out, struct str v);
/* Is all of it text that XML 1.0 can hold? *at: the byte that is not. */
bool xml_can_hold(struct str v, size_t *at);

#endif
