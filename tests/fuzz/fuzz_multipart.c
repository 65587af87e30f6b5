/* The first line is the Content-Type. Parts lie in the body, in order. */
#include "fuzz.h"

#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str body = fuzz_text(data, n);
    struct str type = str_cut(&body, '\n');
    const char *at = body.p;
    struct multipart m;
    struct part p;

    if (!body.p || !multipart_start(&m, type, body))
        return 0;
    while (multipart_next(&m, &p)) {
        must(!m.broken && p.name.p && p.body.p);
        must(p.body.p >= at && p.body.p + p.body.n <= body.p + body.n);
        must(p.name.p >= at && p.name.p + p.name.n <= p.body.p);
        must(!p.filename.p
             || (p.filename.p >= at && p.filename.p + p.filename.n <= p.body.p));
        at = p.body.p + p.body.n;
    }
    return 0;
}
