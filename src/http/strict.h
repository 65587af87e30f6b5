/* strict.h -- header lines, and where the body behind them ends.
 *
 * Nothing that two programs could read in two ways gets through: no name that
 * is no token, no space before a colon, no continued line, no NUL or lone CR,
 * no second Content-Length, none together with Transfer-Encoding, no coding
 * but chunked. Line ends may be bare LF. Pure; source: RFC 9112.
 */
#ifndef HTTP_STRICT_H
#define HTTP_STRICT_H

#include "http/message.h"
#include "http/refusal.h"

enum { HEADERS_MAX = 200 };

struct framing {
    const struct header *headers; /* in the arena, views of lines */
    int n_headers;
    int64_t length; /* of the body; 0 when it is chunked or absent */
    bool has_body;  /* one of the two was sent */
    bool chunked;
    bool expects;   /* 100-continue */
    bool close, keep; /* tokens of Connection */
    struct str encoding;
};

/* lines: all header lines, each with its line end, without the empty one. */
enum refusal strict_lines(struct str lines, struct arena *a,
                          struct framing *out);

bool strict_is_token(struct str s); /* RFC 9110, section 5.6.2 */

#endif
