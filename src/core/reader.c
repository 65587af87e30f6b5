#include "core/reader.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "db/db.h"

struct reader {
    const char *url;
    struct db *db; /* NULL: not yet, or not now */
    bool begun;
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

enum result reader_begin(struct reader *r, struct db **out)
{
    if (!r->db && db_open(r->url, DB_READ, &r->db) != OK)
        return ERR_BUSY;
    *out = r->db;
    enum result rc = db_begin_read(r->db);
    r->begun = rc == OK;
    return rc;
}

enum result reader_end(struct reader *r, enum result rc)
{
    if (!r->begun)
        return rc;
    r->begun = false;
    return db_end(r->db, rc);
}
