/* merge.h -- the merge key "<<" of YAML 1.1.
 *
 * What is merged comes first, in its own order, and what the map itself says
 * comes behind it, so that it wins; of several maps in a list the first one
 * wins. That is how PyYAML does it, to the order of the keys.
 */
#ifndef YAML_MERGE_H
#define YAML_MERGE_H

#include "yaml/node.h"

struct merge {
    struct arena *arena;
    struct fault *fault;
    const struct yaml_limits *limits;
    int64_t entries; /* that were merged so far */
};

/* Replaces the entries of a map that has "<<", and turns the key "=" into
 * text. Twice is harmless. */
MUST_USE enum result merge_map(struct merge *m, struct node *map,
                               const struct path *path, int depth);

#endif
