/* mapper.h -- from a YAML file about users and devices to the XML of a
 * remote-access gateway (Apache Guacamole's user-mapping.xml).
 *
 * The rules are in docs/mapper.md. Pure; any thread. Random passwords come
 * from the system's generator, everything else from the file alone. What is
 * written holds passwords: it is for the one who sent the file.
 */
#ifndef CORE_MAPPER_H
#define CORE_MAPPER_H

#include "base/arena.h"
#include "base/buf.h"

struct mapper_limits {
    size_t input, output; /* bytes */
    int64_t connections;  /* users x devices */
    int depth;            /* of nested collections */
    int64_t nodes;        /* of the file, after its aliases are followed */
};

extern const struct mapper_limits mapper_usual_limits;

struct mapper_error {
    struct str sentence; /* "users.trainers.password is missing" */
    int line, column;    /* of the file, from 1; 0: not known */
    struct str path;     /* users.trainers.password; may be empty */
};

/* ERR_INVALID: not such a file. ERR_TOO_BIG: more than a limit. Both fill
 * *error, whose texts are in the arena, and leave out as it was. */
MUST_USE enum result mapper_convert(struct arena *a, struct str yaml,
                                    const struct mapper_limits *limits,
                                    struct buf *out,
                                    struct mapper_error *error);

#endif
