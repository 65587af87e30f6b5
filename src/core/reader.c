#include "core/reader.h"

#include <stdlib.h>

#include "base/mem.h"
#include "db/db.h"

struct reader {
    const char *url;
    struct db *db; /* NULL: not yet, or not now */
};

void *reader_new(void *url)
{
    struct reader *r = NEW(struct reader);

    r->url = url;
    return r;
}

void reader_free(void *own)
{
    struct reader *r = own;

    db_close(r->db);
    free(r);
}

enum result reader_db(struct reader *r, struct db **out)
{
    if (!r->db && db_open(r->url, DB_READ, &r->db) != OK)
        return ERR_BUSY;
    *out = r->db;
    return OK;
}
