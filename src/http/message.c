#include "http/message.h"

#include <assert.h>

const char *method_name(enum method m)
{
    switch (m) {
    case GET:
        return "GET";
    case HEAD:
        return "HEAD";
    case POST:
        return "POST";
    case PUT:
        return "PUT";
    case DELETE:
        return "DELETE";
    case OPTIONS:
        return "OPTIONS";
    case PATCH:
        return "PATCH";
    }
    return "?";
}

struct str request_header(const struct request *req, const char *name)
{
    struct str wanted = str_of(name);

    for (int i = 0; i < req->n_headers; i++)
        if (str_eq_case(req->headers[i].name, wanted))
            return req->headers[i].value;
    return NO_STR;
}

/* The nth in this list; *n is how many are still to be passed over. */
static struct str cookie_in(struct str list, struct str wanted, int *n)
{
    while (list.p) {
        struct str value = str_cut(&list, ';');
        struct str name = str_trim(str_cut(&value, '='));

        if (value.p && str_eq(name, wanted) && (*n)-- == 0)
            return str_trim(value);
    }
    return NO_STR;
}

struct str request_cookie(const struct request *req, const char *name, int n)
{
    struct str found = NO_STR;

    for (int i = 0; i < req->n_headers && !found.p; i++)
        if (str_eq_case(req->headers[i].name, STR("Cookie")))
            found = cookie_in(req->headers[i].value, str_of(name), &n);
    return found;
}

static bool one_line(struct str s)
{
    return !s.n
           || (!memchr(s.p, '\r', s.n) && !memchr(s.p, '\n', s.n)
               && !memchr(s.p, '\0', s.n));
}

void response_header(struct response *res, const char *name, struct str value)
{
    assert(one_line(value));
    if (res->n_headers == res->room) {
        int room = res->room ? 2 * res->room : 8;
        struct header *grown = arena_get(res->arena, room * sizeof *grown);

        if (res->n_headers)
            memcpy(grown, res->headers, res->n_headers * sizeof *grown);
        res->headers = grown;
        res->room = room;
    }
    res->headers[res->n_headers++] =
        (struct header){ arena_copy(res->arena, str_of(name)),
                         arena_copy(res->arena, value) };
}

struct str response_get(const struct response *res, const char *name)
{
    for (int i = 0; i < res->n_headers; i++)
        if (str_eq_case(res->headers[i].name, str_of(name)))
            return res->headers[i].value;
    return NO_STR;
}
