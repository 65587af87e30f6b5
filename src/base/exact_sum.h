/* exact_sum.h -- a sum that loses (nearly) nothing to rounding: it is
 * sum + rest. Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur
 * Summation endlicher Summen", 1974. Pure. */
#ifndef BASE_EXACT_SUM_H
#define BASE_EXACT_SUM_H

#include <math.h>

struct exact_sum {
    double sum, rest;
};

static inline void exact_add(struct exact_sum *s, double v)
{
    double t = s->sum + v;

    s->rest += fabs(s->sum) >= fabs(v) ? s->sum - t + v : v - t + s->sum;
    s->sum = t;
}

#endif
