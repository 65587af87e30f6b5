/* metrics.h -- what the server counts of itself. Any thread, no lock: every
 * number stands for itself and only grows, but for the gauges. */
#ifndef CORE_METRICS_H
#define CORE_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

/* Why a reading was not taken. */
#define REFUSALS(X)         \
    X(REFUSED_KEY, "key")           /* none, wrong, or one that reads */ \
    X(REFUSED_DEVICE, "device")     /* a station that is not accepted */ \
    X(REFUSED_INVALID, "invalid")   /* not a number, not text, no JSON */ \
    X(REFUSED_TOO_BIG, "too_big")                                         \
    X(REFUSED_TOO_SOON, "too_soon") /* inside the rate limit */           \
    X(REFUSED_BUSY, "busy")         /* queue full, disk full, no database */

#define X(name, label) name,
enum refusal { REFUSALS(X) REFUSAL_COUNT };
#undef X

struct metrics {
    _Atomic int64_t stored;              /* readings on disk */
    _Atomic int64_t refused[REFUSAL_COUNT];
    _Atomic int64_t commits, commits_failed;
    _Atomic int64_t commit_us;           /* spent in commits, microseconds */
    _Atomic int64_t last_group;          /* gauge: readings in it */
    _Atomic int64_t queued;              /* gauge: readings waiting */
};

const char *refusal_label(enum refusal why);

#endif
