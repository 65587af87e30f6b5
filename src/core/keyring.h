/* keyring.h -- the write keys that devices use just now, in memory.
 *
 * So that an update needs no database but to be stored. Loop thread only. It
 * holds what the store said; when the store's key epoch changes it is emptied
 * and fills again as keys are used. Each emptying begins a new generation: what
 * the store said to a question of an older one may be out of date.
 */
#ifndef CORE_KEYRING_H
#define CORE_KEYRING_H

#include "base/arena.h"
#include "base/result.h"
#include "store/key.h"

struct db;
struct keyring;

/* What a worker found out about a key text, on its way to the loop. */
struct key_fact {
    unsigned char hash[KEY_HASH];
    bool found;
    enum key_kind kind;
    struct channel_id channel;
    struct account_id account;
    bool any_device;      /* none is listed as accepted */
    struct str *devices;  /* accepted, or else seen */
    int n_devices;
};

/* Worker: asks the store. A key that is not there is a fact too. */
MUST_USE enum result key_look_up(struct db *db, struct arena *a,
                                 struct str text, struct key_fact *out);

struct keyring *keyring_new(void);
void keyring_free(struct keyring *k);

/* To be read before the store is asked, for keyring_put. */
uint64_t keyring_generation(const struct keyring *k);
/* Copies; does nothing if it was asked for in another generation. */
void keyring_put(struct keyring *k, const struct key_fact *fact,
                 uint64_t generation);
void keyring_empty(struct keyring *k);

/* NULL: not known here, ask the store. Lives until the next put or empty. */
const struct key_fact *keyring_find(struct keyring *k, struct str text);

enum admission {
    ADMIT,       /* listed, or seen before where any may come */
    ADMIT_NEW,   /* any may come, and this one is new */
    ADMIT_NO     /* others are listed */
};

/* Name without regard to the case of ASCII letters. */
enum admission keyring_admit(const struct key_fact *fact, struct str device);
/* From now on it is one of those seen. */
void keyring_saw(struct keyring *k, struct str text, struct str device);

#endif
