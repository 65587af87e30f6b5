#include "core/metrics.h"

const char *refusal_label(enum refusal why)
{
    static const char *const labels[] = {
#define X(name, label) [name] = label,
        REFUSALS(X)
#undef X
    };

    return labels[why];
}
