#include "core/trials.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/mem.h"

enum { SETS = 1024, WAYS = 8, NETWORK_64 = 8, COUNTED_BY = 3 };

enum kind { BY_ADDRESS, BY_NAME, BY_BOTH, BY_NEWCOMER, BY_STRANGER };

/* So many tries at once, and one more each so often. */
static const struct {
    int64_t tries, every_ms;
} limits[] = {
    [BY_ADDRESS] = { 40, 3 * 1000 },
    [BY_NAME] = { 40, 4 * 1000 },
    [BY_BOTH] = { 10, 12 * 1000 },
    [BY_NEWCOMER] = { 30, 30 * 1000 },
    [BY_STRANGER] = { 256, 5 * 60 * 1000 }, /* 16 MiB, and again in a day */
};

/* full_at: when all tries have come back; each that is taken moves it on. */
struct used {
    uint64_t who; /* 0: free */
    int64_t full_at;
};

struct trials {
    unsigned char key[crypto_shorthash_KEYBYTES];
    pthread_mutex_t lock; /* guards used */
    struct used used[SETS][WAYS];
};

struct counted {
    enum kind kind;
    uint64_t who;
    int n; /* tries */
};

struct trials *trials_new(void)
{
    struct trials *t = NEW(struct trials);

    randombytes_buf(t->key, sizeof t->key);
    pthread_mutex_init(&t->lock, NULL);
    return t;
}

void trials_free(struct trials *t)
{
    pthread_mutex_destroy(&t->lock);
    free(t);
}

/* Keyed, so that nobody can choose names that push others out. */
static uint64_t hash(const struct trials *t, enum kind kind, struct str s,
                     uint64_t with)
{
    unsigned char in[2 * sizeof(uint64_t) + 1], out[crypto_shorthash_BYTES];
    uint64_t text;

    crypto_shorthash(out, (const unsigned char *)s.p, s.n, t->key);
    memcpy(&text, out, sizeof text);
    memcpy(in, &text, sizeof text);
    memcpy(in + sizeof text, &with, sizeof with);
    in[sizeof in - 1] = (unsigned char)kind;
    crypto_shorthash(out, in, sizeof in, t->key);
    memcpy(&text, out, sizeof text);
    return text ? text : 1;
}

/* What is the same for all addresses of one visitor. */
static struct str network(struct str address, struct in6_addr *room)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    char z[INET6_ADDRSTRLEN] = { 0 };
    const char *p = (const char *)room;

    if (address.n >= sizeof z)
        return address;
    memcpy(z, address.p, address.n);
    if (inet_pton(AF_INET, z, room) == 1)
        return (struct str){ p, sizeof(struct in_addr) };
    if (inet_pton(AF_INET6, z, room) != 1)
        return address;
    if (memcmp(room, mapped, sizeof mapped) == 0)
        return (struct str){ p + sizeof mapped, sizeof(struct in_addr) };
    return (struct str){ p, NETWORK_64 };
}

static int count_by(const struct trials *t, const struct trial *what,
                    struct counted out[static COUNTED_BY])
{
    struct in6_addr room;
    struct str from = network(what->address, &room);
    uint64_t address = hash(t, BY_ADDRESS, from, 0);

    if (what->parts > 0) {
        out[0] = (struct counted){ BY_STRANGER,
                                   hash(t, BY_STRANGER, from, 0),
                                   what->parts };
        return 1;
    }
    if (what->registering) {
        out[0] = (struct counted){ BY_NEWCOMER,
                                   hash(t, BY_NEWCOMER, from, 0), 1 };
        return 1;
    }
    out[0] = (struct counted){ BY_ADDRESS, address, 1 };
    out[1] = (struct counted){ BY_NAME, hash(t, BY_NAME, what->name, 0), 1 };
    out[2] = (struct counted){ BY_BOTH,
                               hash(t, BY_BOTH, what->name, address), 1 };
    return COUNTED_BY;
}

/* Its place, or one that it may have: the one with most tries left. */
static struct used *place(struct trials *t, uint64_t who)
{
    struct used *set = t->used[who % SETS], *best = set;

    for (int i = 0; i < WAYS; i++)
        if (set[i].who == who)
            return &set[i];
    for (int i = 1; i < WAYS; i++)
        if (set[i].full_at < best->full_at)
            best = &set[i];
    return best;
}

static int64_t full_at(struct trials *t, const struct counted *c, int64_t now)
{
    const struct used *u = place(t, c->who);

    return u->who == c->who && u->full_at > now ? u->full_at : now;
}

static int64_t wait_for(struct trials *t, const struct counted *c,
                        int64_t now)
{
    int64_t most = (limits[c->kind].tries - c->n) * limits[c->kind].every_ms;
    int64_t wait = full_at(t, c, now) - now - most;

    return wait > 0 ? wait : 0;
}

int64_t trials_take(struct trials *t, const struct trial *what, int64_t now)
{
    struct counted by[COUNTED_BY];
    int n = count_by(t, what, by);
    int64_t wait = 0;

    pthread_mutex_lock(&t->lock);
    for (int i = 0; i < n; i++) {
        int64_t more = wait_for(t, &by[i], now);

        wait = more > wait ? more : wait;
    }
    for (int i = 0; wait == 0 && i < n; i++) {
        int64_t at = full_at(t, &by[i], now)
                     + by[i].n * limits[by[i].kind].every_ms;

        *place(t, by[i].who) = (struct used){ by[i].who, at };
    }
    pthread_mutex_unlock(&t->lock);
    return wait;
}

void trials_return(struct trials *t, const struct trial *what)
{
    struct counted by[COUNTED_BY];
    int n = count_by(t, what, by);

    pthread_mutex_lock(&t->lock);
    for (int i = 0; i < n; i++) {
        struct used *u = place(t, by[i].who);

        if (u->who == by[i].who)
            u->full_at -= by[i].n * limits[by[i].kind].every_ms;
    }
    pthread_mutex_unlock(&t->lock);
}
