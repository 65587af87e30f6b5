/* multipart.h -- the parts of a multipart/form-data body, one at a time.
 *
 * Pure; views of the body, nothing is copied. Source: RFC 7578, RFC 2046
 * section 5.1. Line ends may be bare LF. */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "base/str.h"

struct multipart {
    struct str rest;     /* behind the last delimiter's line */
    struct str boundary; /* without the two dashes */
    bool broken;
};

struct part {
    struct str name, body;
    struct str filename, type; /* NO_STR when not given; escapes in a name
                                * are left as they are: %22, \" */
};

/* False when the type names no boundary or the body has no delimiter. */
bool multipart_start(struct multipart *m, struct str content_type,
                     struct str body);
/* False at the end, or with broken set. */
bool multipart_next(struct multipart *m, struct part *out);

#endif
