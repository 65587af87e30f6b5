/* field.h -- the rows of a channel's fields. Private to store/. */
#ifndef STORE_FIELD_H
#define STORE_FIELD_H

#include "store/channel.h"

/* What channel_add promises of them. */
MUST_USE enum result fields_check(const struct channel *c);
/* Writes all of them again. */
MUST_USE enum result fields_put(struct db *db, const struct channel *c);
/* Those of the channels in the list, which ascends by id. */
MUST_USE enum result fields_get(struct db *db, struct arena *a,
                                struct channel *list, int n);

#endif
