#include "base/zone_list.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { PATH_ROOM = 4096, LINE_ROOM = 512, NAME_COLUMN = 2 };

static struct {
    pthread_once_t once;
    struct str *list;
    size_t n, room;
} zones = { .once = PTHREAD_ONCE_INIT };

static void add(struct str name)
{
    if (zones.n == zones.room) {
        zones.room = zones.room ? 2 * zones.room : 64;
        zones.list = mem_grow(zones.list, zones.room * sizeof *zones.list);
    }
    zones.list[zones.n++]
        = (struct str){ mem_copy(name.p, name.n), name.n };
}

/* "AD\t+4230+00131\tEurope/Andorra", perhaps with a remark behind it. */
static void read_line(struct str line)
{
    struct str cell = NO_STR;

    if (str_starts(line, STR("#")))
        return;
    for (int i = 0; i <= NAME_COLUMN; i++)
        cell = str_cut(&line, '\t');
    if (cell.n > 0)
        add(str_trim(cell));
}

static int by_name(const void *a, const void *b)
{
    const struct str *l = a, *r = b;
    int order = memcmp(l->p, r->p, l->n < r->n ? l->n : r->n);

    return order ? order : (l->n > r->n) - (l->n < r->n);
}

static void read_table(void)
{
    const char *folder = getenv("TZDIR");
    char path[PATH_ROOM], line[LINE_ROOM];

    add(STR("UTC"));
    snprintf(path, sizeof path, "%s/zone.tab",
             folder ? folder : "/usr/share/zoneinfo");
    FILE *f = fopen(path, "re");
    if (!f)
        return;
    while (fgets(line, sizeof line, f))
        read_line(str_of(line));
    fclose(f);
    qsort(zones.list + 1, zones.n - 1, sizeof *zones.list, by_name);
}

const struct str *zone_list(size_t *n)
{
    pthread_once(&zones.once, read_table);
    *n = zones.n;
    return zones.list;
}
