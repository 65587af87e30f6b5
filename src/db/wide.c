#include "db/wide.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { ARG_ROOM = 16 };

/* "($1, $2)", counting from first. Returns how long it is. */
static size_t tuple(char *to, int first, int n)
{
    size_t at = 0;

    for (int i = 0; i < n; i++)
        at += (size_t)sprintf(to + at, "%s$%d", i ? ", " : "(", first + i);
    to[at++] = ')';
    to[at] = '\0';
    return at;
}

char *wide_text(const char *text, int n)
{
    const char *values = strstr(text, "VALUES (");

    if (!values || n == 0)
        return NULL;
    size_t head = (size_t)(values - text) + strlen("VALUES ");
    char *wide = mem_new(head + (size_t)(WIDE * n + 1) * ARG_ROOM);
    tuple(wide, 1, n);
    if (strcmp(text + head, wide) != 0) {
        free(wide);
        return NULL;
    }
    memcpy(wide, text, head);
    size_t at = head;
    for (int i = 0; i < WIDE; i++) {
        if (i)
            wide[at++] = ',';
        at += tuple(wide + at, 1 + i * n, n);
    }
    return wide;
}

void wide_args(const struct args *list, int n, struct arg *out)
{
    for (int i = 0; i < WIDE; i++)
        memcpy(out + (size_t)i * (size_t)n, list[i].v,
               (size_t)n * sizeof *out);
}
