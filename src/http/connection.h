/* connection.h -- one client, between the sockets and evhttp. Private to http.
 *
 * evhttp accepts, writes answers and keeps connections; it never sees a byte
 * that a stranger chose. What arrives is taken out of the input buffer into
 * the intake, as it arrives. When a request is whole, evhttp is given "GET /
 * HTTP/1.1" (or HEAD) in its place and calls back at once. So there is one
 * reading of a request, ours, and one at a time is under way.
 *
 * A reference to the bufferevent is held for as long as the connection
 * exists, so that it can be read dry after evhttp has let go of it: closing
 * with bytes unread would take the answer away from the client.
 */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "http/address.h"
#include "http/deadline.h"
#include "http/intake.h"
#include "http/server.h"

struct evhttp;
struct evhttp_connection;
struct evhttp_request;

/* The first ones are lists of deadlines. */
enum connection_state {
    IDLE,      /* nothing has arrived */
    RECEIVING, /* part of a request has */
    LATE,      /* likewise, but it has only got time because it is large */
    SENDING,   /* the answer is on its way out */
    LINGERING, /* it is out; what still arrives is thrown away */
    OPENING,   /* accepted, not yet looked at */
    HANDLING   /* somebody is working on the answer */
};

struct connection {
    struct waiter waiter;
    enum connection_state state;
    struct listener *listener;
    struct bufferevent *bev;
    struct evhttp_connection *ev; /* NULL when lingering */
    struct address *address;
    struct intake intake;
    struct parked *parked; /* HANDLING or SENDING */
    struct link later;     /* of the server's list, or alone */
    int64_t began;         /* receiving; moment_steady */
    size_t unsent, blocks; /* when its progress was last looked at */
    bool tls, own_callbacks, presenting, linger;
    char peer[64];
};

/* The exchange and what belongs to it; lives in the request's arena. */
struct parked {
    struct exchange x;
    struct connection *c; /* NULL when the client has gone */
    struct evhttp_request *ev;
    struct http_server *server;
    char *bytes;
    bool close, keep;
    int64_t fd_at;
};

struct listener {
    struct http_server *server;
    struct evhttp *http;
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
    size_t held;
    struct connection **by_fd;
    int by_fd_room;
    struct event *later_event;
    struct link later; /* connections that have something left to do */
    bufferevent_data_cb evhttp_read, evhttp_write; /* same for all */
    bufferevent_event_cb evhttp_event;
    struct buf out;  /* a head being written, and a small body */
    char date[64];   /* the header line */
    int64_t date_at; /* seconds */
    bool draining;
    void (*drained)(void *arg);
    void *drained_arg;
};

/* evhttp's way to get a bufferevent; arg is a listener. */
struct bufferevent *connection_new(struct event_base *base, void *arg);
/* evhttp's call for each request; arg is a listener. */
void receive_request(struct evhttp_request *ev, void *arg);

void connection_later(struct http_server *s);      /* what later_event does */
void connection_over(void *arg, struct waiter *w); /* its time is up */
void connection_kill(struct connection *c);

void connection_move(struct connection *c, enum connection_state state);

/* receive.c: a callback on the input buffer; arg is a connection. */
void receive_input(struct evbuffer *buf, const struct evbuffer_cb_info *info,
                   void *arg);
void receive_refuse(struct connection *c, enum refusal why);
/* The answer has been written: idle, or on to what had arrived meanwhile. */
void receive_next(struct connection *c);

/* answer.c */
void answer_refusal(struct connection *c, struct evhttp_request *ev);
void answer_abandon(struct parked *p); /* the client has gone meanwhile */

#endif
