/* disposition.h -- how a download is named.
 *
 * Pure. Source: RFC 6266, with appendix D; RFC 8187. */
#ifndef HTTP_DISPOSITION_H
#define HTTP_DISPOSITION_H

#include "base/arena.h"

/* attachment; filename="..." and, when that cannot say it all, filename*. Any
 * bytes may be in name: no path and no end of the header comes of them. */
struct str disposition_attachment(struct arena *a, struct str name);

#endif
