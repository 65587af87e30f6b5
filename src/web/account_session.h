/* account_session.h -- where somebody is signed in, as a list on a page. */
#ifndef WEB_ACCOUNT_SESSION_H
#define WEB_ACCOUNT_SESSION_H

#include "base/template.h"
#include "web/call.h"

/* The sessions of who is signed in, for account.html: those that were used
 * last, and how many more there are. */
MUST_USE enum result account_sessions(struct call *c, struct values *v);

#endif
