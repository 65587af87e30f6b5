#include "yaml/fault.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"

enum { KEY_SHOWN = 60, SENTENCE_ROOM = 512 };

static void put_path(struct buf *out, const struct path *path)
{
    if (path->outer)
        put_path(out, path->outer);
    if (!path->key.p) {
        buf_printf(out, "[%zu]", path->number);
        return;
    }
    if (out->n > 0)
        buf_char(out, '.');
    buf_add(out, str_cap(path->key, KEY_SHOWN));
}

struct str path_text(struct arena *a, const struct path *path)
{
    struct buf out = { 0 };
    struct str text;

    if (path)
        put_path(&out, path);
    text = arena_copy(a, buf_str(&out));
    buf_free(&out);
    return text;
}

enum result fault_at(struct fault *f, enum result rc, struct arena *a,
                     struct place at, const struct path *path,
                     const char *fmt, ...)
{
    char sentence[SENTENCE_ROOM];
    va_list args;

    va_start(args, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, args);
    va_end(args);
    *f = (struct fault){ .sentence = arena_copy(a, str_of(sentence)),
                         .line = at.line, .column = at.column,
                         .path = path_text(a, path) };
    return rc;
}
