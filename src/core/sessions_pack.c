#include "core/sessions_pack.h"

#include "base/moment.h"

struct str sessions_pack(struct arena *a, const struct session *s)
{
    return arena_printf(a, "1 %lld %lld %lld %lld %zu %.*s %.*s",
                        (long long)s->account.n, (long long)s->created_at,
                        (long long)s->seen_at, (long long)s->expires_at,
                        s->address.n, STR_FMT(s->address), STR_FMT(s->agent));
}

static bool cut_int(struct str *rest, int64_t *out)
{
    return str_int(str_cut(rest, ' '), out) && *out >= 0 && *out <= MOMENT_MAX;
}

bool sessions_unpack(struct str text, struct session *out)
{
    int64_t form, n;

    if (!cut_int(&text, &form) || form != 1 || !cut_int(&text, &out->account.n)
        || !cut_int(&text, &out->created_at) || !cut_int(&text, &out->seen_at)
        || !cut_int(&text, &out->expires_at) || !cut_int(&text, &n))
        return false;
    if (n > SESSION_TEXT_MAX || text.n <= (size_t)n || text.p[n] != ' ')
        return false;
    out->address = (struct str){ text.p, (size_t)n };
    out->agent = str_from(text, (size_t)n + 1);
    return str_is_text(out->address) && str_is_text(out->agent)
           && out->agent.n <= SESSION_TEXT_MAX;
}
