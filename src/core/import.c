#include "core/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/already.h"

void import_start(struct import *im, const struct channel *c)
{
    *im = (struct import){ .channel = c->id, .before = c->last_entry };
}

enum result import_keep_new(struct import *im, struct db *db,
                            struct reading *list, size_t n, size_t *kept)
{
    bool *known = mem_new(n + 1);
    enum result rc
        = already_stored(db, im->channel, im->before, list, n, known);

    *kept = 0;
    for (size_t i = 0; rc == OK && i < n; i++)
        if (!known[i])
            list[(*kept)++] = list[i];
    free(known);
    return rc;
}

void import_count(struct import *im, size_t n, size_t kept)
{
    im->stored += (int64_t)kept;
    im->known += (int64_t)(n - kept);
}

void import_refuse(struct import *im, const char *why, int64_t where)
{
    int i = 0;

    im->refused++;
    while (i < im->n_reasons && strcmp(im->reasons[i].why, why) != 0)
        i++;
    if (i == IMPORT_REASONS)
        return;
    if (i == im->n_reasons)
        im->reasons[im->n_reasons++]
            = (struct import_reason){ why, 0, where };
    struct import_reason *r = &im->reasons[i];
    r->n++;
    r->first = where < r->first ? where : r->first;
}
