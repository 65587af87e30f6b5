/* signin.h -- a name and its password become a session. Only worker threads
 * that may check passwords.
 *
 * Time does not tell whether a name exists, once its owner has signed in here:
 * a hash that came from elsewhere is replaced then. What was checked must
 * still hold when the session begins, so no password that was just changed
 * opens another one.
 */
#ifndef CORE_SIGNIN_H
#define CORE_SIGNIN_H

#include "base/arena.h"
#include "base/result.h"
#include "store/account.h"

struct db;
struct sessions;

struct signin {
    struct str name;           /* for signin_try */
    struct account_id account; /* for signin_change; else filled in */
    struct str password;
    struct str agent, address; /* the browser, for its owner to know it by */
    struct str leaves;         /* hash of the session it has now, or NO_STR:
                                * it ends, its documents are the account's */
    struct str id;             /* filled in: the new session's, for a cookie */
};

/* ERR_MISSING: nobody has that name; ERR_DENIED: another password. */
MUST_USE enum result signin_try(struct sessions *s, struct db *db,
                                struct arena *a, struct signin *in);

/* Another password for the account: all its sessions end, a new one begins.
 * ERR_DENIED: in->password is not the present one. */
MUST_USE enum result signin_change(struct sessions *s, struct db *db,
                                   struct arena *a, struct signin *in,
                                   struct str to);

/* Is it the account's? ERR_DENIED: no. */
MUST_USE enum result signin_prove(struct db *db, struct arena *a,
                                  struct account_id account,
                                  struct str password);

#endif
