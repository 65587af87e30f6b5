/* advice.h -- should the windows be open? Pure.
 *
 * Compares the air outside with the air inside: temperatures, and dew points
 * where the humidity of both is known. The answer has hysteresis but no memory:
 * the rule is run over the last day in steps of ADVICE_STEP_MS, each with the
 * mean of its readings, up to the last step that is over. So it changes at
 * most once a step, and never while the values stay within a band. See
 * docs/windows-advice.md. */
#ifndef CORE_ADVICE_H
#define CORE_ADVICE_H

#include "base/arena.h"

struct zone;

enum advice_role {
    OUTSIDE_TEMPERATURE,
    INSIDE_TEMPERATURE,
    OUTSIDE_HUMIDITY,
    INSIDE_HUMIDITY,
    ADVICE_ROLES
};

enum {
    ADVICE_STEP_MS = 5 * 60 * 1000,
    ADVICE_PAST_MS = 25 * 60 * 60 * 1000 /* what it looks at */
};

#define ADVICE_COMFORT 22.0 /* °C; from there on it is warm */

struct advice_point {
    int64_t at;
    double value; /* °C, % */
};

/* Points ascend; those after now are not looked at. */
struct advice_track {
    bool wanted;          /* humidities need not be; temperatures are */
    const struct advice_point *point;
    int n;
    int64_t patience_ms;  /* the newest point is stale when it is older */
};

struct advice_query {
    struct advice_track track[ADVICE_ROLES];
    int64_t now;
    double comfort;       /* °C */
};

enum advice_verdict {
    ADVICE_NONE,     /* a sensor is stale, or says nonsense */
    ADVICE_OPEN,
    ADVICE_CLOSED,
    ADVICE_LATER,    /* closed, and likely so until a moment */
    ADVICE_AIR,      /* not warm, but damp: a few minutes */
    ADVICE_NEEDLESS  /* not warm */
};

struct advice {
    enum advice_verdict verdict;
    enum advice_role fault; /* NONE: whose */
    bool nonsense;          /* NONE: it speaks, but no sense */
    bool damp;              /* CLOSED: damper outside, cooler or not */
    int64_t at;             /* LATER: from about then */
    bool by_yesterday;      /* LATER: else by the last two hours */
    double value[ADVICE_ROLES];
    bool has_dew;
    double dew_outside, dew_inside; /* °C */
};

void advise(const struct advice_query *q, struct advice *out);

/* Can it be so? From -60 to 60 °C, without the 85 and -127 that a sensor says
 * when it has nothing to say; above 0 and up to 100 %. */
bool advice_sane(enum advice_role role, double value);

/* The temperature in °C at which that air is saturated. Magnus' formula,
 *     g = ln(humidity / 100) + a t / (b + t),  dew point = b g / (a - g),
 * with a = 17.625, b = 243.04 °C: O. A. Alduchov, R. E. Eskridge, "Improved
 * Magnus Form Approximation of Saturation Vapor Pressure", Journal of Applied
 * Meteorology 35 (1996), pages 601 to 609; fitted from -40 to 50 °C. */
double advice_dew_point(double celsius, double humidity);

/* In a few words, and the reason in a sentence or two. Temperatures in °F if
 * that is what people read; the moment as the clocks of the zone show it. */
struct str advice_words(struct arena *a, const struct advice *v,
                        const struct zone *zone);
struct str advice_reason(struct arena *a, const struct advice *v,
                         bool fahrenheit);

#endif
