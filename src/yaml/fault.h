/* fault.h -- why a YAML text is refused, for the person who wrote it. */
#ifndef YAML_FAULT_H
#define YAML_FAULT_H

#include "base/arena.h"
#include "base/result.h"

struct fault {
    struct str sentence; /* without a full stop */
    int line, column;    /* from 1; 0: not known */
    struct str path;     /* of keys, "devices.servers"; may be empty */
};

struct place {
    int line, column; /* from 1 */
};

/* Where it happens: a chain of keys on the stack, from the inside out. */
struct path {
    const struct path *outer; /* NULL: the whole file */
    struct str key;           /* "" and at most one of both is used */
    size_t number;            /* of an item of a list, from 0 */
};

/* "devices.servers.parameters[2]" */
struct str path_text(struct arena *a, const struct path *path);

/* Fills *f, texts in the arena, and gives rc. path may be NULL. */
MUST_USE enum result fault_at(struct fault *f, enum result rc,
                              struct arena *a, struct place at,
                              const struct path *path, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

#endif
