#include "core/pace.h"

#include <stdlib.h>

#include "base/mem.h"

enum { FIRST_ROOM = 64 };

struct taken {
    struct channel_id channel; /* 0: free */
    int64_t at;
};

struct pace {
    int64_t least_ms;
    struct taken *taken; /* open addressing; room is a power of two */
    uint64_t room, n;
};

struct pace *pace_new(int64_t least_ms)
{
    struct pace *p = NEW(struct pace);

    *p = (struct pace){ .least_ms = least_ms, .room = FIRST_ROOM };
    p->taken = mem_new(p->room * sizeof *p->taken);
    return p;
}

void pace_free(struct pace *p)
{
    free(p->taken);
    free(p);
}

static struct taken *place(struct pace *p, struct channel_id id)
{
    uint64_t at = (uint64_t)id.n * UINT64_C(0x9e3779b97f4a7c15) >> 20;

    while (p->taken[at & (p->room - 1)].channel.n
           && p->taken[at & (p->room - 1)].channel.n != id.n)
        at++;
    return &p->taken[at & (p->room - 1)];
}

static void grow(struct pace *p)
{
    struct pace old = *p;

    p->room *= 2;
    p->taken = mem_new(p->room * sizeof *p->taken);
    for (uint64_t i = 0; i < old.room; i++)
        if (old.taken[i].channel.n)
            *place(p, old.taken[i].channel) = old.taken[i];
    free(old.taken);
}

bool pace_take(struct pace *p, struct channel_id channel, int64_t now)
{
    if (p->least_ms == 0)
        return true;
    struct taken *t = place(p, channel);
    if (t->channel.n && now - t->at < p->least_ms)
        return false;
    if (!t->channel.n && ++p->n * 2 > p->room) {
        grow(p);
        t = place(p, channel);
    }
    *t = (struct taken){ channel, now };
    return true;
}

void pace_return(struct pace *p, struct channel_id channel)
{
    if (p->least_ms == 0)
        return;
    struct taken *t = place(p, channel);
    if (t->channel.n)
        t->at -= p->least_ms;
}
