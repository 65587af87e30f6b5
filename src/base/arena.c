#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { FIRST_BLOCK = 4 * 1024, LARGEST_BLOCK = 64 * 1024 };

struct block {
    struct block *older;
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct block *newest;
    char *at;       /* the next free byte of the newest block */
    size_t left;
    size_t next;    /* size of the block to come */
};

struct arena *arena_new(void)
{
    struct arena *a = NEW(struct arena);

    a->next = FIRST_BLOCK;
    return a;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    for (struct block *b = a->newest, *older; b; b = older) {
        older = b->older;
        free(b);
    }
    free(a);
}

static struct block *add_block(struct arena *a, size_t size)
{
    struct block *b = mem_new(sizeof *b + size);

    b->older = a->newest;
    a->newest = b;
    return b;
}

/* What is large gets a block of its own, behind the one in use. */
static void *get_large(struct arena *a, size_t size)
{
    struct block *used = a->newest;
    struct block *b = add_block(a, size);

    if (used) {
        a->newest = used;
        b->older = used->older;
        used->older = b;
    }
    return b->bytes;
}

void *arena_get(struct arena *a, size_t size)
{
    const size_t align = alignof(max_align_t);
    void *p;

    assert(size < SIZE_MAX / 2);
    size = size == 0 ? align : (size + align - 1) / align * align;
    if (size > a->left) {
        if (size > FIRST_BLOCK / 2)
            return get_large(a, size);
        a->at = add_block(a, a->next)->bytes;
        a->left = a->next;
        if (a->next < LARGEST_BLOCK)
            a->next *= 2;
    }
    p = a->at;
    a->at += size;
    a->left -= size;
    return p;
}

struct str arena_copy(struct arena *a, struct str s)
{
    char *copy;

    if (!s.p)
        return NO_STR;
    copy = arena_get(a, s.n + 1);
    if (s.n > 0)
        memcpy(copy, s.p, s.n);
    return (struct str){ copy, s.n };
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
    char small[256], *p;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    if ((size_t)n < sizeof small)
        return arena_copy(a, (struct str){ small, (size_t)n });
    p = arena_get(a, (size_t)n + 1);
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return (struct str){ p, (size_t)n };
}
