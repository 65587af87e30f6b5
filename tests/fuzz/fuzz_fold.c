/* Folding makes text of text, and folding again changes nothing. */
#include "fuzz.h"

#include "base/fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str text = fuzz_text(data, n);

    if (!str_is_text(text))
        return 0;
    struct arena *a = arena_new();
    struct str once = fold(a, text);
    must(str_is_text(once));
    must(str_eq(fold(a, once), once));
    arena_free(a);
    return 0;
}
