/* The first byte says whether there is TLS; each line is a Cookie header. What
 * is taken for an id has its shape and came along, whole, behind our name. */
#include "fuzz.h"

#include "core/sessions.h"
#include "http/message.h"
#include "web/cookie.h"

enum { LINES = 8 };

static int is_within(struct str inner, struct str outer)
{
    return inner.p >= outer.p && inner.p + inner.n <= outer.p + outer.n;
}

/* Skips backwards what may stand between. */
static const char *before(const char *p, const char *from)
{
    while (p > from && (p[-1] == ' ' || (p[-1] >= '\t' && p[-1] <= '\r')))
        p--;
    return p;
}

static int is_ours(struct str id, struct str line, struct str name)
{
    const char *p = before(id.p, line.p);

    if (p == line.p || p[-1] != '=')
        return 0;
    p = before(p - 1, line.p);
    if ((size_t)(p - line.p) < name.n)
        return 0;
    return memcmp(p - name.n, name.p, name.n) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str rest = fuzz_text(data, n);
    struct header headers[LINES];
    struct request req = { .tls = fuzz_byte(&rest) & 1, .headers = headers };
    struct str name = req.tls ? STR("__Host-session") : STR("session");

    while (rest.p && req.n_headers < LINES)
        headers[req.n_headers++] =
            (struct header){ STR("Cookie"), str_cut(&rest, '\n') };
    struct str id = cookie_session(&req);
    if (!id.p)
        return 0;
    must(session_id_valid(id) && id.n == SESSION_ID);
    int found = 0;
    for (int i = 0; i < req.n_headers; i++)
        if (is_within(id, headers[i].value))
            found = is_ours(id, headers[i].value, name);
    must(found);
    return 0;
}
