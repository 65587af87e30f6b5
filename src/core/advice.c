#include "core/advice.h"

#include <math.h>

#include "base/civil.h"

/* Bands, in K. What opens the windows is the first number, what closes them
 * the second. */
#define WARM_BY 0.0
#define WARM_UNTIL (-0.5)
#define COOLER_BY 0.5
#define COOLER_UNTIL 0.0
#define DAMPER_BY 1.0
#define DAMPER_UNTIL 0.0
/* Up to a dew point of 55 °F air is "dry and comfortable", whatever it is
 * inside: US National Weather Service, "Dew Point vs Humidity". */
#define DAMP_FROM 13.0
#define DAMP_UNTIL 12.0
/* "Keep indoor humidity below 60 percent": US EPA, "A Brief Guide to Mold,
 * Moisture, and Your Home". */
#define HUMID_FROM 60.0
#define HUMID_UNTIL 55.0
#define MUCH_DRIER_BY 5.0
#define MUCH_DRIER_UNTIL 3.0

enum {
    STEPS = ADVICE_PAST_MS / ADVICE_STEP_MS,
    HOUR = 60 * 60 * 1000 / ADVICE_STEP_MS,
    DAY = 24 * HOUR,
    AROUND = 3,               /* steps that a difference is taken of */
    FAR = 18 * HOUR,          /* by yesterday: no further ahead, */
    TREND = 2 * HOUR,         /* by the trend of so long: */
    TREND_FAR = 4 * HOUR,
    CARRY_MS = 30 * 60 * 1000 /* a value speaks for so long at least */
};
#define UNLIKE_YESTERDAY 6.0 /* K; then it tells nothing of today */
#define TREND_LEAST 0.3      /* K per hour */

#define ROUND_MS INT64_C(600000)

struct past {
    double v[ADVICE_ROLES][STEPS]; /* NAN: not known */
    double dew[2][STEPS];          /* outside, inside */
    int64_t end;                   /* of the last step */
    bool has_dew;
};

/* warm: it wants cooling; cool: outside it is cooler; damp: it is damper;
 * airing: damp inside, much drier outside. */
struct state {
    bool warm, cool, damp, airing;
};

static bool is_temperature(enum advice_role role)
{
    return role == OUTSIDE_TEMPERATURE || role == INSIDE_TEMPERATURE;
}

bool advice_sane(enum advice_role role, double v)
{
    return is_temperature(role) ? v >= -60 && v <= 60 : v > 0 && v <= 100;
}

double advice_dew_point(double t, double humidity)
{
    const double a = 17.625, b = 243.04;
    double g = log(humidity / 100) + a * t / (b + t);

    return b * g / (a - g);
}

/* Each step has the mean of its points, or else the last one's value. */
static void sample(struct past *p, enum advice_role role,
                   const struct advice_track *t)
{
    int64_t patience = t->patience_ms > CARRY_MS ? t->patience_ms : CARRY_MS;
    int64_t at = p->end - (int64_t)(STEPS - 1) * ADVICE_STEP_MS;
    int64_t last_at = INT64_MIN / 2;
    double last = NAN;
    int i = 0;

    for (int k = 0; k < STEPS; k++, at += ADVICE_STEP_MS) {
        double sum = 0;
        int n = 0;

        for (; t->wanted && i < t->n && t->point[i].at <= at; i++) {
            if (!advice_sane(role, t->point[i].value))
                continue;
            last_at = t->point[i].at;
            last = t->point[i].value;
            if (last_at <= at - ADVICE_STEP_MS)
                continue;
            sum += last;
            n++;
        }
        if (n > 0)
            last = sum / n;
        p->v[role][k] = at - last_at <= patience ? last : NAN;
    }
}

static void sample_all(struct past *p, const struct advice_query *q)
{
    p->end = civil_floor(q->now, ADVICE_STEP_MS) * ADVICE_STEP_MS;
    p->has_dew = q->track[OUTSIDE_HUMIDITY].wanted
                 && q->track[INSIDE_HUMIDITY].wanted;
    for (int r = 0; r < ADVICE_ROLES; r++)
        sample(p, (enum advice_role)r, &q->track[r]);
    for (int k = 0; k < STEPS; k++) {
        p->dew[0][k] = advice_dew_point(p->v[OUTSIDE_TEMPERATURE][k],
                                        p->v[OUTSIDE_HUMIDITY][k]);
        p->dew[1][k] = advice_dew_point(p->v[INSIDE_TEMPERATURE][k],
                                        p->v[INSIDE_HUMIDITY][k]);
    }
}

/* What is not known is neither. */
static void turn(bool *is, bool on, bool off)
{
    *is = on || (*is && !off);
}

