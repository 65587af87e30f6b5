/* call.h -- a request on its way through the server, with everything a
 * handler may use. A handler is a plain function from a call to a result:
 *
 *     OK        the response is filled in
 *     LATER     somebody else now owns the call, and will call_finish it
 *     ERR_...   no response yet; answer.c will write a fitting one, with
 *               call->why as its sentence if the handler set one
 */
#ifndef WEB_CALL_H
#define WEB_CALL_H

#include "base/result.h"
#include "core/grant.h"
#include "http/params.h"
#include "store/document.h"
#include "store/ids.h"

struct app {
    const struct app_settings {
        int bulk_limit;          /* entries of one bulk update */
        size_t update_limit;     /* bytes of a body that the loop reads */
        size_t body_limit;       /* bytes of any body */
        const char *spool;       /* folder for large answers under way */
        bool registration;       /* newcomers may make themselves an account */
        bool neutral_sign_in;    /* do not tell which names exist */
        int64_t session_ms;      /* the longest that a session lives */
        int64_t document_ms;     /* how long a document is kept */
        struct document_limits documents;
        int watchers;            /* of pages that are kept up to date */
    } *settings;
    const struct secret *secret;
    struct feed *feed;       /* loop thread */
    struct http_server *http;
    struct imports *imports;
    struct ingest *ingest;
    struct keyring *keyring; /* loop thread */
    struct loop *loop;
    struct metrics *metrics;
    struct pace *pace;       /* loop thread */
    struct pool *pool;
    struct pool *lookups;    /* for keys of readings: each is short */
    struct pool *hashers;    /* for passwords: few, and each takes long */
    struct sessions *sessions;
    struct trials *trials;   /* of passwords */
    struct writer *writer;
    bool stopping;           /* loop thread: what takes long is broken off */
};

/* What the last part of the path ended with. */
enum suffix { PLAIN, JSON, XML, CSV, TXT };

enum { PARTS_MAX = 4 };

struct call {
    struct app *app;
    struct exchange *x;
    const struct request *req; /* the exchange's */
    struct response *res;      /* the exchange's */
    struct arena *arena;       /* the request's */
    const struct route *route;
    enum method method;        /* what it comes to: HEAD is GET */
    enum suffix suffix;
    struct str part[PARTS_MAX]; /* of the path, where the route has ':' or a
                                 * final '*'; decoded but for '*' */
    struct params params;
    struct db *db;             /* in a worker: one snapshot, for reading */
    struct visitor visitor;    /* in a worker, once guard.c has been through */
    struct str account_name;   /* of who is signed in; else NO_STR */
    struct str form_token;     /* for forms; NO_STR without a session */
    bool no_sessions;          /* they cannot be reached just now */
    struct channel *channel;   /* what the path names, when the route's act */
    struct post *post;         /* is about one */
    struct document *document;
    const char *why;           /* a sentence for the one who asked */
    void *state;               /* the handler's, from one stage to the next */
    bool keys_changed;         /* the keyring is to be emptied */
};

typedef enum result handler(struct call *c);

/* Any thread; the call is gone afterwards. */
void call_finish(struct call *c, enum result rc);
/* The same, on the loop thread, at once. */
void call_answer(struct call *c, enum result rc);

/* Go on with another handler, in a worker or on the loop. For the handler that
 * is running now to return: LATER, or ERR_BUSY when too much is waiting. */
MUST_USE enum result call_in_worker(struct call *c, handler *next);
MUST_USE enum result call_in_loop(struct call *c, handler *next);
/* In a worker of those that a reading waits for, so nothing long. */
MUST_USE enum result call_in_lookup(struct call *c, handler *next);
/* In one of those that check passwords. */
MUST_USE enum result call_in_hasher(struct call *c, handler *next);

/* In a worker, after writer_do: see the database as it is now. */
MUST_USE enum result call_look_again(struct call *c);

/* The key that came with it: a header, or else a parameter; without white
 * space around it; p == NULL when there is none. */
struct str call_key(const struct call *c);
/* The one among its parameters, under whichever name; links to other pages
 * carry it on, as api_key. */
struct str call_key_sent(const struct call *c);

/* Does the one who asks want a page? (Accept names text/html.) */
bool call_wants_page(const struct call *c);

#endif
