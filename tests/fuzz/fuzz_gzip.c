/* Never more than the limit, which the first byte chooses. */
#include "fuzz.h"

#include "http/gzip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str packed = fuzz_text(data, n), out;
    size_t max = fuzz_byte(&packed) * 512;
    struct arena *a = arena_new();

    if (gzip_unpack(packed, max, a, &out) == OK)
        must(out.p && out.n <= max);
    arena_free(a);
    return 0;
}
