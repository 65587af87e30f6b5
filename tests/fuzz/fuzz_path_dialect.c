/* What is taken for a reading has a field and a number, and what is refused
 * says why in few words. */
#include "fuzz.h"

#include "base/decimal.h"
#include "web/path_dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new();
    struct path_parts p;
    double v;

    path_parts_read(fuzz_text(data, n), a, &p);
    if (p.why) {
        must(strlen(p.why) <= PATH_WHY_MAX);
    } else {
        must(p.field >= 1 && p.field <= PATH_FIELDS);
        must(decimal_parse(p.data, &v, NULL));
    }
    must(!p.mac.p || (p.mac.n >= 1 && p.mac.n <= 64));
    must(!p.key.p || p.key.n >= 1);
    arena_free(a);
    return 0;
}
