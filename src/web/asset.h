/* asset.h -- the files that the program carries inside itself: page templates
 * and what pages need. Made from pages/ and static/ by tools/embed. */
#ifndef WEB_ASSET_H
#define WEB_ASSET_H

#include "base/str.h"

struct asset {
    const char *name; /* "static/style.css" */
    struct str bytes;
};

extern const struct asset assets[]; /* ends with a NULL name */

/* .p is NULL when there is none. */
struct str asset_get(const char *name);

#endif
