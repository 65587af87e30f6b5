#include "web/call.h"

#include "http/message.h"

struct str call_key(const struct call *c)
{
    static const char *const headers[] = { "THINGSPEAKAPIKEY",
                                           "X-THINGSPEAKAPIKEY" };

    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct str s = str_trim(request_header(c->req, headers[i]));

        if (s.n > 0)
            return s;
    }
    return call_key_sent(c);
}

struct str call_key_sent(const struct call *c)
{
    static const char *const names[] = { "key", "api_key", "apikey" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str s = str_trim(params_get(&c->params, names[i]));

        if (s.n > 0)
            return s;
    }
    return NO_STR;
}

bool call_wants_page(const struct call *c)
{
    struct str accept = request_header(c->req, "Accept");

    return accept.p && memmem(accept.p, accept.n, "text/html", 9);
}
