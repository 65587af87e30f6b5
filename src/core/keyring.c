#include "core/keyring.h"

#include <stdlib.h>

#include "base/mem.h"
#include "core/secret.h"
#include "store/device.h"

/* Beyond that many keys the ring starts afresh: far above what one process
 * serves at a time, and a bound on what strangers can fill. */
enum { SLOTS = 1 << 16, KEYS_MAX = SLOTS / 2 };

struct slot {
    struct key_fact fact;
    bool used;
};

struct keyring {
    struct slot *slots;
    int n;
    uint64_t generation;
};

enum result key_look_up(struct db *db, struct arena *a, struct str text,
                        struct key_fact *out)
{
    struct device *list;
    struct key key;

    *out = (struct key_fact){ .any_device = true };
    key_hash(text, out->hash);
    enum result rc = key_find(
        db, a, (struct str){ (const char *)out->hash, KEY_HASH }, &key);
    if (rc == ERR_MISSING)
        return OK;
    if (rc != OK)
        return rc;
    out->found = true;
    out->kind = key.kind;
    out->channel = key.channel;
    out->account = key.account;
    if (key.kind != KEY_WRITE)
        return OK;
    rc = device_list(db, a, key.channel, &list, &out->n_devices);
    if (rc != OK)
        return rc;
    for (int i = 0; i < out->n_devices; i++)
        if (list[i].accepted)
            out->any_device = false;
    out->devices = arena_get(a, ((size_t)out->n_devices + 1)
                                    * sizeof *out->devices);
    int n = 0;
    for (int i = 0; i < out->n_devices; i++)
        if (out->any_device || list[i].accepted)
            out->devices[n++] = list[i].name;
    out->n_devices = n;
    return OK;
}

struct keyring *keyring_new(void)
{
    struct keyring *k = NEW(struct keyring);

    k->slots = mem_new(SLOTS * sizeof *k->slots);
    return k;
}

static void forget(struct slot *s)
{
    for (int i = 0; i < s->fact.n_devices; i++)
        free((char *)s->fact.devices[i].p);
    free(s->fact.devices);
    *s = (struct slot){ 0 };
}

void keyring_empty(struct keyring *k)
{
    k->generation++;
    for (int i = 0; k->n > 0 && i < SLOTS; i++) {
        if (!k->slots[i].used)
            continue;
        forget(&k->slots[i]);
        k->n--;
    }
}

void keyring_free(struct keyring *k)
{
    keyring_empty(k);
    free(k->slots);
    free(k);
}

/* The hash is even enough to be its own place. */
static struct slot *place(struct keyring *k,
                          const unsigned char hash[static KEY_HASH])
{
    uint32_t at;

    memcpy(&at, hash, sizeof at);
    for (;; at++) {
        struct slot *s = &k->slots[at % SLOTS];

        if (!s->used || memcmp(s->fact.hash, hash, KEY_HASH) == 0)
            return s;
    }
}

static void add_device(struct key_fact *f, struct str name)
{
    f->devices = mem_grow(f->devices,
                          ((size_t)f->n_devices + 1) * sizeof *f->devices);
    f->devices[f->n_devices++] = (struct str){ mem_copy(name.p, name.n),
                                               name.n };
}

uint64_t keyring_generation(const struct keyring *k)
{
    return k->generation;
}

void keyring_put(struct keyring *k, const struct key_fact *fact,
                 uint64_t generation)
{
    if (!fact->found || generation != k->generation)
        return;
    if (k->n >= KEYS_MAX)
        keyring_empty(k);
    struct slot *s = place(k, fact->hash);
    if (s->used)
        forget(s);
    else
        k->n++;
    *s = (struct slot){ .fact = *fact, .used = true };
    s->fact.devices = NULL;
    s->fact.n_devices = 0;
    for (int i = 0; i < fact->n_devices; i++)
        add_device(&s->fact, fact->devices[i]);
}

const struct key_fact *keyring_find(struct keyring *k, struct str text)
{
    unsigned char hash[KEY_HASH];

    key_hash(text, hash);
    struct slot *s = place(k, hash);
    return s->used ? &s->fact : NULL;
}

enum admission keyring_admit(const struct key_fact *f, struct str device)
{
    for (int i = 0; i < f->n_devices; i++)
        if (str_eq_case(f->devices[i], device))
            return ADMIT;
    return f->any_device ? ADMIT_NEW : ADMIT_NO;
}

void keyring_saw(struct keyring *k, struct str text, struct str device)
{
    unsigned char hash[KEY_HASH];

    key_hash(text, hash);
    struct slot *s = place(k, hash);
    if (s->used && s->fact.n_devices < DEVICES_MAX
        && keyring_admit(&s->fact, device) == ADMIT_NEW)
        add_device(&s->fact, device);
}
