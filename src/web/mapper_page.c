/* mapper_page.c -- a YAML file comes in, and its XML is a document of the
 * visitor's. */
#include "core/mapper.h"
#include "http/message.h"
#include "web/keep.h"
#include "web/page.h"
#include "web/routes.h"

enum { BODY_MAX = 1024 * 1024 }; /* bytes of the whole form */

#define RESULT_NAME "user-mapping.xml"
#define RESULT_TYPE "application/xml; charset=utf-8"

/* why: what was wrong with the form, or NO_STR. */
static enum result show(struct call *c, struct values *v, int status,
                        struct str why)
{
    values_text(v, "title", STR("Guacamole User Mapper - Almanac"));
    values_text(v, "flash", why);
    values_text(v, "name", STR(RESULT_NAME));
    c->res->status = status;
    return page_show(c, "mapper", v);
}

static enum result refuse(struct call *c, int status, const char *why)
{
    return show(c, values_new(c->arena), status, str_of(why));
}

/* What is wrong with the file, and where. */
static enum result explain(struct call *c, const struct mapper_error *e)
{
    struct values *v = values_new(c->arena);

    values_flag(v, "file", true);
    values_flag(v, "at", e->line > 0);
    values_text(v, "line", arena_printf(c->arena, "%d", e->line));
    if (e->column > 0)
        values_text(v, "column", arena_printf(c->arena, "%d", e->column));
    if (e->path.n
        && !memmem(e->sentence.p, e->sentence.n, e->path.p, e->path.n))
        values_text(v, "path", e->path);
    return show(c, v, 400, e->sentence);
}

static bool is_yaml(struct str name)
{
    struct str end = STR(".yaml");

    return name.n > end.n
           && str_eq_case(str_from(name, name.n - end.n), end);
}

static enum result keep(struct call *c, struct str xml)
{
    struct document_id id;
    enum result rc =
        keep_document(c, STR(RESULT_NAME), STR(RESULT_TYPE), xml, &id);

    if (rc == OK)
        return page_redirect(c, arena_printf(c->arena, "/documents/%lld",
                                             (long long)id.n));
    if (rc == ERR_TOO_BIG || rc == ERR_CONFLICT)
        return refuse(c, 409, c->why);
    return rc;
}

enum result mapper_page(struct call *c)
{
    return show(c, values_new(c->arena), 200, NO_STR);
}

enum result mapper_post(struct call *c)
{
    const struct param *file = params_find_form(&c->params, "filename");
    struct mapper_error error;
    struct buf xml = { 0 };

    if (c->req->body.n > BODY_MAX) {
        c->why = "The file is larger than the mapper takes: 1 MiB, with all "
                 "that the form adds.";
        return ERR_TOO_BIG;
    }
    if (!file || !file->filename.n)
        return refuse(c, 200, "This field is required.");
    if (!is_yaml(file->filename))
        return refuse(c, 200,
                      "Only YAML files accepted. The name has to end in "
                      ".yaml.");
    enum result rc = mapper_convert(c->arena, file->value,
                                    &mapper_usual_limits, &xml, &error);
    if (rc == OK)
        rc = keep(c, buf_str(&xml));
    else if (rc == ERR_INVALID || rc == ERR_TOO_BIG)
        rc = explain(c, &error);
    buf_free(&xml);
    return rc;
}
