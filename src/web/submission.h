/* submission.h -- a reading on its way from a request to the disk: the part
 * that is the same in every dialect.
 *
 *     key -> keyring, or else a worker asks the store -> grant -> ingest
 *
 * Loop thread, but for the look-up. */
#ifndef WEB_SUBMISSION_H
#define WEB_SUBMISSION_H

#include "core/ingest.h"
#include "core/keyring.h"
#include "web/call.h"

struct submission {
    struct batch batch; /* first */
    struct call *c;
    struct str key;
    struct key_fact fact;         /* what a worker found */
    uint64_t asked_in;            /* the keyring's generation by then */
    const struct key_fact *opens; /* what the key is, while fill runs */

    /* The key writes: now check the rest and fill in the batch. */
    enum result (*fill)(struct submission *s);
    /* On disk, or not: write the answer. */
    enum result (*answer)(struct submission *s, enum result rc);
};

/* Takes s, which is the call's state, through all of it; for the handler to
 * return. Refusals are counted. */
MUST_USE enum result submission_start(struct call *c, struct submission *s,
                                      struct str key);

/* The same for a worker, where the guard has asked already, with the batch
 * filled in; the rate limit was not asked yet. */
MUST_USE enum result submission_hand_in(struct submission *s);

/* Counts why a reading was not taken. Any thread. */
void submission_refused(struct call *c, enum result rc);

#endif
