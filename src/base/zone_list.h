/* zone_list.h -- the names of the time zones that a person may look for.
 *
 * From zone.tab, which has a place for each country; zone_named() knows more.
 * Read once; any thread. */
#ifndef BASE_ZONE_LIST_H
#define BASE_ZONE_LIST_H

#include "base/str.h"

/* In order of the alphabet; "UTC" is the first, and alone where there is no
 * zone.tab. They live for ever. */
const struct str *zone_list(size_t *n);

#endif
