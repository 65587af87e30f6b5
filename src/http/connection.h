/* connection.h -- one client, from accept to close. Private to http.
 *
 * A connection has one state, and connection_move is the only one to change
 * it. One request at a time is under way; what arrives meanwhile waits in the
 * bufferevent, which stops reading when that becomes much. Reading goes on
 * while a request is handled, so that a client that has gone is noticed; one
 * that has only closed its side still gets its answer.
 */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include <event2/bufferevent.h>
#include <netinet/in.h>
#include <stdatomic.h>

#include "http/address.h"
#include "http/deadline.h"
#include "http/intake.h"
#include "http/parked.h"
#include "http/server.h"

struct event;
struct evconnlistener;

/* The first ones are lists of deadlines. */
enum connection_state {
    IDLE,      /* nothing has arrived */
    RECEIVING, /* part of a request has */
    LATE,      /* likewise, but it has only got time because it is large */
    SENDING,   /* the answer is on its way out */
    LINGERING, /* it is out; what still arrives is thrown away: closing with
                * bytes unread would take the answer away from the client */
    STREAMING, /* an answer that goes on; its deadline is a look at whether
                * what was told goes out */
    HANDLING   /* somebody is working on the answer */
};

enum { BLOCK = 64 * 1024 }; /* of a file; the next is read when it is out */

struct connection {
    struct waiter waiter;
    enum connection_state state;
    struct http_server *server;
    struct bufferevent *bev;
    struct address *address;
    struct intake intake;
    struct parked *parked; /* HANDLING, SENDING or STREAMING */
    int64_t began;         /* receiving; moment_steady */
    size_t queued;         /* bytes of this answer, so far */
    size_t gone;           /* of these, when its progress was last looked at */
    size_t owned;          /* of these, that wait in memory of their own */
    bool tls;
    bool ended; /* the client will send no more */
    bool last;  /* close after this answer */
    char peer[INET6_ADDRSTRLEN];
};

struct listener {
    struct http_server *server;
    struct evconnlistener *socket;
    struct tls *tls;
    struct listener *next;
};

struct http_server {
    struct loop *loop;
    struct http_limits limits;
    struct intake_limits intake;
    void (*handle)(void *arg, struct exchange *x);
    void *arg;
    struct listener *listeners;
    struct deadlines deadlines;
    struct addresses *addresses;
    struct http_counts counts;
    atomic_size_t held; /* a worker may unpack */
    size_t sending;  /* bytes of all that is owned */
    struct buf out;  /* a head being written */
    char date[64];   /* the header line */
    int64_t date_at; /* seconds */
    bool draining;
    struct event *quiet; /* is anything left? */
    void (*drained)(void *arg);
    void *drained_arg;
};

/* Takes over fd, and closes it at once when there is no room. */
void connection_open(struct listener *l, int fd, const struct sockaddr *sa);
void connection_move(struct connection *c, enum connection_state state);
/* What has arrived, and nobody is to read. */
void connection_forget_input(struct connection *c);
/* The last answer is out. */
void connection_finish(struct connection *c);
/* At once. A parked exchange lives on until it is sent or dropped. */
void connection_close(struct connection *c);
void connection_over(void *arg, struct waiter *w); /* its time is up */

/* receive.c: bytes or the end have come, or may have. */
void receive(struct connection *c);
void receive_refuse(struct connection *c, enum refusal why);
/* An answer is out: idle, or on to what arrived meanwhile. */
void receive_next(struct connection *c);

/* reply.c */
void reply_continue(struct connection *c);
void reply_refusal(struct connection *c);
void reply_written(struct connection *c); /* some of the output */
void reply_let_go(struct connection *c); /* of the memory of its answer */
/* The head of p's answer, in the server's buffer; length < 0: says none. */
void reply_write_head(struct parked *p, int64_t length);
size_t reply_send_now(struct connection *c, struct str head, struct str body);

/* stream.c */
void stream_written(struct connection *c); /* some of it */
void stream_over(struct connection *c);  /* its deadline */
void stream_close(struct connection *c); /* the client has gone */

#endif
