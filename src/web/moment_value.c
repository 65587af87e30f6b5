#include "web/moment_value.h"

#include "base/moment.h"
#include "base/zone.h"

void moment_value(struct arena *a, struct values *v, const char *iso,
                  const char *clock, int64_t at)
{
    char room[MOMENT_ROOM];

    values_text(v, iso, arena_copy(a, moment_iso(at, zone_utc(), room)));
    values_text(v, clock, arena_copy(a, moment_clock(at, zone_utc(), room)));
}
