/* plain.h -- what a YAML scalar without quotes is, by its look.
 *
 * Source: YAML 1.1, chapter 5 of its types, with the patterns that PyYAML's
 * safe loader has: no y and n for booleans, no exponent without a point, octal
 * with a mere 0 in front, base 60 with colons. Pure, any thread.
 */
#ifndef YAML_PLAIN_H
#define YAML_PLAIN_H

#include "base/str.h"

enum tag {
    TAG_NULL, TAG_BOOL, TAG_INT, TAG_FLOAT, TAG_BINARY, TAG_TIMESTAMP,
    TAG_OMAP, TAG_PAIRS, TAG_SET, TAG_STR, TAG_SEQ, TAG_MAP,
    TAG_MERGE, /* << */
    TAG_VALUE, /* = */
    TAG_UNKNOWN
};

enum tag plain_tag(struct str text);

/* The tag of that name, "tag:yaml.org,2002:int". */
enum tag tag_named(struct str name);

#endif
