/* What has been repaired once needs no more repair. */
#include "fuzz.h"

#include "http/repair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new();
    struct str line = fuzz_text(data, n), path;
    struct repaired r, again;

    if (repair_line(line, a, &r) == OK) {
        must(r.method.n > 0 && r.target.n > 0 && r.path.n > 0);
        must(r.path.p[0] == '/' && (r.path.n == 1 || r.path.p[1] != '/'));
        must(str_find(r.path, '?') == r.path.n);
        must(r.no_version == !repair_has_version(line));
        path = arena_printf(a, "GET %.*s? HTTP/1.1", STR_FMT(r.path));
        must(repair_line(path, a, &again) == OK);
        must(str_find(r.path, ' ') < r.path.n ||
             str_find(r.path, '\t') < r.path.n || str_eq(again.path, r.path));
    }
    arena_free(a);
    return 0;
}
