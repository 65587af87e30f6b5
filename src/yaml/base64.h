/* base64.h -- base64 as Python's decodebytes reads it: what is none of its
 * letters is skipped, and padding ends it. Pure. */
#ifndef YAML_BASE64_H
#define YAML_BASE64_H

#include "base/arena.h"

/* False: not ASCII, or a letter or padding is missing. */
bool base64_read(struct arena *a, struct str text, struct str *out);

#endif
