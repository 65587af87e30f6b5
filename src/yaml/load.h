/* load.h -- a YAML text becomes data, as Python's yaml.safe_load has it.
 * Pure; any thread; everything is in the arena, which must outlive it. */
#ifndef YAML_LOAD_H
#define YAML_LOAD_H

#include "yaml/datum.h"
#include "yaml/node.h"

/* An empty text is DATUM_NONE. ERR_INVALID or ERR_TOO_BIG with *fault
 * filled. */
MUST_USE enum result yaml_load(struct arena *a, struct str text,
                               const struct yaml_limits *limits,
                               struct fault *fault, struct datum **out);

#endif
