#include "core/mapper.h"

const struct mapper_limits mapper_usual_limits = {
    .input = 1024 * 1024,
    .output = 4 * 1024 * 1024,
    .connections = 20000,
    .depth = 64,
    .nodes = 100000,
};

enum result mapper_convert(struct arena *a, struct str yaml,
                           const struct mapper_limits *limits,
                           struct buf *out, struct mapper_error *error)
{
    (void)a, (void)yaml, (void)limits, (void)out;
    *error = (struct mapper_error){ .sentence = STR("not yet") };
    return ERR_INVALID;
}
