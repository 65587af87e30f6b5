/* number.h -- numbers of YAML 1.1 and of Python, of any size.
 *
 * A whole number is the text of its decimal digits: "-17", never "+17", "017"
 * or "-0". More than NUMBER_DIGITS of them are refused, as Python refuses to
 * read or print them. Pure; results in the arena.
 */
#ifndef YAML_NUMBER_H
#define YAML_NUMBER_H

#include "base/arena.h"

enum { NUMBER_DIGITS = 4300 };

/* As Python's int(text): white space around it, a sign, digits of any script,
 * single underscores between them. base is 2, 8, 10 or 16. False: it is no
 * such text, or too long. */
bool number_int(struct arena *a, struct str text, int base, struct str *out);

/* A scalar that is tagged as a whole number: 0x1F, 0b1, 017, 1_000, 22:30. */
bool number_yaml_int(struct arena *a, struct str text, struct str *out);

/* A scalar that is tagged as a float: 1_0.5, -.inf, 1:2:3.5. */
bool number_yaml_float(struct arena *a, struct str text, double *out);

/* The whole part of a float; false when it is not finite. */
bool number_whole(struct arena *a, double v, struct str *out);

/* n more, n >= 0. */
struct str number_plus(struct arena *a, struct str number, int64_t n);

/* As Python prints a float: "1.5", "1000.0", "1e+16", "inf", "-0.0". */
struct str number_float_text(struct arena *a, double v);

#endif
