#include "web/wording.h"

#include "base/moment.h"
#include "base/zone.h"

struct str wording_many(struct arena *a, int64_t n, const char *one,
                        const char *many)
{
    return arena_printf(a, "%lld %s", (long long)n, n == 1 ? one : many);
}

struct str wording_ago(struct arena *a, int64_t ms)
{
    char room[MOMENT_ROOM];
    struct str age = moment_age(ms, room);

    return ms < MOMENT_AGE_NOW
               ? arena_copy(a, age)
               : arena_printf(a, "%.*s ago", STR_FMT(age));
}

void wording_moment(struct arena *a, struct values *v, const char *iso,
                    const char *clock, int64_t at, const struct zone *zone)
{
    const struct zone *shown = zone ? zone : zone_utc();
    char room[MOMENT_ROOM];

    values_text(v, iso, arena_copy(a, moment_iso(at, zone_utc(), room)));
    values_text(v, clock, arena_copy(a, moment_clock(at, shown, room)));
}
