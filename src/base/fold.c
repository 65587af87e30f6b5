#include "base/fold.h"

#include <glib.h>

#include "base/buf.h"

enum { DECOMPOSED_MAX = 18, CHAR_MAX_BYTES = 6 };

/* Letters that Unicode does not take apart, and what those who have no such
 * key type instead. */
static struct str plain_letter(gunichar c)
{
    switch (c) {
    case 0x00E6: return STR("ae"); /* æ */
    case 0x00F0: return STR("d");  /* ð */
    case 0x00F8: return STR("o");  /* ø */
    case 0x00FE: return STR("th"); /* þ */
    case 0x0111: return STR("d");  /* đ */
    case 0x0127: return STR("h");  /* ħ */
    case 0x0131: return STR("i");  /* ı */
    case 0x0142: return STR("l");  /* ł */
    case 0x0153: return STR("oe"); /* œ */
    case 0x0167: return STR("t");  /* ŧ */
    default:     return NO_STR;
    }
}

static void put(struct buf *out, gunichar c)
{
    char bytes[CHAR_MAX_BYTES];

    if (g_unichar_isspace(c))
        buf_char(out, ' ');
    else if (!g_unichar_ismark(c))
        buf_add(out, (struct str){ bytes,
                                   (size_t)g_unichar_to_utf8(c, bytes) });
}

/* Each character by itself: marks go anyway, so they need no order, and
 * putting many of them in order takes long. */
static void take_apart(struct buf *out, struct str s)
{
    gunichar parts[DECOMPOSED_MAX];

    for (const char *p = s.p, *end = p + s.n; p < end;
         p = g_utf8_next_char(p)) {
        gsize n = g_unichar_fully_decompose(g_utf8_get_char(p), TRUE, parts,
                                            DECOMPOSED_MAX);

        for (gsize i = 0; i < n; i++)
            put(out, parts[i]);
    }
}

/* Folding makes capitals of Cherokee's small letters, hence tolower. */
static void replace_letters(struct buf *out, const char *p)
{
    for (; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_unichar_tolower(g_utf8_get_char(p));
        struct str with = plain_letter(c);

        if (with.p)
            buf_add(out, with);
        else
            put(out, c);
    }
}

struct str fold(struct arena *a, struct str s)
{
    struct buf apart = { 0 }, out = { 0 };

    if (s.n == 0)
        return STR("");
    take_apart(&apart, s);
    char *folded = g_utf8_casefold(apart.n ? apart.p : "", (gssize)apart.n);
    replace_letters(&out, folded);
    struct str result = arena_copy(a, buf_str(&out));
    g_free(folded);
    buf_free(&apart);
    buf_free(&out);
    return result;
}
