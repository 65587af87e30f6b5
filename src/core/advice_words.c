/* advice_words.c -- what core/advice.h comes to, for people. */
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/moment.h"
#include "base/zone.h"
#include "core/advice.h"

#define ALIKE 1.0 /* K between dew points that are about the same */

static struct str degrees(struct arena *a, double celsius, int decimals,
                          bool fahrenheit)
{
    char room[DECIMAL_ROOM];
    double v = fahrenheit ? celsius * 1.8 + 32 : celsius;
    struct str s = decimal_round(fabs(v), decimals, room);
    bool zero = strspn(s.p, "0.") == s.n;

    return arena_printf(a, "%s%.*s°", v < 0 && !zero ? "\u2212" : "",
                        STR_FMT(s));
}

struct str advice_words(struct arena *a, const struct advice *v,
                        const struct zone *zone)
{
    int64_t minute = (v->at + zone_offset(zone, v->at) * INT64_C(1000))
                     / 60000;

    switch (v->verdict) {
    case ADVICE_NONE:
        return STR("No advice just now");
    case ADVICE_OPEN:
        return STR("Open now");
    case ADVICE_CLOSED:
        return STR("Keep closed");
    case ADVICE_LATER:
        return arena_printf(a, "Not before about %02d:%02d",
                            (int)(minute / 60 % 24), (int)(minute % 60));
    case ADVICE_AIR:
        return STR("Open for a few minutes");
    case ADVICE_NEEDLESS:
        return STR("No need to open");
    }
    return NO_STR;
}

static struct str dew_points(struct arena *a, const struct advice *v, bool f)
{
    struct str out = degrees(a, v->dew_outside, 0, f);
    struct str in = degrees(a, v->dew_inside, 0, f);

    return arena_printf(a, "dew point %.*s against %.*s", STR_FMT(out),
                        STR_FMT(in));
}

/* Beside "it is cooler outside", or warmer. */
static const char *dampness(const struct advice *v, bool warmer)
{
    double more = v->dew_outside - v->dew_inside;

    if (v->damp && warmer)
        return more >= ALIKE ? ", and the air outside is damper as well: "
                             : ", and the air outside is no drier: ";
    if (v->damp)
        return more >= ALIKE ? ", but the air outside is damper: "
                             : ", but the air outside is no drier: ";
    if (more <= -ALIKE)
        return ", and the air outside is drier: ";
    return more < ALIKE ? ", and the air is about as damp outside: "
                        : ", and the air outside is not damp: ";
}

static struct str fault(struct arena *a, const struct advice *v)
{
    static const char *const names[ADVICE_ROLES] = {
        "temperature outside", "temperature inside", "humidity outside",
        "humidity inside",
    };

    return arena_printf(a,
                        v->nonsense ? "What the sensor says of the %s cannot "
                                      "be right."
                                    : "There is no fresh reading of the %s.",
                        names[v->fault]);
}

static struct str airing(struct arena *a, const struct advice *v,
                         struct str in, bool f)
{
    char room[DECIMAL_ROOM];
    struct str humid = decimal_round(v->value[INSIDE_HUMIDITY], 0, room);

    return arena_printf(a,
                        "It is damp inside, %.*s\u00a0%% at %.*s, and the air "
                        "outside is much drier: %s.",
                        STR_FMT(humid), STR_FMT(in), dew_points(a, v, f).p);
}

static const char *ahead(const struct advice *v)
{
    if (v->verdict != ADVICE_LATER)
        return "";
    return v->by_yesterday ? " If it goes as yesterday, it will be cooler "
                             "outside by then."
                           : " If it goes on as in the last two hours, it "
                             "will be cooler outside by then.";
}

struct str advice_reason(struct arena *a, const struct advice *v,
                         bool fahrenheit)
{
    double gain = v->value[INSIDE_TEMPERATURE] - v->value[OUTSIDE_TEMPERATURE];
    struct str in = degrees(a, v->value[INSIDE_TEMPERATURE], 1, fahrenheit);
    struct str out = degrees(a, v->value[OUTSIDE_TEMPERATURE], 1, fahrenheit);

    if (v->verdict == ADVICE_NONE)
        return fault(a, v);
    if (v->verdict == ADVICE_NEEDLESS)
        return arena_printf(a, "It is %s inside, which is not warm, and %s "
                               "outside.", in.p, out.p);
    if (v->verdict == ADVICE_AIR)
        return airing(a, v, in, fahrenheit);
    if (v->verdict == ADVICE_OPEN || v->damp)
        return arena_printf(a, "It is %s inside and %s outside%s%s.", in.p,
                            out.p, v->has_dew ? dampness(v, gain <= 0) : "",
                            v->has_dew ? dew_points(a, v, fahrenheit).p : "");
    return arena_printf(a, "It is %s inside and %s outside%s.%s", in.p, out.p,
                        gain > 0 ? ": too little to gain" : "", ahead(v));
}
