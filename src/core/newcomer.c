#include "core/newcomer.h"

#include "core/user_key.h"
#include "store/account.h"
#include "store/key.h"

enum result newcomer_add(struct db *db, const struct secret *s,
                         struct arena *a, struct newcomer *n, int64_t now)
{
    int64_t others;

    /* First of all: it makes another server that does the same wait. */
    enum result rc = key_epoch_raise(db);
    if (rc == OK)
        rc = account_count(db, &others);
    if (rc != OK)
        return rc;
    rc = account_add(db, n->name, n->password,
                     n->admin || (n->first_is_admin && others == 0), now,
                     &n->id);
    return rc == OK ? user_key_renew(db, s, a, n->id, now, &n->user_key) : rc;
}
