/* The decoded form is never longer than the written one. */
#include "fuzz.h"

#include "base/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new();
    struct str rest = fuzz_text(data, n);
    struct form_pair pair;
    size_t total = 0;

    while (form_next(&rest, a, &pair)) {
        must(pair.name.n > 0 || pair.value.p || n > 0);
        must(str_find(pair.value, '\n') <= pair.value.n);
        total += pair.name.n + pair.value.n;
        (void)str_is_text(pair.name);
        (void)str_is_text(pair.value);
    }
    must(total <= n);
    must(form_unescape(fuzz_text(data, n), a).n <= n);
    arena_free(a);
    return 0;
}
