#include "base/civil.h"

#include <stdbool.h>

/* Years are counted from March, so that a leap day is a year's last, and in
 * eras of 400 years, after which the calendar repeats. */
enum {
    ERA_YEARS = 400,
    ERA_DAYS = 146097,
    CENTURY_DAYS = 36524,
    FOUR_YEARS_DAYS = 1461,
    EPOCH = 719468 /* days from 0000-03-01 to 1970-01-01 */
};

/* Days from 1 March to the first of the n-th month after it. */
static int month_start(int n)
{
    return (153 * n + 2) / 5;
}

int64_t civil_days(int year, int month, int day)
{
    int y = month > 2 ? year : year - 1;
    int era = (int)civil_floor(y, ERA_YEARS);
    int in_era = y - era * ERA_YEARS;
    int in_year = month_start((month + 9) % 12) + day - 1;

    return (int64_t)era * ERA_DAYS + in_era * 365 + in_era / 4 -
           in_era / 100 + in_year - EPOCH;
}

struct civil civil_from(int64_t days)
{
    int64_t era = civil_floor(days + EPOCH, ERA_DAYS);
    int rest = (int)(days + EPOCH - era * ERA_DAYS);
    int leaps = rest / (FOUR_YEARS_DAYS - 1) - rest / CENTURY_DAYS +
                rest / (ERA_DAYS - 1);
    int year = (rest - leaps) / 365;
    int in_year = rest - (year * 365 + year / 4 - year / 100);
    int month = (5 * in_year + 2) / 153;

    return (struct civil){
        .year = (int)era * ERA_YEARS + year + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = in_year - month_start(month) + 1,
    };
}

int civil_month_length(int year, int month)
{
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    if (month == 2)
        return leap ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}
