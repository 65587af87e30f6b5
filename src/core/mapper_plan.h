/* mapper_plan.h -- what a mapper's file asks for, before it is written: who,
 * with what password, and to which devices. Pure; all of it in the arena. */
#ifndef CORE_MAPPER_PLAN_H
#define CORE_MAPPER_PLAN_H

#include "core/mapper.h"
#include "core/name_series.h"
#include "yaml/datum.h"

struct mapper_users { /* of one type */
    int64_t n;
    struct name_series name;
    struct datum *password;
    struct path path; /* of the type; as are those below */
};

struct mapper_devices {
    int64_t n;
    struct name_series name, hostname;
    struct datum *parameters; /* a map */
    struct path path;
};

struct mapper_plan {
    struct mapper_users *users;
    size_t n_users;         /* types */
    struct mapper_devices *devices;
    size_t n_devices;       /* types; none when there are no users */
    int64_t all_devices;
};

/* ERR_INVALID and ERR_TOO_BIG as mapper_convert has them. */
MUST_USE enum result mapper_plan_make(struct arena *a, struct datum *file,
                                      const struct mapper_limits *limits,
                                      struct fault *fault,
                                      struct mapper_plan *out);

/* "users.trainers.password is missing", from the path and some words. */
MUST_USE enum result mapper_wrong(struct fault *f, enum result rc,
                                  struct arena *a, struct place at,
                                  const struct path *path, const char *words);

#endif
