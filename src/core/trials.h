/* trials.h -- how often somebody may try to sign in, and how much a stranger
 * may have kept. Any thread.
 *
 * Each name, each address, each name from one address, and each address that
 * makes accounts has a number of tries, which come back with time: enough for
 * a person who mistypes, too few for a program that guesses. A name that is
 * guessed at from one address stays open to its owner from another. IPv6
 * addresses count by their network of 64 bits.
 *
 * What strangers have kept counts by their address, too, in parts: whoever
 * makes one session after the other gets no more room by it than with one.
 *
 * Memory is fixed: in a full table whoever has used least makes room.
 */
#ifndef CORE_TRIALS_H
#define CORE_TRIALS_H

#include "base/str.h"

struct trials;

enum { TRIAL_PART = 64 * 1024 }; /* bytes */

/* A try, by what it is counted: to make an account or to keep something, by
 * address alone. */
struct trial {
    struct str name;
    struct str address; /* numeric */
    bool registering;
    int parts; /* to keep; 0: it is another try */
};

struct trials *trials_new(void);
void trials_free(struct trials *t);

/* 0: go ahead, a try is taken. Else so many milliseconds until the next, and
 * none is taken. now is steady. */
int64_t trials_take(struct trials *t, const struct trial *what, int64_t now);
/* It was no guess: the try comes back. */
void trials_return(struct trials *t, const struct trial *what);

#endif
