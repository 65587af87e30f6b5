/* The pieces are the whole text, and an address is harmless in an attribute. */
#include "fuzz.h"

#include "base/links.h"

static void check_link(struct str s)
{
    must(s.n > 7 && str_eq_case((struct str){ s.p, 4 }, STR("http")));
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        must(c > ' ' && c != 0x7F && !strchr("<>\"`\\", c));
    }
    must(str_is_text(s));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str text = fuzz_text(data, n), rest = text;
    struct piece p;
    size_t at = 0;
    bool was_text = false;

    while (links_next(&rest, &p)) {
        must(p.text.n > 0 && p.text.p == text.p + at);
        at += p.text.n;
        if (p.is_link)
            check_link(p.text);
        must(p.is_link || !was_text);
        was_text = !p.is_link;
    }
    must(at == n);
    return 0;
}
