/* template.h -- fills a page's template with values.
 *
 *     {{name}}             the value, escaped for HTML text and attributes;
 *                          bytes that are no UTF-8 become U+FFFD
 *     {{#name}}...{{/name}} once for each row of a list; once for a true value
 *     {{^name}}...{{/name}} when the list is empty, the value false or absent
 *     {{>part}}            another template, with the same values
 *
 * A line with nothing on it but one tag of # ^ / > leaves no line.
 *
 * Source of the notation: mustache(5), without lambdas and delimiters. There
 * is no way to write a value unescaped. A template that is not well formed is
 * a mistake of ours and ends the process.
 */
#ifndef BASE_TEMPLATE_H
#define BASE_TEMPLATE_H

#include "base/buf.h"

struct arena;
struct values; /* names and what they stand for; in an arena */

/* Names and texts are not copied: they live as long as the arena. A name that
 * is set again changes. A text is true when it is not empty. */
struct values *values_new(struct arena *a);
void values_text(struct values *v, const char *name, struct str text);
void values_flag(struct values *v, const char *name, bool on);
/* Adds a row to the list of that name and returns it, to be filled. A name
 * that a row lacks is looked up in the values around it. */
struct values *values_row(struct values *v, const char *name);

/* find gives the text of a named template, p == NULL when there is none. */
void template_write(struct buf *out, struct str (*find)(const char *name),
                    const char *name, const struct values *v);

#endif
