/* home.h -- what an account has chosen for its home page: which cards, in
 * which order, and the sensors of the windows advice.
 *
 * A channel that is removed goes from here, too; whether the account may still
 * see one that is there is asked by who shows it. */
#ifndef STORE_HOME_H
#define STORE_HOME_H

#include "base/arena.h"
#include "base/result.h"
#include "store/ids.h"

struct db;

enum {
    HOME_CARDS = 100,
    HOME_SENSORS = 4 /* what each is for, the caller knows */
};

struct home_field {
    struct channel_id channel; /* 0: none */
    int field;
};

struct home_advice {
    struct home_field sensor[HOME_SENSORS];
    bool has_comfort;
    double comfort;            /* °C */
};

MUST_USE enum result home_cards(struct db *db, struct arena *a,
                                struct account_id id,
                                struct home_field **list, int *n);
/* In place of those there were; in a transaction. ERR_TOO_BIG: more than
 * HOME_CARDS. */
MUST_USE enum result home_cards_put(struct db *db, struct account_id id,
                                    const struct home_field *list, int n);

MUST_USE enum result home_advice_get(struct db *db, struct account_id id,
                                     struct home_advice *out);
MUST_USE enum result home_advice_put(struct db *db, struct account_id id,
                                     const struct home_advice *h);

#endif
