/* redis_url.h -- which Redis is meant.
 *
 *     redis://[[USER]:PASSWORD@]HOST[:PORT][/NUMBER]
 *
 * %xx in USER and PASSWORD is the byte that it names; an IPv6 HOST stands in
 * square brackets. Pure. */
#ifndef CORE_REDIS_URL_H
#define CORE_REDIS_URL_H

#include "base/arena.h"

struct redis_url {
    struct str host;
    int port;                  /* 6379 when none is named */
    int number;                /* of the database in there */
    struct str user, password; /* NO_STR: none */
};

/* Copies into the arena, zero-terminated. False: it is no such address. */
bool redis_url_parse(struct str text, struct arena *a, struct redis_url *out);

#endif
