/* tag.h -- the words a channel is found by. Private to store/. */
#ifndef STORE_TAG_H
#define STORE_TAG_H

#include "store/channel.h"

/* What channel_add promises of them. */
MUST_USE enum result tags_check(const struct channel *c);
/* Writes all of them again; a word given twice counts once. */
MUST_USE enum result tags_put(struct db *db, const struct channel *c);
MUST_USE enum result tags_get(struct db *db, struct arena *a,
                              struct channel *list, int n);

#endif