static void step(struct state *s, const struct past *p, int k, double comfort)
{
    double out = p->v[OUTSIDE_TEMPERATURE][k];
    double in = p->v[INSIDE_TEMPERATURE][k];
    double damper = p->dew[0][k] - p->dew[1][k];
    double humid = p->v[INSIDE_HUMIDITY][k];

    turn(&s->warm, in - comfort >= WARM_BY, in - comfort < WARM_UNTIL);
    turn(&s->cool, in - out >= COOLER_BY, in - out < COOLER_UNTIL);
    turn(&s->damp, damper > DAMPER_BY && p->dew[0][k] > DAMP_FROM,
         damper <= DAMPER_UNTIL || p->dew[0][k] <= DAMP_UNTIL);
    turn(&s->airing, humid >= HUMID_FROM && damper <= -MUCH_DRIER_BY,
         humid < HUMID_UNTIL || damper > -MUCH_DRIER_UNTIL);
}

/* When it will be cooler outside. Inside is taken to stay as it is. */

static double mean_around(const double *v, int last)
{
    double sum = 0;

    for (int k = last - AROUND + 1; k <= last; k++)
        sum += v[k];
    return sum / AROUND;
}

/* As yesterday, and by so much warmer or colder as it is now. 0: not known. */
static int steps_by_yesterday(const struct past *p)
{
    const double *out = p->v[OUTSIDE_TEMPERATURE];
    double in = p->v[INSIDE_TEMPERATURE][STEPS - 1];
    int then = STEPS - 1 - DAY;
    double more = mean_around(out, STEPS - 1) - mean_around(out, then);

    if (!(fabs(more) <= UNLIKE_YESTERDAY))
        return 0;
    for (int k = 1; k <= FAR; k++) {
        if (isnan(out[then + k]))
            return 0;
        if (in - (out[then + k] + more) >= COOLER_BY)
            return k;
    }
    return 0;
}

/* The straight line through the last two hours (least squares). */
static int steps_by_trend(const struct past *p)
{
    const double *out = p->v[OUTSIDE_TEMPERATURE] + STEPS - TREND;
    double in = p->v[INSIDE_TEMPERATURE][STEPS - 1];
    double middle = (TREND - 1) / 2.0, sum = 0, up = 0, across = 0;

    for (int k = 0; k < TREND; k++) {
        sum += out[k];
        up += (k - middle) * out[k];
        across += (k - middle) * (k - middle);
    }
    double slope = up / across;
    if (!(slope * HOUR <= -TREND_LEAST))
        return 0;
    double now = sum / TREND + slope * middle;
    double steps = (in - COOLER_BY - now) / slope;
    return steps <= TREND_FAR ? (int)fmax(ceil(steps), 1) : 0;
}

static void look_ahead(const struct past *p, int64_t now, struct advice *out)
{
    int steps = steps_by_yesterday(p);

    out->by_yesterday = steps > 0;
    if (!steps)
        steps = steps_by_trend(p);
    if (!steps)
        return;
    int64_t at = p->end + (int64_t)steps * ADVICE_STEP_MS;
    out->verdict = ADVICE_LATER;
    out->at = civil_floor(at + ROUND_MS / 2 - 1, ROUND_MS) * ROUND_MS;
    if (out->at <= now)
        out->at += ROUND_MS;
}

static bool usable(const struct advice_query *q, enum advice_role role,
                   struct advice *out)
{
    const struct advice_track *t = &q->track[role];
    int n = t->n;

    if (!t->wanted && !is_temperature(role))
        return true;
    while (n > 0 && t->point[n - 1].at > q->now)
        n--;
    out->fault = role;
    if (!t->wanted || n == 0 || q->now - t->point[n - 1].at > t->patience_ms)
        return false;
    out->nonsense = !advice_sane(role, t->point[n - 1].value);
    return !out->nonsense;
}

static void judge(const struct past *p, const struct state *s,
                  int64_t now, struct advice *out)
{
    if (!s->warm) {
        out->verdict = s->airing ? ADVICE_AIR : ADVICE_NEEDLESS;
        return;
    }
    out->verdict = s->cool && !s->damp ? ADVICE_OPEN : ADVICE_CLOSED;
    out->damp = s->damp;
    if (!s->cool && !s->damp) /* when it will be less damp nobody knows */
        look_ahead(p, now, out);
}

void advise(const struct advice_query *q, struct advice *out)
{
    struct past p;
    struct state s = { 0 };

    *out = (struct advice){ .verdict = ADVICE_NONE };
    for (int r = 0; r < ADVICE_ROLES; r++)
        if (!usable(q, (enum advice_role)r, out))
            return;
    sample_all(&p, q);
    for (int r = 0; r < ADVICE_ROLES; r++) {
        out->value[r] = p.v[r][STEPS - 1];
        out->fault = (enum advice_role)r;
        if (q->track[r].wanted && isnan(out->value[r]))
            return; /* its first reading came just now */
    }
    out->has_dew = p.has_dew;
    if (p.has_dew) {
        out->dew_outside = p.dew[0][STEPS - 1];
        out->dew_inside = p.dew[1][STEPS - 1];
    }
    for (int k = 0; k < STEPS; k++)
        step(&s, &p, k, q->comfort);
    judge(&p, &s, q->now, out);
}
