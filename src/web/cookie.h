/* cookie.h -- the visitor's half of a session.
 *
 * "__Host-session" over TLS, where browsers promise that nobody but this host
 * set it, else "session"; HttpOnly, SameSite=Lax, Path=/. */
#ifndef WEB_COOKIE_H
#define WEB_COOKIE_H

#include "web/call.h"

/* The id that came along; p NULL when none did or it has not the shape, and
 * when two came: somebody else has set one of them, and who knows which. */
struct str cookie_session(const struct request *req);

void cookie_set_session(struct call *c, struct str id);
void cookie_end_session(struct call *c);

#endif
