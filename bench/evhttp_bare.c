/* evhttp_bare.c -- the HTTP library with nothing behind it: what our server
 * could answer at best, from one thread.
 *
 *     evhttp_bare PORT BODY [NAME VALUE]...
 *
 * answers every request with that body and those headers until it is ended. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>

struct bare {
    const char *body;
    char **header; /* name, value, ..., NULL */
};

static void answer(struct evhttp_request *request, void *arg)
{
    const struct bare *bare = arg;
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);

    for (char **h = bare->header; h[0] && h[1]; h += 2)
        evhttp_add_header(headers, h[0], h[1]);
    evbuffer_add(evhttp_request_get_output_buffer(request), bare->body,
                 strlen(bare->body));
    evhttp_send_reply(request, 200, "OK", NULL);
}

int main(int argc, char **argv)
{
    struct event_config *config = event_config_new();
    struct bare bare;
    struct event_base *base;
    struct evhttp *http;

    if (argc < 3 || !config) {
        fputs("usage: evhttp_bare PORT BODY [NAME VALUE]...\n", stderr);
        return 2;
    }
    bare = (struct bare) { argv[2], argv + 3 };
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK |
                                      EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
    base = event_base_new_with_config(config);
    http = base ? evhttp_new(base) : NULL;
    signal(SIGPIPE, SIG_IGN);
    if (!http || evhttp_bind_socket(http, "127.0.0.1",
                                    (ev_uint16_t)atoi(argv[1])) != 0) {
        perror("evhttp_bare");
        return 1;
    }
    evhttp_set_gencb(http, answer, &bare);
    return event_base_dispatch(base) == 0 ? 0 : 1;
}
