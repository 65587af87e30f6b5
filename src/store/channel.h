/* channel.h -- a stream of readings that one account owns, and its fields. */
#ifndef STORE_CHANNEL_H
#define STORE_CHANNEL_H

#include "base/arena.h"
#include "base/result.h"
#include "store/ids.h"

struct db;

enum {
    CHANNEL_FIELDS = 64, /* numbered from 1 */
    CHANNEL_TEXT_MAX = 255,
    CHANNEL_LONG_MAX = 4096, /* description, metadata */
    CHANNEL_TAGS = 32
};

struct field {
    int number;
    struct str label;   /* empty: not shown by ThingSpeak's dialect */
    struct str unit;    /* of the values, such as "°C" */
    struct str display; /* the unit to show them in; empty: as they are */
    struct str colour;
};

struct tag {
    int64_t id;
    struct str name;
};

/* Texts with p == NULL are not set. */
struct channel {
    struct channel_id id;
    struct account_id owner;
    struct str owner_name; /* when read */
    struct str name, description, metadata, url;
    struct str latitude, longitude, elevation; /* decimal text */
    struct str zone;       /* IANA name; "UTC" when nothing else was said */
    bool is_public;
    int64_t created_at, updated_at;
    int64_t last_entry;    /* when read; 0 = empty */
    struct field *fields;  /* ascending numbers */
    int n_fields;
    struct tag *tags;
    int n_tags;
};

/* Stores c with its fields and tags (their ids are found or made); name empty
 * or NULL becomes "Channel <id>". Sets c->id. ERR_TOO_BIG: a text is longer
 * than its limit; ERR_GARBLED: one is not text; ERR_INVALID: a field number,
 * or two alike. */
MUST_USE enum result channel_add(struct db *db, struct channel *c);
/* Writes all of it again, fields and tags too; not last_entry, owner and
 * created_at. */
MUST_USE enum result channel_put(struct db *db, const struct channel *c);
MUST_USE enum result channel_get(struct db *db, struct arena *a,
                                 struct channel_id id, struct channel *out);

struct channel_query {
    struct account_id owner; /* 0: anybody's */
    bool public_only;
    struct str tag;          /* p == NULL: any */
    int64_t offset, limit;   /* by id; limit 0: no limit */
};

/* With fields and tags. total, may be NULL: how many there are in all. */
MUST_USE enum result channel_list(struct db *db, struct arena *a,
                                  const struct channel_query *q,
                                  struct channel **list, int *n,
                                  int64_t *total);

/* With its readings, summaries, keys and devices. */
MUST_USE enum result channel_remove(struct db *db, struct channel_id id);
/* Removes the readings; the next entry is 1. It was changed at that moment. */
MUST_USE enum result channel_clear(struct db *db, struct channel_id id,
                                   int64_t at);

/* Claims the next n entry numbers; *first is the lowest of them. Two writers
 * never get the same number, whatever the database: the row stays locked
 * until the transaction ends. *summed_until is the channel's (summary.h).
 * ERR_MISSING: there is no such channel (any more). */
MUST_USE enum result channel_claim(struct db *db, struct channel_id id,
                                   int64_t n, int64_t *first,
                                   int64_t *summed_until);

/* Its newest entry number, 0 when it is empty, -1 when there is none such. */
MUST_USE enum result channel_newest(struct db *db, struct channel_id id,
                                    int64_t *out);

#endif
