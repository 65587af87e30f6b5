/* node.h -- a YAML text as a tree of scalars, lists and maps, before it is
 * clear what they stand for.
 *
 * Reads what PyYAML reads: libyaml does the work, and what it forgives but
 * PyYAML does not (a tab between two tokens, a "?" within a flow collection)
 * is refused in gaps.h. Pure; everything is in the arena.
 */
#ifndef YAML_NODE_H
#define YAML_NODE_H

#include "yaml/fault.h"
#include "yaml/plain.h"

struct datum;

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
    enum node_kind kind;
    enum tag tag;
    struct str tag_text; /* as it was written, for a tag that is unknown */
    struct place at;
    struct str text;     /* of a scalar */
    struct node **item;  /* of a list; of a map key, value, key, value ... */
    size_t n_items;
    int64_t weight;      /* nodes, once aliases are followed */
    bool open;           /* private: it is being read */

    struct datum *made;  /* what it stands for; for load.c */
    enum { NOT_MERGED, MERGING, MERGED } merged; /* for merge.c */
};

struct yaml_limits {
    int depth;     /* of collections in collections */
    int64_t nodes; /* after aliases are followed */
};

/* The one document of a text; *out is NULL when there is none. ERR_INVALID or
 * ERR_TOO_BIG with *fault filled. */
MUST_USE enum result node_read(struct arena *a, struct str text,
                               const struct yaml_limits *limits,
                               struct fault *fault, struct node **out);

#endif
