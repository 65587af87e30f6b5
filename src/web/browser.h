/* browser.h -- what a browser is called, for people. Pure. */
#ifndef WEB_BROWSER_H
#define WEB_BROWSER_H

#include "base/arena.h"

/* "Firefox on Android" from a User-Agent; its beginning when it is none that
 * is known, "Unknown" when it is empty. */
struct str browser_name(struct arena *a, struct str agent);

#endif
