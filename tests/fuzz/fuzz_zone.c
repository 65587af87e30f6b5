/* Eight bytes of time, then a name. A zone that there is keeps what zone.h
 * promises about times shown twice and never. */
#include "fuzz.h"

#include "base/moment.h"
#include "base/zone.h"

enum { DAY = 86400000 };

static void check(const struct zone *z, int64_t at)
{
    int64_t offset = zone_offset(z, at) * INT64_C(1000);
    int64_t shown = at + offset, back = zone_moment(z, shown);

    must(offset > -DAY && offset < DAY);
    must(back <= at);
    must(back + zone_offset(z, back) * INT64_C(1000) == shown);
    back = zone_moment(z, at);
    must(back > at - 2 * DAY && back < at + 2 * DAY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str name = fuzz_text(data, n);
    const struct zone *z;
    uint64_t bits = 0;
    int64_t at;

    for (int i = 0; i < 8; i++)
        bits = bits << 8 | fuzz_byte(&name);
    at = MOMENT_MIN + DAY +
         (int64_t)(bits % (uint64_t)(MOMENT_MAX - MOMENT_MIN - 2 * DAY));
    z = zone_named(name);
    if (z) {
        must(str_eq(zone_name(z), name));
        must(zone_named(name) == z);
        check(z, at);
    }
    check(zone_named(STR("Europe/Dublin")), at);
    check(zone_named(STR("Australia/Lord_Howe")), at);
    return 0;
}
