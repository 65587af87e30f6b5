/* hello_page.c -- is anybody there? */
#include "web/page.h"
#include "web/routes.h"

enum result hello_page(struct call *c)
{
    page_headers(c->res);
    buf_add(&c->res->body, STR("Hello, World!"));
    return OK;
}
