/* civil.h -- the calendar: days since 1970-01-01, and year, month, day.
 *
 * Gregorian throughout, years 1 to 9999; for moment and zone. Pure, any
 * thread.
 */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include <stdint.h>

enum { CIVIL_DAY_MS = 86400000 };

struct civil {
    int year, month, day; /* from 1 */
};

int64_t civil_days(int year, int month, int day);
struct civil civil_from(int64_t days);
int civil_month_length(int year, int month);

/* Whole units of length n in v, rounded down, also before 1970. */
static inline int64_t civil_floor(int64_t v, int64_t n)
{
    return v / n - (v % n < 0);
}

#endif
