#include "base/zone.h"

#include <assert.h>
#include <glib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/civil.h"
#include "base/mem.h"
#include "base/moment.h"

enum {
    NAME_MOST = 64,
    PATH_ROOM = 4096,
    SECOND = 1000,
    LAST_YEAR = 2037, /* of what the database's files list one by one */
    SEARCH_YEAR = 2100,
    FURTHEST = 16 * 3600 /* no clock was ever further from UTC, in seconds */
};

/* What clocks are ahead of UTC from a second on, until the next change. */
struct change {
    int64_t from;
    int offset;
};

struct zone {
    const struct zone *next;
    struct str name;
    bool is_utc;
    bool repeats; /* the last years go on; changes end with LAST_YEAR */
    size_t n;
    const struct change *changes; /* ascending; there is no time before [0] */
};

/* Zones are made once and never freed, so that what was handed out stays
 * valid; the lock guards the list only. */
static struct {
    pthread_mutex_t lock;
    const struct zone *first;
} made = { PTHREAD_MUTEX_INITIALIZER, NULL };

static const struct change always_utc = { INT64_MIN, 0 };
static const struct zone utc = {
    .name = { "UTC", 3 }, .is_utc = true, .n = 1, .changes = &always_utc
};

const struct zone *zone_utc(void)
{
    return &utc;
}

struct str zone_name(const struct zone *z)
{
    return z->name;
}

bool zone_is_utc(const struct zone *z)
{
    return z->is_utc;
}

/* Names for UTC itself, not for places where the clocks agree with it. */
static bool means_utc(struct str name)
{
    if (str_starts(name, STR("Etc/")))
        name = str_from(name, 4);
    return str_is(name, "UTC") || str_is(name, "UCT") ||
           str_is(name, "Zulu") || str_is(name, "Universal");
}

/* Whether it could be a name of the database. Beside the zones, its folder
 * holds copies that count leap seconds, and this machine's own choice. */
static bool is_name(struct str s)
{
    if (s.n == 0 || s.n > NAME_MOST || s.p[0] == '/' ||
        str_starts(s, STR("posix/")) || str_starts(s, STR("right/")) ||
        str_is(s, "posixrules") || str_is(s, "localtime"))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!g_ascii_isalnum(s.p[i]) &&
            (s.p[i] == '\0' || !strchr("_+-/", s.p[i])))
            return false;
        else if (s.p[i] == '/' && (i + 1 == s.n || s.p[i + 1] == '/'))
            return false;
    return true;
}

static bool is_zone_file(const char *path)
{
    char magic[4];
    FILE *f = fopen(path, "re");
    bool ok;

    if (!f)
        return false;
    ok = fread(magic, 1, 4, f) == 4 && memcmp(magic, "TZif", 4) == 0;
    fclose(f);
    return ok;
}

static int64_t year_start(int year)
{
    return civil_days(year, 1, 1) * (CIVIL_DAY_MS / SECOND);
}

/* The first second of (from, until] that is in a later interval than from. */
static int64_t next_change(GTimeZone *tz, int64_t from, int64_t until)
{
    int here = g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, from);

    while (until - from > 1) {
        int64_t middle = from + (until - from) / 2;

        if (g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, middle) ==
            here)
            from = middle;
        else
            until = middle;
    }
    return until;
}

/* The files list changes up to 2037, and then give the rule that goes on. GLib
 * follows it, but wrongly where the winter time is the exception (Dublin). So
 * what changes for ever is cut off there, and its last years are repeated (but
 * Gaza's forecast of the fasts from 2038 to 2086 is lost); what ends later was
 * listed (Morocco, up to 2087) and stays. */
static void cut_forever(struct zone *z)
{
    z->repeats = z->changes[z->n - 1].from >= year_start(SEARCH_YEAR - 1);
    if (!z->repeats)
        return;
    while (z->changes[z->n - 1].from >= year_start(LAST_YEAR + 1))
        z->n--;
}

/* GLib tells what holds at a moment and not when that ends, so the ends are
 * searched for, once. */
static void find_changes(struct zone *z, GTimeZone *tz)
{
    const int64_t end = year_start(SEARCH_YEAR);
    struct change *list = NULL;
    size_t room = 0;

    for (int64_t at = MOMENT_MIN / SECOND;;) {
        int i = g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, at);
        int offset = g_time_zone_get_offset(tz, i);

        if (z->n == room) {
            room = room ? 2 * room : 64;
            list = mem_grow(list, room * sizeof *list);
        }
        if (z->n == 0)
            list[z->n++] = (struct change){ INT64_MIN, offset };
        else if (list[z->n - 1].offset != offset)
            list[z->n++] = (struct change){ at, offset };
        if (i == g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, end))
            break;
        at = next_change(tz, at, end);
    }
    z->changes = list;
}

