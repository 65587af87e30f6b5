#include "core/redis_url.h"

#include "base/form.h"

enum { USUAL_PORT = 6379, PORT_MAX = 65535, NUMBER_MAX = 65535 };

static const struct str scheme = { "redis://", 8 };

/* Cuts s at the last c: what was before it is returned, else NO_STR. */
static struct str cut_last(struct str *s, char c)
{
    for (size_t i = s->n; i-- > 0;)
        if (s->p[i] == c) {
            struct str front = { s->p, i };

            *s = str_from(*s, i + 1);
            return front;
        }
    return NO_STR;
}

static bool read_int(struct str s, int min, int max, int *out)
{
    int64_t n;

    if (!str_int(s, &n) || n < min || n > max)
        return false;
    *out = (int)n;
    return true;
}

static bool read_who(struct str who, struct arena *a, struct redis_url *out)
{
    struct str user = str_cut(&who, ':');

    if (!who.n)
        return false;
    if (user.n)
        out->user = form_unescape(user, a);
    out->password = form_unescape(who, a);
    return true;
}

static bool host_valid(struct str host)
{
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] <= ' ' || host.p[i] > '~' || strchr("/?#@[]", host.p[i]))
            return false;
    return host.n > 0;
}

static bool read_place(struct str place, struct arena *a, struct redis_url *out)
{
    struct str host;

    if (str_starts(place, STR("["))) {
        place = str_from(place, 1);
        host = str_cut(&place, ']');
        if (!place.p || (place.n && place.p[0] != ':'))
            return false;
        place = place.n ? str_from(place, 1) : NO_STR;
    } else {
        host = str_cut(&place, ':');
    }
    out->host = arena_copy(a, host);
    return host_valid(host)
           && (!place.p || read_int(place, 1, PORT_MAX, &out->port));
}

bool redis_url_parse(struct str text, struct arena *a, struct redis_url *out)
{
    *out = (struct redis_url){ .port = USUAL_PORT };
    if (!str_starts(text, scheme))
        return false;
    struct str rest = str_from(text, scheme.n);
    struct str who = cut_last(&rest, '@');
    struct str place = str_cut(&rest, '/');
    return (!who.p || read_who(who, a, out)) && read_place(place, a, out)
           && (!rest.n || read_int(rest, 0, NUMBER_MAX, &out->number));
}
