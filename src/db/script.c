/* script.c -- spells a migration as the database at hand wants it. */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "db/driver.h"

static const char *const names[WORDS] = { "$ID",    "$INT",    "$REAL",
                                          "$BYTES", "$STRICT", "$CLUSTERED" };

/* How much a script can grow: the longest spelling for the shortest word. */
static size_t growth(const struct driver *d)
{
    size_t most = 1;

    for (int i = 0; i < WORDS; i++)
        if (strlen(d->words[i]) > most)
            most = strlen(d->words[i]);
    return most;
}

static char *spell(const struct driver *d, struct str line, char *to)
{
    while (line.n > 0) {
        int i = 0;

        while (i < WORDS && !str_starts(line, str_of(names[i])))
            i++;
        if (i == WORDS) {
            *to++ = *line.p;
            line = str_from(line, 1);
            continue;
        }
        size_t n = strlen(d->words[i]);
        memcpy(to, d->words[i], n);
        to += n;
        line = str_from(line, strlen(names[i]));
    }
    *to++ = '\n';
    return to;
}

enum result db_script(struct db *db, const char *text)
{
    const struct str only = STR("-- only ");
    struct str rest = str_of(text);
    char *spelled = mem_new(rest.n * growth(db->driver) + 2), *to = spelled;
    bool ours = true;

    assert(!db->in_query);
    while (rest.p) {
        struct str line = str_cut(&rest, '\n');

        if (str_starts(line, only))
            ours = str_is(str_from(line, only.n), db->driver->name);
        else if (str_is(line, "-- end"))
            ours = true;
        else if (ours)
            to = spell(db->driver, line, to);
    }
    enum result rc = db->failed;
    if (rc == OK)
        rc = db->driver->script(db, spelled);
    if (db->in_transaction && db->failed == OK)
        db->failed = rc;
    free(spelled);
    return rc;
}
