/* hello_page.c -- is anybody there? */
#include "http/message.h"
#include "web/routes.h"

enum result hello_page(struct call *c)
{
    response_header(c->res, "Content-Type", STR("text/html; charset=utf-8"));
    buf_add(&c->res->body, STR("Hello, World!"));
    return OK;
}
