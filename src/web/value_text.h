/* value_text.h -- how a field's newest value is shown to a person. Pure. */
#ifndef WEB_VALUE_TEXT_H
#define WEB_VALUE_TEXT_H

#include "base/arena.h"
#include "store/channel.h"

/* The number in the unit that the field is to be shown in: "°C" to "°F"
 * rounded to whole degrees as the article did, "°F" to "°C" to one decimal;
 * any other pair of units, and a value that is no number, is left verbatim.
 * *unit becomes what stands behind it: nothing behind what is no number. */
struct str value_text(struct arena *a, const struct field *f,
                      struct str value, struct str *unit);

/* The same for a number of a chart, not rounded: axes do that. */
double value_shown(const struct field *f, double v, struct str *unit);

/* How far apart readings of these times, ascending, usually are: the median
 * distance, at least 20 seconds, so that a page does not flicker. 0: there
 * are too few to tell. at is sorted into distances and lost. */
int64_t value_usual_ms(int64_t *at, int n);

/* How old a value may be: three times the usual distance of its last readings,
 * or an hour where there are too few to tell. Times are moments. */
int64_t value_patience_ms(int64_t usual_ms);
bool value_is_stale(int64_t at, int64_t usual_ms, int64_t now);

#endif
