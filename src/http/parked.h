/* parked.h -- a request that somebody works on, from its arrival to the end of
 * its answer. It outlives its client. Private to http. */
#ifndef HTTP_PARKED_H
#define HTTP_PARKED_H

#include "http/intake.h"
#include "http/message.h"

struct connection;
struct http_server;

/* The exchange and what belongs to it; lives in the request's arena. */
struct parked {
    struct exchange x;
    struct connection *c; /* NULL when the client has gone */
    struct http_server *server;
    char *bytes; /* of the body, or NULL: it is in the arena */
    size_t held; /* so many, counted by the server */
    bool keep;
    int64_t fd_at, fd_end; /* what is still to be read of a file */
    void (*gone)(void *arg); /* STREAMING, as are the next */
    void (*ready)(void *arg);
    void *stream_arg;
    bool behind; /* somebody waits until it is ready */
};

/* reply.c */
void reply_free(struct parked *p);
bool reply_unpark(struct parked *p); /* true: the client is still there */

/* body.c: what came with it, as long as somebody works on it. */
void body_take(struct parked *p, struct incoming *in);
void body_let_go(struct parked *p);

#endif
