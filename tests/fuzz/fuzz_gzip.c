/* Never more than the limit, which the first byte chooses. */
#include "fuzz.h"

#include "http/gzip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str packed = fuzz_text(data, n);
    size_t max = fuzz_byte(&packed) * 512;
    struct buf out;

    if (gzip_unpack(packed, max, &out) == OK)
        must(out.n <= max && !out.p == !out.n);
    buf_free(&out);
    return 0;
}
