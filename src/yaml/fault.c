#include "yaml/fault.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/unicode.h"

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

/* What has no ink would disturb a terminal or a log; what was cut may end with
 * half a character. */
static struct str readable(struct arena *a, struct str s)
{
    struct buf out = { 0 };
    struct str text;

    for (size_t i = 0, n; (n = str_char(str_from(s, i))) > 0; i += n) {
        if (unicode_is_printable(unicode_first(str_from(s, i), &n)))
            buf_add(&out, (struct str){ s.p + i, n });
        else
            buf_char(&out, '?');
    }
    text = arena_copy(a, buf_str(&out));
    buf_free(&out);
    return text;
}

struct str path_text(struct arena *a, const struct path *path)
{
    struct buf out = { 0 };
    struct str text;

    if (path)
        put_path(&out, path);
    text = readable(a, buf_str(&out));
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
    *f = (struct fault){ .sentence = readable(a, str_of(sentence)),
                         .line = at.line, .column = at.column,
                         .path = path_text(a, path) };
    return rc;
}
