/* Whatever comes: XML that is well-formed as far as its brackets go, or one
 * sentence; never more than the limits, and the same twice. */
#include "fuzz.h"

#include "base/xml.h"
#include "core/mapper.h"

static const struct mapper_limits limits = {
    .input = 64 * 1024,
    .output = 64 * 1024,
    .connections = 100,
    .depth = 24,
    .nodes = 2000,
};

static void check_error(struct str yaml, const struct mapper_error *e)
{
    must(e->sentence.n > 0);
    must(str_is_text(e->sentence) && str_is_text(e->path));
    must(e->line >= 0 && e->column >= 0);
    must((size_t)e->line <= yaml.n + 1);
}

static void check_xml(struct str xml)
{
    size_t at;
    bool open = false;

    must(xml.n <= limits.output);
    must(str_starts(xml, STR("<user-mapping>\n")));
    must(str_ends(xml, STR("</user-mapping>\n")));
    must(xml_can_hold(xml, &at));
    for (size_t i = 0; i < xml.n; i++) {
        if (xml.p[i] == '<' || xml.p[i] == '>') {
            must(open == (xml.p[i] == '>'));
            open = !open;
        }
    }
    must(!open);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new();
    struct buf once = { 0 }, twice = { 0 };
    struct mapper_error error;
    struct str yaml = fuzz_text(data, n);
    enum result rc = mapper_convert(a, yaml, &limits, &once, &error);

    must(rc == OK || rc == ERR_INVALID || rc == ERR_TOO_BIG);
    if (rc == OK) {
        check_xml(buf_str(&once));
        must(mapper_convert(a, yaml, &limits, &twice, &error) == OK);
        must(once.n == twice.n); /* passwords at random differ */
    } else {
        must(once.n == 0);
        check_error(yaml, &error);
    }
    buf_free(&once);
    buf_free(&twice);
    arena_free(a);
    return 0;
}
