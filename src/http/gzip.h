/* gzip.h -- unpacks a body that was sent compressed, and packs one. Pure.
 *
 * Sources: RFC 1950 to 1952. "deflate" is read with or without the zlib
 * wrapper, as both are sent under that name. */
#ifndef HTTP_GZIP_H
#define HTTP_GZIP_H

#include "base/arena.h"
#include "base/result.h"
#include "http/message.h"

/* Gives at most max bytes. ERR_TOO_BIG: it would be more; ERR_INVALID: not
 * compressed like that, damaged, or cut off; then out is empty. */
MUST_USE enum result gzip_unpack(struct str packed, size_t max,
                                 struct buf *out);

/* Does the client take gzip? (RFC 9110, section 12.5.3.) */
bool gzip_wanted(const struct request *req);
/* In the arena; the same bytes are packed the same every time. */
struct str gzip_pack(struct str plain, struct arena *a);

#endif