static struct zone *zone_new(struct str name)
{
    struct zone *z = NEW(struct zone);

    z->name = (struct str){ mem_copy(name.p, name.n), name.n };
    z->is_utc = means_utc(name);
    return z;
}

/* A path, because GLib takes "EST5EDT" for a rule, though it is a file. */
static const struct zone *read_zone(struct str name)
{
    const char *folder = getenv("TZDIR");
    char path[PATH_ROOM];
    struct zone *z;
    GTimeZone *tz;
    int n;

    n = snprintf(path, sizeof path, "%s/%.*s",
                 folder ? folder : "/usr/share/zoneinfo", STR_FMT(name));
    if (n < 0 || n >= PATH_ROOM || path[0] != '/' || !is_zone_file(path))
        return NULL;
    tz = g_time_zone_new_identifier(path);
    if (!tz)
        return NULL;
    z = zone_new(name);
    find_changes(z, tz);
    cut_forever(z);
    g_time_zone_unref(tz);
    return z;
}

static const struct zone *find_made(struct str name)
{
    const struct zone *z = made.first;

    while (z && !str_eq(z->name, name))
        z = z->next;
    return z;
}

/* The list is const for those who read it; here it gets a new first. */
static void remember(const struct zone *z)
{
    ((struct zone *)z)->next = made.first;
    made.first = z;
}

const struct zone *zone_named(struct str name)
{
    const struct zone *z;

    if (str_is(name, "UTC"))
        return &utc;
    if (!is_name(name))
        return NULL;
    pthread_mutex_lock(&made.lock);
    z = find_made(name);
    if (!z) {
        z = read_zone(name);
        if (z)
            remember(z);
    }
    pthread_mutex_unlock(&made.lock);
    return z;
}

static const struct zone *make_fixed(struct str name, int seconds_east)
{
    struct zone *z = zone_new(name);
    struct change *only = NEW(struct change);

    *only = (struct change){ INT64_MIN, seconds_east };
    z->n = 1;
    z->changes = only;
    return z;
}

const struct zone *zone_fixed(int seconds_east)
{
    int minutes = abs(seconds_east) / 60;
    const struct zone *z;
    char name[16];
    int n;

    assert(seconds_east % 60 == 0 && minutes < 24 * 60);
    if (seconds_east == 0)
        return &utc;
    n = snprintf(name, sizeof name, "%c%02d:%02d",
                 seconds_east < 0 ? '-' : '+', minutes / 60, minutes % 60);
    pthread_mutex_lock(&made.lock);
    z = find_made((struct str){ name, (size_t)n });
    if (!z) {
        z = make_fixed((struct str){ name, (size_t)n }, seconds_east);
        remember(z);
    }
    pthread_mutex_unlock(&made.lock);
    return z;
}

static size_t change_at(const struct zone *z, int64_t second)
{
    size_t low = 0, high = z->n;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (z->changes[middle].from <= second)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* For a time after LAST_YEAR, the milliseconds by which an earlier year lies
 * before it in which rules like "the last Sunday of March" fall on the same
 * days: these seven are no leap years and begin on the seven weekdays. Years
 * are compared by their 1 January, and from March on by their 1 March,
 * whatever February was. */
static int64_t shift_of(const struct zone *z, int64_t at)
{
    static const int years[7] = { 2026, 2027, 2029, 2030, 2031, 2033, 2034 };
    int64_t day = civil_floor(at, CIVIL_DAY_MS);
    struct civil c;
    int month;

    if (!z->repeats || day < civil_days(LAST_YEAR + 1, 1, 1))
        return 0;
    c = civil_from(day);
    month = c.month < 3 ? 1 : 3;
    for (int i = 0; i < 7; i++) {
        int64_t shift = civil_days(c.year, month, 1) -
                        civil_days(years[i], month, 1);

        if (shift % 7 == 0)
            return shift * CIVIL_DAY_MS;
    }
    assert(!"a weekday is missing");
    return 0;
}

int zone_offset(const struct zone *z, int64_t at)
{
    if (z->n == 1)
        return z->changes[0].offset;
    at -= shift_of(z, at);
    return z->changes[change_at(z, civil_floor(at, SECOND))].offset;
}

int64_t zone_moment(const struct zone *z, int64_t shown)
{
    int64_t shift = shift_of(z, shown), at;
    int64_t second = civil_floor(shown - shift, SECOND);
    size_t i = change_at(z, second - FURTHEST);

    while (i + 1 < z->n &&
           second - z->changes[i].offset >= z->changes[i + 1].from)
        i++;
    at = second - z->changes[i].offset;
    if (at < z->changes[i].from)
        i--; /* in the gap: as if the clocks had not been changed yet */
    return shown - (int64_t)z->changes[i].offset * SECOND;
}
