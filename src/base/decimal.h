/* decimal.h -- the number that a value's text stands for, if it is one.
 *
 * A value is kept as the text the device sent. Charts, sums and filters need
 * a number: an optional sign, digits, a point or comma, digits, an exponent;
 * white space around it is ignored. "nan", "inf", hexadecimal and the empty
 * text are no numbers, and neither is what overflows a double or is longer than
 * DECIMAL_TEXT_MAX bytes.
 * Correctly rounded. Pure, any thread, independent of the locale, and fast:
 * a year of readings passes through here for one chart.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include "base/str.h"

enum { DECIMAL_TEXT_MAX = 1024 };

/* *comma is set when the text had one for its point, else left alone; it may
 * be NULL. */
bool decimal_parse(struct str s, double *out, bool *comma);

enum { DECIMAL_ROOM = 400 };

/* As Ruby and Python print a float: the shortest text that reads back the
 * same, with a point: "51.0", "7.285714285714286", "0.0001"; from 1e16 on and
 * below 0.0001 with an exponent: "1.0e+16", "1.0e-05". What is not finite (a
 * sum that overflowed) is "Infinity", "-Infinity", "NaN". */
struct str decimal_shortest(double v, char room[static DECIMAL_ROOM]);

/* Exactly n decimals, 0 to 15, as sprintf rounds. */
struct str decimal_round(double v, int n, char room[static DECIMAL_ROOM]);

#endif
