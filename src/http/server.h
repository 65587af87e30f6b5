/* server.h -- HTTP/1.x in and out, and nobody who holds it up.
 *
 * Requests are read and answers written here; libevent gives the sockets,
 * the buffers and TLS. Everything on the loop thread. Source: RFC 9110, RFC 9112; what broken firmware sends
 * is repaired as repair.h says, and what is dangerous is refused with 400 and
 * a closed connection: both Content-Length and Transfer-Encoding, two
 * Content-Lengths, a coding other than chunked, a header name that is no
 * token, NUL.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "http/message.h"

struct loop;
struct http_server;
struct tls;

struct http_limits {
    size_t head;      /* bytes of request line and headers; over: 431 */
    size_t body;      /* bytes, as sent and as unpacked; over: 413 */
    size_t held;      /* bytes of requests, of all, until their answer is
                       * made; over: 503. As many of large answers that wait
                       * in memory */
    int connections;  /* over: the one that has been idle longest goes */
    int per_address;  /* connections; 0 = no such limit; over: closed */
    int idle_ms;      /* without a request, then closed */
    int request_ms;   /* from first byte to last, and a second more for each
                       * 16 KiB of body; over: 408 and closed */
};

struct http_counts { /* since the start, but for the first two */
    int64_t connections, in_flight;
    int64_t accepted, requests;
    int64_t refused_framing, refused_size, refused_slow, refused_full;
};

/* handle gets every good request and answers it with exchange_send, at once or
 * later. The limits are copied. */
struct http_server *http_new(struct loop *loop,
                             const struct http_limits *limits,
                             void (*handle)(void *arg, struct exchange *x),
                             void *arg);

/* "127.0.0.1:8080", "[::1]:8080", ":8080" (all addresses), port 0: any. tls
 * may be NULL. ERR_CONFLICT: the port is taken; ERR_INVALID: no such address;
 * ERR_DENIED. *port is what it listens on. */
MUST_USE enum result http_listen(struct http_server *s, struct str address,
                                 struct tls *tls, int *port);

/* How many there may be at once: as many as were asked for, or as the system
 * has files. */
int http_connections(const struct http_server *s);

const struct http_counts *http_count(const struct http_server *s);

/* Stop accepting, close idle connections and streams, let the others have
 * their answer and close them then. done is called once, when none is left. */
void http_drain(struct http_server *s, void (*done)(void *arg), void *arg);

/* Nothing may be in flight: every exchange was sent or dropped. */
void http_free(struct http_server *s);

#endif
