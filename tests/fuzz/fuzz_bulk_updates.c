/* Whatever is taken has a time of the calendar and values within the limits;
 * whatever is refused says why. The first byte chooses the form. */
#include "fuzz.h"

#include "base/moment.h"
#include "web/bulk_updates.h"

enum { MOST = 50 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str text = fuzz_text(data, n);
    unsigned form = fuzz_byte(&text);
    struct bulk b = { .arena = arena_new(), .max = MOST };
    enum result rc = form % 3 == 0 ? bulk_read_json(&b, text)
                                   : bulk_read_csv(&b, text, form % 3 == 1);

    must(b.n <= MOST);
    must(rc == OK || rc == ERR_GARBLED || b.why);
    if (rc == OK)
        bulk_anchor(&b, MOMENT_MAX / 2);
    for (size_t i = 0; rc == OK && i < b.n; i++) {
        must(b.list[i].at >= MOMENT_MIN && b.list[i].at <= MOMENT_MAX);
        for (int k = 0; k < b.list[i].n_values; k++) {
            must(b.list[i].values[k].text.n <= VALUE_MAX);
            must(str_is_text(b.list[i].values[k].text));
        }
    }
    arena_free(b.arena);
    return 0;
}
