/* windows.h -- the windows advice on the home page. In a worker. */
#ifndef WEB_WINDOWS_H
#define WEB_WINDOWS_H

#include "base/template.h"
#include "web/call.h"

/* What core/advice.h says of the sensors that the one who is signed in has
 * chosen; nothing when there are none. */
MUST_USE enum result windows_add(struct call *c, struct values *v);

#endif
