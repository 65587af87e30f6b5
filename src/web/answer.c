#include "web/answer.h"

#include "base/json.h"
#include "base/xml.h"
#include "web/page.h"
#include "web/routes.h"

enum { RETRY_SECONDS = 5 };

/* Source of the codes: ThingSpeak's error table. */
struct saying {
    int status;
    const char *phrase, *code, *message, *details;
};

static struct saying saying(enum result rc)
{
    switch (rc) {
    case OK:
        return (struct saying){ .status = 200 };
    case ERR_INVALID:
        return (struct saying){
            400, "Bad Request", "error_bad_request", "Bad Request",
            "The request cannot be fulfilled due to bad syntax."
        };
    case ERR_STRANGER:
        return (struct saying){
            401, "Unauthorized", "error_auth_required",
            "Authorization Required",
            "Please provide proper authentication details."
        };
    case ERR_DENIED:
        return (struct saying){ 403, "Forbidden", "error_forbidden",
                                "Forbidden", "This is not allowed." };
    case ERR_MISSING:
        return (struct saying){
            404, "Not Found", "error_resource_not_found",
            "Resource Not Found",
            "The requested resource was not found."
        };
    case ERR_METHOD:
        return (struct saying){
            405, "Method Not Allowed", "error_method_invalid",
            "Method Not Allowed",
            "The method is not one that this address has."
        };
    case ERR_CONFLICT:
        return (struct saying){ 409, "Conflict", "error_conflict",
                                "Resource Conflict",
                                "It is there already." };
    case ERR_TOO_BIG:
        return (struct saying){
            413, "Payload Too Large", "error_request_too_large",
            "Request Too Large", "The request is larger than the limit."
        };
    case ERR_GARBLED:
        return (struct saying){
            422, "Unprocessable Entity", "error_invalid_byte_sequence",
            "Invalid Byte Sequence", "The text is not valid UTF-8."
        };
    case ERR_TOO_SOON:
        return (struct saying){
            429, "Too Many Requests", "error_too_many_requests",
            "Too Many Requests",
            "Please wait before making more requests."
        };
    case ERR_BUSY:
        return (struct saying){
            503, "Service Unavailable", "error_service_unavailable",
            "Service Unavailable", "Please try again shortly."
        };
    case LATER:
    case ERR_FAILED:
    case RESULT_COUNT:
        break;
    }
    return (struct saying){ 500, "Internal Server Error",
                            "error_internal_server_error",
                            "Internal Server Error",
                            "The server could not do it." };
}

static const char *phrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 202:
        return "Accepted";
    case 303:
        return "See Other";
    case 304:
        return "Not Modified";
    case 404: /* a page's own */
        return "Not Found";
    }
    for (int rc = ERR_INVALID; rc < RESULT_COUNT; rc++)
        if (saying((enum result)rc).status == status)
            return saying((enum result)rc).phrase;
    return "Other";
}

struct str answer_type(enum suffix s)
{
    switch (s) {
    case JSON:
        return STR("application/json; charset=utf-8");
    case XML:
        return STR("application/xml; charset=utf-8");
    case CSV:
        return STR("text/csv; charset=utf-8");
    case PLAIN:
    case TXT:
        break;
    }
    return STR("text/plain; charset=utf-8");
}

static void write_object(struct call *c, struct saying s)
{
    struct buf *b = &c->res->body;
    struct str details = str_of(c->why ? c->why : s.details);

    if (c->suffix == JSON) {
        struct json j = { .out = b };

        json_open(&j, NULL, '{');
        json_text(&j, "status", arena_printf(c->arena, "%d", s.status));
        json_open(&j, "error", '{');
        json_text(&j, "error_code", str_of(s.code));
        json_text(&j, "message", str_of(s.message));
        json_text(&j, "details", details);
        json_close(&j, '}');
        json_close(&j, '}');
    } else if (c->suffix == XML) {
        struct xml x = { .out = b };

        xml_start(&x);
        xml_open(&x, "error", NULL);
        xml_text(&x, "error-code", NULL, str_of(s.code));
        xml_text(&x, "message", NULL, str_of(s.message));
        xml_text(&x, "details", NULL, details);
        xml_close(&x, "error");
    } else {
        buf_add(b, str_of(s.code));
    }
}

