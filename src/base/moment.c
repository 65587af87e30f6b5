#include "base/moment.h"

#include <stdio.h>
#include <time.h>

#include "base/civil.h"
#include "base/zone.h"

enum { MINUTE = 60, HOUR = 3600 };

static int64_t clock_ms(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t moment_now(void)
{
    return clock_ms(CLOCK_REALTIME);
}

int64_t moment_steady(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

/* What the clocks of a zone show. The offset is in whole minutes, which
 * is what the formats can say: before there were time zones there were seconds
 * in them, and the text has to name the same moment. */
struct shown {
    struct civil date;
    int hour, minute, second, ms;
    char sign;
    int offset_hours, offset_minutes;
};

static struct shown show(int64_t at, const struct zone *zone)
{
    int offset = zone_offset(zone, at) / MINUTE;
    int64_t local = at + (int64_t)offset * MINUTE * 1000;
    int64_t day = civil_floor(local, CIVIL_DAY_MS);
    int ms = (int)(local - day * CIVIL_DAY_MS);

    return (struct shown){
        .date = civil_from(day),
        .hour = ms / (HOUR * 1000),
        .minute = ms / (MINUTE * 1000) % 60,
        .second = ms / 1000 % 60,
        .ms = ms % 1000,
        .sign = offset < 0 ? '-' : '+',
        .offset_hours = (offset < 0 ? -offset : offset) / 60,
        .offset_minutes = (offset < 0 ? -offset : offset) % 60,
    };
}

/* snprintf is too slow for a feed of 8000 rows. */
static char *put(char *to, int v, int digits)
{
    for (int i = digits; i-- > 0; v /= 10)
        to[i] = (char)('0' + v % 10);
    return to + digits;
}

static char *put_time(char *to, const struct shown *s, char between)
{
    to = put(to, s->date.year, 4);
    *to++ = '-';
    to = put(to, s->date.month, 2);
    *to++ = '-';
    to = put(to, s->date.day, 2);
    *to++ = between;
    to = put(to, s->hour, 2);
    *to++ = ':';
    to = put(to, s->minute, 2);
    *to++ = ':';
    return put(to, s->second, 2);
}

static char *put_offset(char *to, const struct shown *s, bool colon)
{
    *to++ = s->sign;
    to = put(to, s->offset_hours, 2);
    if (colon)
        *to++ = ':';
    return put(to, s->offset_minutes, 2);
}

static struct str ended(char *room, char *end)
{
    *end = '\0';
    return (struct str){ room, (size_t)(end - room) };
}

struct str moment_iso(int64_t at, const struct zone *zone,
                      char room[static MOMENT_ROOM])
{
    struct shown s = show(at, zone);
    char *to = put_time(room, &s, 'T');

    if (zone_is_utc(zone))
        *to++ = 'Z';
    else
        to = put_offset(to, &s, true);
    return ended(room, to);
}

struct str moment_csv(int64_t at, const struct zone *zone,
                      char room[static MOMENT_ROOM])
{
    struct shown s = show(at, zone);
    char *to = put_time(room, &s, ' ');

    *to++ = ' ';
    if (zone_is_utc(zone)) {
        memcpy(to, "UTC", 3);
        return ended(room, to + 3);
    }
    return ended(room, put_offset(to, &s, false));
}

struct str moment_ms(int64_t at, char room[static MOMENT_ROOM])
{
    struct shown s = show(at, zone_utc());
    char *to = put_time(room, &s, 'T');

    *to++ = '.';
    to = put(to, s.ms, 3);
    *to++ = 'Z';
    return ended(room, to);
}

struct str moment_offset(int64_t at, const struct zone *zone,
                         char room[static MOMENT_ROOM])
{
    struct shown s = show(at, zone);
    char *to = put_time(room, &s, 'T');

    return ended(room, put_offset(to, &s, true));
}

struct str moment_clock(int64_t at, const struct zone *zone,
                        char room[static MOMENT_ROOM])
{
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr",
                                        "May", "Jun", "Jul", "Aug",
                                        "Sep", "Oct", "Nov", "Dec" };
    struct shown s = show(at, zone);
    int n = snprintf(room, MOMENT_ROOM, "%02d:%02d:%02d %s %s %02d, %04d",
                     (s.hour + 11) % 12 + 1, s.minute, s.second,
                     s.hour < 12 ? "AM" : "PM", months[s.date.month - 1],
                     s.date.day, s.date.year);

    return (struct str){ room, (size_t)n };
}

struct str moment_age(int64_t ms, char room[static MOMENT_ROOM])
{
    static const struct {
        int64_t ms;
        const char *word;
    } units[] = {
        { CIVIL_DAY_MS, "day" },
        { HOUR * 1000, "hour" },
        { MINUTE * 1000, "minute" },
        { 1000, "second" },
    };
    int i = 0, n;

    if (ms < MOMENT_AGE_NOW)
        return STR("just now");
    while (ms < units[i].ms)
        i++;
    long long count = ms / units[i].ms;
    n = snprintf(room, MOMENT_ROOM, "%lld %s%s", count, units[i].word,
                 count == 1 ? "" : "s");
    return (struct str){ room, (size_t)n };
}
