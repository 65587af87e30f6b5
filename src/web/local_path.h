/* local_path.h -- where to go on after signing in: nowhere but here. Pure. */
#ifndef WEB_LOCAL_PATH_H
#define WEB_LOCAL_PATH_H

#include "base/str.h"

/* Is it the path of a page of ours, with its query perhaps? It starts with one
 * '/', and holds visible ASCII characters without a backslash only, so that no
 * browser reads another host into it. */
bool local_path(struct str s);

#endif