/* ThingSpeak's update answers "0" and knows few statuses: a wrong key is 400,
 * and too soon is 200, because the Arduino library takes 429 for a fault. */
static int zero_status(enum result rc, int status)
{
    if (rc == ERR_STRANGER || rc == ERR_DENIED || rc == ERR_MISSING)
        return 400;
    return rc == ERR_TOO_SOON ? 200 : status;
}

static void write_error(struct call *c, enum result rc)
{
    struct saying s = saying(rc);
    enum dialect dialect = c->route ? c->route->dialect : WORD;

    if (dialect == WORD && call_wants_page(c))
        dialect = PAGE;
    c->res->status = s.status;
    switch (dialect) {
    case PAGE:
        page_error(c, s.status, s.message, c->why ? c->why : s.details);
        return;
    case WORD:
        buf_add(&c->res->body, str_of(c->why ? c->why : s.details));
        c->suffix = PLAIN;
        break;
    case ZERO:
        c->res->status = zero_status(rc, s.status);
        buf_char(&c->res->body, '0');
        break;
    case MINUS:
        if (rc == ERR_STRANGER || rc == ERR_DENIED) {
            c->res->status = 400;
            buf_add(&c->res->body, STR("-1"));
            break;
        }
        write_object(c, s);
        break;
    case OBJECT:
        write_object(c, s);
        break;
    }
    response_header(c->res, "Content-Type", answer_type(c->suffix));
}

static struct str header_of(const struct response *res, const char *name)
{
    for (int i = 0; i < res->n_headers; i++)
        if (str_eq_case(res->headers[i].name, str_of(name)))
            return res->headers[i].value;
    return NO_STR;
}

static void add_cross_origin(struct response *res)
{
    response_header(res, "Access-Control-Allow-Origin", STR("*"));
    response_header(res, "Access-Control-Allow-Methods",
                    STR("GET, POST, PUT, OPTIONS, DELETE, PATCH"));
    response_header(res, "Access-Control-Allow-Headers",
                    STR("origin, content-type, X-Requested-With, "
                        "THINGSPEAKAPIKEY, X-THINGSPEAKAPIKEY"));
    response_header(res, "Access-Control-Max-Age", STR("1800"));
}

void answer_write(struct call *c, enum result rc)
{
    struct response *res = c->res;

    if (rc != OK)
        write_error(c, rc);
    else if (!res->status)
        res->status = 200;
    if (res->status == 503 || res->status == 429)
        response_header(res, "Retry-After",
                        arena_printf(c->arena, "%d", RETRY_SECONDS));
    struct str type = header_of(res, "Content-Type");
    if (str_starts(type, STR("text/html"))
        || (c->route && c->route->dialect == PAGE))
        return;
    if (str_is(params_get(&c->params, "headers"), "false"))
        return;
    if (!type.p)
        response_header(res, "Content-Type", answer_type(c->suffix));
    response_header(res, "Status",
                    arena_printf(c->arena, "%d %s", res->status,
                                 phrase(res->status)));
    response_header(res, "X-Content-Type-Options", STR("nosniff"));
    add_cross_origin(res);
}

void answer_options(struct call *c)
{
    c->res->status = 200;
}

void answer_allow(struct call *c, unsigned methods)
{
    static const enum method all[] = { GET, HEAD, POST, PUT, DELETE };
    struct buf b = { 0 };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (methods & all[i])
            buf_printf(&b, "%s, ", method_name(all[i]));
    buf_add(&b, STR("OPTIONS"));
    response_header(c->res, "Allow", buf_str(&b));
    buf_free(&b);
}
