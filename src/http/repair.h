/* repair.h -- the request line that a device meant.
 *
 * Pure. Takes the first line of a request as it arrived and says what it
 * should have been. Repaired: no version, HTTP/1.0 (answered as 1.1, then
 * closed), raw spaces and bytes in the target, an absolute-form target, a
 * missing leading slash, several leading slashes, a target that starts with
 * '?', a query glued to the path ("/data/report/stationtype=X&PASSKEY=Y",
 * "ID=a&PASSWORD=b") but never the article's "/update/API_key=.../mac=...".
 */
#ifndef HTTP_REPAIR_H
#define HTTP_REPAIR_H

#include "base/arena.h"
#include "base/result.h"

struct repaired {
    struct str method;  /* a token */
    struct str target;  /* as it was sent */
    struct str path, query; /* query.p is NULL when there is none */
    bool no_version;    /* nothing follows: neither headers nor body */
    bool old;           /* HTTP/1.0: close unless asked to keep */
};

/* line is without its line end. ERR_INVALID: no method or no target;
 * ERR_METHOD: HTTP/2 or later (505). */
MUST_USE enum result repair_line(struct str line, struct arena *a,
                                 struct repaired *out);

/* Without one the line is the whole request. */
bool repair_has_version(struct str line);

#endif
