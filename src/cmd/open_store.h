/* open_store.h -- what a command works with: the database that the settings
 * name, brought up to date, and the secret. */
#ifndef CMD_OPEN_STORE_H
#define CMD_OPEN_STORE_H

#include "base/arena.h"
#include "cmd/config.h"
#include "db/db.h"

struct secret;

enum {
    NEEDS_NOTHING = 0,
    NEEDS_TO_READ = 1,
    NEEDS_TO_WRITE = 2, /* brings older tables up to date */
    MAY_CREATE = 4,     /* the database need not be there */
    NEEDS_SECRET = 8    /* to write: it is made when it is not there; to read:
                         * secret is NULL then */
};

struct open_store {
    const struct config *config;
    struct db *db;         /* NULL: not asked for */
    struct secret *secret; /* NULL: not asked for, or not there */
    struct arena *arena;
};

/* CMD_DONE, or the exit status, the sentence said. close_store is to be called
 * either way. */
int open_store(struct open_store *s, const struct config *c, unsigned needs);
void close_store(struct open_store *s);

/* The database's address without the password that may stand in it; in the
 * arena. */
struct str database_shown(struct arena *a, const char *url);

/* db_open with the sentence said. */
int open_database(struct open_store *s, enum db_use use);

/* What became of a change, as a sentence: "the channel cannot be stored: ..."
 */
int store_failed(enum result rc, const char *what);

#endif
