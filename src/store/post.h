/* post.h -- the journal: what its authors wrote, and when.
 *
 * A post that belongs to a channel is seen by those who may read the channel;
 * with a moment it is a note on the channel's chart. A removed post can be
 * brought back until it is purged.
 */
#ifndef STORE_POST_H
#define STORE_POST_H

#include "base/arena.h"
#include "base/result.h"
#include "store/ids.h"

struct db;

enum {
    POST_TITLE_MAX = 255, /* bytes */
    POST_BODY_MAX = 64 * 1024,
    POST_WORDS = 8,
    POST_WORD_MAX = 64, /* bytes of a word to search for */
    POST_UNDO_MS = 24 * 60 * 60 * 1000
};

struct post {
    struct post_id id;
    struct account_id author;
    struct str author_name;       /* when read */
    struct channel_id channel;    /* 0: none */
    struct str channel_name;      /* when read; p NULL: none */
    struct str channel_zone;      /* when read; p NULL: none */
    struct account_id channel_owner; /* when read; 0: none */
    bool channel_is_public;       /* when read; true without a channel */
    bool pinned;                  /* to the moment */
    int64_t at;                   /* only when pinned */
    struct str title, body;       /* a title is not empty; a body may be */
    int64_t created_at, updated_at;
    int64_t deleted_at;           /* 0: it is there */
};

/* ERR_INVALID: no title; ERR_TOO_BIG: a text is longer than its limit;
 * ERR_GARBLED: one is not text; ERR_MISSING: there is no such channel. */
MUST_USE enum result post_add(struct db *db, const struct post *p,
                              struct post_id *id);
/* Writes title, body, channel, moment and updated_at again. The same errors;
 * ERR_MISSING: it is not there (any more), too. */
MUST_USE enum result post_put(struct db *db, const struct post *p);
/* A removed one, too: see deleted_at. */
MUST_USE enum result post_get(struct db *db, struct arena *a,
                              struct post_id id, struct post *out);

/* Where a post stands in the list. id 0: nowhere. */
struct post_mark {
    int64_t at; /* created_at */
    struct post_id id;
};

struct post_query {
    struct account_id reader;     /* sees the posts of own private channels,
                                   * and what they wrote; 0: public ones */
    struct channel_id opened;     /* and those of this one; 0: none */
    struct channel_id channel;    /* only its posts; 0: any */
    struct str words[POST_WORDS]; /* folded (base/fold.h); all must be in it,
                                   * and what is longer than POST_WORD_MAX is
                                   * cut; empty: anything */
    struct post_mark before;      /* only those that come behind it */
    struct post_mark after;       /* or the nearest that come before it */
    int limit;
};

/* Newest first: by created_at, then by id, both descending. */
MUST_USE enum result post_list(struct db *db, struct arena *a,
                               const struct post_query *q,
                               struct post **list, int *n);
/* The notes of a channel with a moment from..until, both included: the
 * newest limit of them, oldest first. */
MUST_USE enum result post_notes(struct db *db, struct arena *a,
                                struct channel_id channel, int64_t from,
                                int64_t until, int limit, struct post **list,
                                int *n);
/* How many posts go with a channel when it goes. */
MUST_USE enum result post_count(struct db *db, struct channel_id channel,
                                int64_t *out);

/* ERR_MISSING: it is not there (any more). */
MUST_USE enum result post_remove(struct db *db, struct post_id id,
                                 int64_t now);
/* ERR_MISSING: it is not one that was removed after since. */
MUST_USE enum result post_restore(struct db *db, struct post_id id,
                                  int64_t since);
/* An author's, removed after since; last removed first, at most limit. */
MUST_USE enum result post_list_removed(struct db *db, struct arena *a,
                                       struct account_id author,
                                       int64_t since, int limit,
                                       struct post **list, int *n);
/* For good: at most limit of those removed at or before until. */
MUST_USE enum result post_purge(struct db *db, int64_t until, int limit,
                                bool *more);

/* A text that no other database has, the same for ever: what the ids of the
 * feed are made of. */
MUST_USE enum result post_seed(struct db *db, struct arena *a,
                               struct str *out);

#endif
