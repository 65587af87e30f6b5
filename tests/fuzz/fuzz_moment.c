/* A time that was read is written, and read back as the same. The first byte
 * chooses the zone. */
#include "fuzz.h"

#include "base/moment.h"
#include "base/zone.h"

enum { DAY = 86400000 };

static void read_back(struct str text, const struct zone *zone, int64_t want)
{
    int64_t at;

    must(moment_parse(text, zone, &at));
    must(at == want);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const zones[] = { "UTC", "Europe/Berlin",
                                         "America/New_York",
                                         "Australia/Lord_Howe",
                                         "Africa/Monrovia" };
    struct str s = fuzz_text(data, n);
    const struct zone *zone = zone_named(str_of(zones[fuzz_byte(&s) % 5]));
    char room[MOMENT_ROOM];
    int64_t at;

    must(zone);
    if (!moment_parse(s, zone, &at))
        return 0;
    must(at >= MOMENT_MIN && at <= MOMENT_MAX);
    read_back(moment_ms(at, room), zone, at);
    (void)moment_clock(at, zone, room);
    (void)moment_age(at, room);
    if (at < MOMENT_MIN + DAY || at > MOMENT_MAX - DAY)
        return 0;
    at -= at % 1000;
    read_back(moment_iso(at, zone, room), zone, at);
    read_back(moment_csv(at, zone, room), zone, at);
    read_back(moment_offset(at, zone, room), zone, at);
    return 0;
}
