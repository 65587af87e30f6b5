/* convert.h -- data made into other data, by the rules of Python's int() and
 * dict(). Pure. */
#ifndef YAML_CONVERT_H
#define YAML_CONVERT_H

#include "yaml/datum.h"

/* As int(d): what is beyond 64 bits is the nearest that fits. NULL, or what
 * is wrong: "is no whole number". */
const char *convert_int(struct arena *a, const struct datum *d, int64_t *out);

/* As dict(d): a map as it is, a list of pairs as a new one. NULL, or what is
 * wrong. */
const char *convert_map(struct arena *a, struct datum *d, struct datum **out);

#endif
