/* The first byte chooses the type; a line of query, then the body. */
#include "fuzz.h"

#include "http/params.h"

static const char *const types[] = {
    NULL,
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=X",
    "text/plain",
    "multipart/form-data; boundary=\"",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str body = fuzz_text(data, n);
    const char *type = types[fuzz_byte(&body) % 6];
    struct str query = str_cut(&body, '\n');
    struct header header = {STR("Content-Type"), str_of(type)};
    struct request req = {.method = POST,
                          .query = query,
                          .headers = &header,
                          .n_headers = type != NULL,
                          .body = body.p ? body : STR(""),
                          .arena = arena_new()};
    struct params p;
    enum result rc = params_read(&req, &p);

    must(rc == OK || rc == ERR_INVALID || rc == ERR_TOO_BIG);
    must((rc == OK) == (p.bad.p == NULL));
    must(p.n <= PARAMS_MAX);
    for (int i = 0; i < p.n; i++) {
        must(p.list[i].name.p && p.list[i].value.p);
        (void)str_is_text(p.list[i].name);
        (void)str_is_text(p.list[i].value);
    }
    arena_free(req.arena);
    return 0;
}
