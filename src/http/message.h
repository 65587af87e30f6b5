/* message.h -- one request and the response to it.
 *
 * They are made by server.c, share one arena, and are freed together when the
 * response has been sent or the client has gone. Nothing in here outlives
 * that: copy what must stay. Between arrival and exchange_send an exchange
 * has one user at a time, on whichever thread.
 */
#ifndef HTTP_MESSAGE_H
#define HTTP_MESSAGE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"

enum method {
    GET = 1, HEAD = 2, POST = 4, PUT = 8, DELETE = 16, OPTIONS = 32,
    PATCH = 64
};

const char *method_name(enum method m);

struct header {
    struct str name, value;
};

struct request {
    enum method method;
    struct str target; /* as it was sent, for the log */
    struct str path;   /* repaired: starts with one '/', no host, no query;
                        * still percent-encoded */
    struct str query;  /* without the '?' */
    const struct header *headers;
    int n_headers;
    struct str body; /* whole; chunks joined */
    bool packed;     /* it was sent compressed, and still is */
    struct str peer; /* numeric address */
    bool tls;
    int64_t at; /* moment of arrival */
    struct arena *arena;
};

/* Name without regard to case; .p is NULL when it was not sent; the first
 * when it was sent twice. */
struct str request_header(const struct request *req, const char *name);
/* The nth cookie of that name, from 0: browsers send one for each path and
 * domain that it was set for. Names are case-sensitive. */
struct str request_cookie(const struct request *req, const char *name, int n);

struct response {
    int status;
    struct header *headers;
    int n_headers, room;
    struct arena *arena;
    struct buf body;
    int fd;             /* -1, or a file that is the body instead */
    int64_t fd_length;
    bool close;         /* after this response */
};

/* Adds one; name and value are copied. Content-Length, Connection and Date
 * are the server's. A value with CR, LF or NUL is a mistake of ours. */
void response_header(struct response *res, const char *name, struct str value);
/* The first of that name, without regard to case; .p NULL: there is none. */
struct str response_get(const struct response *res, const char *name);

struct exchange {
    struct request req;
    struct response res;
};

/* A packed body becomes what it was, of at most max bytes; any other stays.
 * 15 kB may become 15 MB, which takes a while: not on the loop, unless max is
 * small. ERR_TOO_BIG; ERR_INVALID: damaged; ERR_BUSY: too much is held. */
MUST_USE enum result exchange_unpack(struct exchange *x, size_t max);

/* Loop thread, once; afterwards the exchange does not exist, and while the
 * answer is on its way the request's body does not. With method HEAD
 * the body is counted but not sent. */
void exchange_send(struct exchange *x);

/* Closes the connection without an answer; otherwise as exchange_send. */
void exchange_drop(struct exchange *x);

/* Instead of exchange_send: an answer that goes on until somebody ends it. The
 * head goes out, without a length; the body is what exchange_tell adds from
 * then on. gone is called once when the client has gone, takes nothing for
 * half a minute or the server is draining, and the exchange goes with it.
 * ready is called when one that did not keep up does again. Nothing that the
 * client still sends is read. False: the client has gone already, or asked
 * with HEAD and has its answer; then none is called, and the exchange does
 * not exist. */
MUST_USE bool exchange_stream(struct exchange *x, void (*gone)(void *arg),
                              void (*ready)(void *arg), void *arg);
/* Has it taken what it was told, but for STREAM_WAITING bytes? If not, ready
 * will be called. */
enum { STREAM_WAITING = 64 * 1024 };
bool exchange_keeps_up(struct exchange *x);
/* Afterwards the exchange may be gone: a client is dropped that did not keep
 * up, or has anything unsent when all answers together hold too much. */
void exchange_tell(struct exchange *x, struct str text);
/* What was told still goes out. gone is not called. */
void exchange_end(struct exchange *x);

#endif
