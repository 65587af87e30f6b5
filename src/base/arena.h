/* arena.h -- memory that is given back all at once.
 *
 * A request owns an arena; whoever works for that request takes memory from
 * it and frees nothing. Not for two threads at the same time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);

void *arena_get(struct arena *a, size_t size); /* zeroed, aligned for all */
struct str arena_copy(struct arena *a, struct str s); /* zero-terminated */
struct str arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(a, type) ((type *)arena_get(a, sizeof(type)))

#endif
