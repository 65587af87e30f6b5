/* grant.h -- who may do what: the one place where it is decided. Pure.
 *
 * A visitor is what a request could prove of itself; an object is what the
 * act is about, as far as it matters. See docs/who-may-do-what.md.
 */
#ifndef CORE_GRANT_H
#define CORE_GRANT_H

#include <stdbool.h>

#include "base/result.h"
#include "base/str.h"
#include "store/ids.h"
#include "store/key.h"

struct visitor {
    struct account_id account; /* signed in; 0: nobody */
    bool admin;
    struct str session;        /* the hash of its id; p NULL: none. A session
                                * without an account keeps documents only */
    bool keyed;                /* a key came along that is one: */
    enum key_kind kind;
    struct channel_id channel; /* which it opens; 0 for a user key */
    struct account_id speaks_for; /* whose user key it is; else 0 */
};

/* The visitor brought a key of this kind. */
void grant_key(struct visitor *v, enum key_kind kind,
               struct channel_id channel, struct account_id account);

#define ACTS(X)                                                       \
    X(ACT_LOOK)           /* what is open to all, and alike */        \
    X(ACT_LIST)           /* open to all; each is shown their own */  \
    X(ACT_REGISTER)       /* object.open: are newcomers let in? */    \
    X(ACT_BE_SOMEBODY)    /* one's own account, channels, posts */    \
    X(ACT_USE_API)        /* the same, with a user key too */         \
    X(ACT_ADMINISTER)     /* other people's accounts */               \
    X(ACT_STORE)          /* readings into object.channel */          \
    X(ACT_READ_CHANNEL)   /* its readings and charts */               \
    X(ACT_SEE_CHANNEL)    /* what it is; its owner sees the keys */   \
    X(ACT_MANAGE_CHANNEL) /* change, clear, remove; keys, devices */  \
    X(ACT_READ_POST)      /* object.channel's, if it has one */       \
    X(ACT_CHANGE_POST)    /* and remove it, and bring it back */      \
    X(ACT_DOCUMENT)       /* see it, fetch it, remove it */

#define X(name) name,
enum act { ACTS(X) ACT_COUNT };
#undef X

struct object {
    struct account_id owner;   /* of the channel, post or document; 0: none */
    struct channel_id channel; /* 0: none */
    struct account_id channel_owner; /* a post's channel's */
    bool is_public;            /* the channel, or a post's channel */
    bool removed;              /* a post that can still be brought back */
    struct str session;        /* a document's, when it has no account */
    bool open;
};

/* Whose things these may be: by the user key, or else by the session. 0:
 * nobody's. */
struct account_id grant_speaker(const struct visitor *v);
/* Are they this account's, by either? */
bool grant_owns(const struct visitor *v, struct account_id owner);

/* OK; ERR_STRANGER: signing in, or a key, might help; ERR_DENIED: not to this
 * visitor; ERR_MISSING: this visitor is not even told that it is there. */
MUST_USE enum result grant(enum act act, const struct visitor *v,
                           const struct object *o);

#endif
