/* show.h -- data as Python prints them. Pure. */
#ifndef YAML_SHOW_H
#define YAML_SHOW_H

#include "yaml/datum.h"

struct show_limits {
    size_t bytes; /* of the buffer, with what is in it already */
    int depth;
};

/* As str(): text is itself, all else as repr(). ERR_TOO_BIG: more than a
 * limit; what is in the buffer then is of no use. */
MUST_USE enum result show_str(struct arena *a, struct buf *out,
                              struct datum *d,
                              const struct show_limits *limits);

#endif
