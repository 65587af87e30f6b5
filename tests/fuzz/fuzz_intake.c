/* Bytes of a connection, cut as the first byte says: the requests that come
 * out must be those that come out of the same bytes in one piece. */
#include "fuzz.h"

#include <string.h>

#include "base/buf.h"
#include "http/intake.h"

static const struct intake_limits limits = {512, 1024};

static void note(struct buf *b, struct intake *t)
{
    struct incoming *in = intake_take(t);
    struct request *q = &in->req;

    must(q->path.n > 0 && q->path.p[0] == '/' && q->body.p && q->query.p);
    must(q->body.n <= limits.body);
    buf_printf(b, "%d %d %zu %zu %zu %d;", q->method, q->n_headers, q->path.n,
               q->query.n, q->body.n, in->close);
    buf_add(b, q->body);
    free(in->bytes);
    arena_free(q->arena);
}

static void feed(struct str s, size_t step, struct buf *out)
{
    struct intake t = {0};

    while (s.n && t.state != INTAKE_REFUSED) {
        size_t n = step < s.n ? step : s.n;

        memcpy(intake_room(&t, n), s.p, n);
        s = str_from(s, n);
        while (intake_run(&t, n, &limits) == INTAKE_READY) {
            note(out, &t);
            n = 0;
        }
    }
    if (intake_eof(&t, &limits) == INTAKE_READY)
        note(out, &t);
    if (t.state == INTAKE_REFUSED)
        buf_printf(out, "refused %d", refusal_status(t.why));
    intake_clear(&t);
    must(!t.p && !t.in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str bytes = fuzz_text(data, n);
    size_t step = 1 + fuzz_byte(&bytes) % 16;
    struct buf whole = {0}, cut = {0};

    feed(bytes, bytes.n, &whole);
    feed(bytes, step, &cut);
    must(str_eq(buf_str(&whole), buf_str(&cut)));
    buf_free(&whole);
    buf_free(&cut);
    return 0;
}
