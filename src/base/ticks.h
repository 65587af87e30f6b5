/* ticks.h -- where the axes of a chart have their marks, and what stands
 * there. Pure, any thread. */
#ifndef BASE_TICKS_H
#define BASE_TICKS_H

#include "base/decimal.h"
#include "base/str.h"

struct zone;

enum { TICKS_MAX = 64, TICK_ROOM = 32 };

/* Numbers: steps of 1, 2 or 5 times a power of ten. */
struct number_axis {
    double low, high, step;
    double tick[TICKS_MAX]; /* ascending */
    int n;
};

/* For about so many marks (2 to 20), from low to high. An end that is not kept
 * moves out to a whole step; low == high is opened. Both finite, low <= high,
 * low < high when both are kept. */
void number_axis(struct number_axis *x, double low, double high,
                 bool keep_low, bool keep_high, int about);
/* 0 at low, 1 at high, whatever the size of the numbers. */
double number_place(const struct number_axis *x, double v);
/* As many decimals as the step needs: "20", "0.25", "1.5e+12". */
struct str number_tick(const struct number_axis *x, double v,
                       char room[static DECIMAL_ROOM]);

/* Times: whole seconds, minutes, hours, days, Mondays, months or years as the
 * clocks of the zone show them. On the day that clocks change the distance of
 * two marks differs, and an hour that comes twice is marked twice. */
struct time_tick {
    int64_t at;
    bool strong;   /* begins what the label of the others does not say: a day
                    * among hours, a year among months */
    char text[TICK_ROOM];
};

/* At most so many (1 to TICKS_MAX), ascending, from <= at <= until. */
int time_ticks(int64_t from, int64_t until, const struct zone *zone, int most,
               struct time_tick *out);

/* "21 Nov 14:05", with the year before the time when it is not that of the
 * moment "beside". */
struct str time_words(int64_t at, int64_t beside, const struct zone *zone,
                      char room[static TICK_ROOM]);

#endif
