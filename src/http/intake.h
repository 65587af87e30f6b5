/* intake.h -- the bytes of one connection, until they are a request.
 *
 * Pure but for its memory: bytes go in as they come, a byte at a time or ten
 * requests at once, and a checked and repaired request comes out. What is not
 * a request is refused, and then nothing behind it is looked at. Holds no
 * memory while it holds no bytes.
 */
#ifndef HTTP_INTAKE_H
#define HTTP_INTAKE_H

#include "http/chunks.h"
#include "http/message.h"
#include "http/refusal.h"
#include "http/strict.h"

struct intake_limits {
    size_t head, body;
};

enum intake_state {
    INTAKE_HEAD,   /* the head is not complete; n == 0: nothing has begun */
    INTAKE_LENGTH, /* so many bytes of body */
    INTAKE_CHUNKS,
    INTAKE_READY,  /* intake_take it */
    INTAKE_REFUSED /* see why; the end */
};

struct incoming {
    struct request req;     /* its arena is the owner of all but... */
    char *bytes;            /* ...a large body: free() it with the arena */
    bool close;             /* after the answer */
    bool keep;              /* HTTP/1.0, and wants to hear of it */
    bool continues;         /* waits for 100 Continue */
    struct framing framing; /* private, as is the next */
    struct chunks chunks;
};

struct intake {
    enum intake_state state;
    enum refusal why;
    char *p; /* what arrived and was not taken */
    size_t n, room;
    size_t seen; /* of the head; in INTAKE_CHUNKS, of the decoded body */
    struct incoming *in; /* from the end of the head on */
};

/* Where the next bytes go: n of them, to be followed by intake_run. */
char *intake_room(struct intake *t, size_t n);
enum intake_state intake_run(struct intake *t, size_t added,
                             const struct intake_limits *limits);

/* The client will send no more. A GET that lacks nothing but the empty line
 * is ready then. */
enum intake_state intake_eof(struct intake *t,
                             const struct intake_limits *limits);

void intake_refuse(struct intake *t, enum refusal why);

/* When it is ready. The caller frees the arena and bytes; what else arrived
 * waits for the next intake_run. */
struct incoming *intake_take(struct intake *t);

void intake_clear(struct intake *t); /* frees what it holds */

#endif
