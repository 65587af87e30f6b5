/* The memory of a request's body, from its arrival to its answer. */
#include <stdlib.h>

#include "http/connection.h"
#include "http/gzip.h"

static void own(struct parked *p, char *bytes, size_t n)
{
    body_let_go(p);
    p->bytes = bytes;
    p->held = n;
    p->server->held += n;
}

void body_take(struct parked *p, struct incoming *in)
{
    if (in->bytes)
        own(p, in->bytes, in->req.body.n);
}

void body_let_go(struct parked *p)
{
    p->server->held -= p->held;
    p->held = 0;
    free(p->bytes);
    p->bytes = NULL;
}

enum result exchange_unpack(struct exchange *x, size_t max)
{
    struct parked *p = HOLDER(x, struct parked, x);
    size_t held = p->server->held, limit = p->server->limits.held;
    size_t room = held < limit ? limit - held : 0;
    struct buf plain = { 0 };

    if (!x->req.packed)
        return OK;
    enum result rc =
        gzip_unpack(x->req.body, max < room ? max : room, &plain);
    if (rc == ERR_TOO_BIG && room < max)
        rc = ERR_BUSY;
    if (rc != OK)
        return rc;
    own(p, plain.p, plain.n);
    x->req.body = plain.n ? buf_str(&plain) : STR("");
    x->req.packed = false;
    return OK;
}
