#include "http/disposition.h"

#include "base/form.h"

/* What every program reads alike between double quotes. */
static bool plain(char ch)
{
    return ch >= ' ' && ch <= '~' && !strchr("\"\\%/", ch);
}

/* A '_' for each character that is not plain. */
static struct str in_ascii(struct arena *a, struct str name)
{
    char *p = arena_get(a, name.n + 1);
    size_t n = 0;

    while (name.n > 0) {
        size_t bytes = str_char(name);

        p[n++] = bytes == 1 && plain(*name.p) ? *name.p : '_';
        name = str_from(name, bytes ? bytes : 1);
    }
    return (struct str){ p, n };
}

/* As in an address, but for the colon: RFC 8187, section 3.2.1. */
static struct str extended(struct arena *a, struct str name)
{
    struct str rest = form_escape(name, a);
    struct str done = str_cut(&rest, ':');

    while (rest.p) {
        struct str part = str_cut(&rest, ':');

        done = arena_printf(a, "%.*s%%3A%.*s", STR_FMT(done), STR_FMT(part));
    }
    return done;
}

struct str disposition_attachment(struct arena *a, struct str name)
{
    struct str ascii = in_ascii(a, name);

    if (str_eq(ascii, name) || !str_is_text(name))
        return arena_printf(a, "attachment; filename=\"%.*s\"",
                            STR_FMT(ascii));
    return arena_printf(a,
                        "attachment; filename=\"%.*s\"; filename*=UTF-8''%.*s",
                        STR_FMT(ascii), STR_FMT(extended(a, name)));
}
