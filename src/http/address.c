#include "http/address.h"

#include <stdlib.h>

#include "base/mem.h"

enum { BUCKETS = 1024, TEXT_ROOM = 64 };

struct address {
    struct address *next;
    int connections;
    size_t n;
    char text[TEXT_ROOM];
};

struct addresses {
    struct address *bucket[BUCKETS];
};

struct addresses *addresses_new(void)
{
    return NEW(struct addresses);
}

void addresses_free(struct addresses *all)
{
    free(all);
}

/* Who picks addresses to meet in one bucket needs as many addresses as there
 * are connections at all, which are limited. */
static struct address **bucket_of(struct addresses *all, const char *p,
                                  size_t n)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)p[i]) * 16777619u;
    return &all->bucket[hash % BUCKETS];
}

struct address *address_enter(struct addresses *all, struct str text, int max)
{
    struct str key = str_cap(text, TEXT_ROOM);
    struct address **first = bucket_of(all, key.p, key.n), *one = *first;

    while (one && !str_eq((struct str){ one->text, one->n }, key))
        one = one->next;
    if (one && one->connections >= max)
        return NULL;
    if (!one) {
        one = NEW(struct address);
        memcpy(one->text, key.p, key.n);
        one->n = key.n;
        one->next = *first;
        *first = one;
    }
    one->connections++;
    return one;
}

void address_leave(struct addresses *all, struct address *one)
{
    struct address **at = bucket_of(all, one->text, one->n);

    if (--one->connections > 0)
        return;
    while (*at != one)
        at = &(*at)->next;
    *at = one->next;
    free(one);
}
