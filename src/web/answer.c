#include "web/answer.h"

#include "base/json.h"
#include "base/xml.h"
#include "web/chart_picture.h"
#include "web/page.h"
#include "web/routes.h"

enum { RETRY_SECONDS = 5 };

/* Source of the codes and messages: ThingSpeak's error table. */
static const struct saying {
    const char *phrase, *code, *message, *details;
} sayings[RESULT_COUNT] = {
    [ERR_INVALID] = { "Bad Request", "error_bad_request", "Bad Request",
                      "The request cannot be fulfilled due to bad syntax." },
    [ERR_STRANGER] = { "Unauthorized", "error_auth_required",
                       "Authorization Required",
                       "Please provide proper authentication details." },
    [ERR_DENIED] = { "Forbidden", "error_forbidden", "Forbidden",
                     "This is not allowed." },
    [ERR_MISSING] = { "Not Found", "error_resource_not_found",
                      "Resource Not Found",
                      "The requested resource was not found." },
    [ERR_METHOD] = { "Method Not Allowed", "error_method_invalid",
                     "Method Not Allowed",
                     "The method is not one that this address has." },
    [ERR_CONFLICT] = { "Conflict", "error_conflict", "Resource Conflict",
                       "It is there already." },
    [ERR_TOO_BIG] = { "Payload Too Large", "error_request_too_large",
                      "Request Too Large",
                      "The request is larger than the limit." },
    [ERR_GARBLED] = { "Unprocessable Entity", "error_invalid_byte_sequence",
                      "Invalid Byte Sequence",
                      "The text is not valid UTF-8." },
    [ERR_TOO_SOON] = { "Too Many Requests", "error_too_many_requests",
                       "Too Many Requests",
                       "Please wait before making more requests." },
    [ERR_BUSY] = { "Service Unavailable", "error_service_unavailable",
                   "Service Unavailable", "Please try again shortly." },
    [ERR_FAILED] = { "Internal Server Error", "error_internal_server_error",
                     "Internal Server Error",
                     "The server could not do it." },
};

static int status_of(enum result rc)
{
    switch (rc) {
    case OK:           return 200;
    case ERR_INVALID:  return 400;
    case ERR_STRANGER: return 401;
    case ERR_DENIED:   return 403;
    case ERR_MISSING:  return 404;
    case ERR_METHOD:   return 405;
    case ERR_CONFLICT: return 409;
    case ERR_TOO_BIG:  return 413;
    case ERR_GARBLED:  return 422;
    case ERR_TOO_SOON: return 429;
    case ERR_BUSY:     return 503;
    case LATER:
    case ERR_FAILED:
    case RESULT_COUNT: break;
    }
    return 500;
}

static const char *phrase(int status)
{
    if (status == 200)
        return "OK";
    if (status == 202)
        return "Accepted";
    for (int rc = ERR_INVALID; rc < RESULT_COUNT; rc++)
        if (status_of((enum result)rc) == status)
            return sayings[rc].phrase;
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

static void write_object(struct call *c, enum result rc)
{
    const struct saying *s = &sayings[rc];
    struct buf *b = &c->res->body;
    struct str details = str_of(c->why ? c->why : s->details);

    if (c->suffix == JSON) {
        struct json j = { .out = b };

        json_open(&j, NULL, '{');
        json_text(&j, "status", arena_printf(c->arena, "%d", status_of(rc)));
        json_open(&j, "error", '{');
        json_text(&j, "error_code", str_of(s->code));
        json_text(&j, "message", str_of(s->message));
        json_text(&j, "details", details);
        json_close(&j, '}');
        json_close(&j, '}');
    } else if (c->suffix == XML) {
        struct xml x = { .out = b };

        xml_start(&x);
        xml_open(&x, "error", NULL);
        xml_text(&x, "error-code", NULL, str_of(s->code));
        xml_text(&x, "message", NULL, str_of(s->message));
        xml_text(&x, "details", NULL, details);
        xml_close(&x, "error");
    } else {
        buf_add(b, str_of(s->code));
    }
}

/* ThingSpeak's update answers "0" and knows few statuses: a wrong key is 400,
 * and too soon is 200, because the Arduino library takes 429 for a fault. */
static int zero_status(enum result rc)
{
    if (rc == ERR_STRANGER || rc == ERR_DENIED || rc == ERR_MISSING)
        return 400;
    return rc == ERR_TOO_SOON ? 200 : status_of(rc);
}

static void write_page(struct call *c, enum result rc)
{
    const struct saying *s = &sayings[rc];

    if (rc == ERR_STRANGER && c->route->act == ACT_READ_CHANNEL)
        page_private(c);
    else if (rc == ERR_STRANGER)
        page_sign_in(c);
    else if (rc == ERR_MISSING && !c->why)
        page_missing(c);
    else
        page_error(c, status_of(rc), s->message, c->why ? c->why : s->details);
}

static void write_error(struct call *c, enum result rc)
{
    const struct saying *s = &sayings[rc];
    enum dialect dialect = c->route ? c->route->dialect : WORD;

    if (dialect == WORD && call_wants_page(c))
        dialect = PAGE;
    c->res->status = status_of(rc);
    switch (dialect) {
    case PAGE:
        write_page(c, rc);
        return;
    case PICTURE:
        chart_refused(c, rc, c->why ? c->why : s->details);
        return;
    case WORD:
        buf_add(&c->res->body, str_of(c->why ? c->why : s->details));
        c->suffix = PLAIN;
        break;
    case ZERO:
        c->res->status = zero_status(rc);
        buf_char(&c->res->body, '0');
        break;
    case MINUS:
        if (rc == ERR_STRANGER || rc == ERR_DENIED) {
            c->res->status = 400;
            buf_add(&c->res->body, STR("-1"));
            break;
        }
        write_object(c, rc);
        break;
    case OBJECT:
        write_object(c, rc);
        break;
    }
    response_header(c->res, "Content-Type", answer_type(c->suffix));
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
    if ((res->status == 503 || res->status == 429)
        && !response_get(res, "Retry-After").p)
        response_header(res, "Retry-After",
                        arena_printf(c->arena, "%d", RETRY_SECONDS));
    struct str type = response_get(res, "Content-Type");
    bool page = str_starts(type, STR("text/html"))
                || (c->route && c->route->dialect == PAGE);
    /* for devices with little room; who has a session is no device */
    bool bare = !page && !c->visitor.session.p
                && str_is(params_get(&c->params, "headers"), "false");
    if (!bare && !response_get(res, "X-Content-Type-Options").p)
        response_header(res, "X-Content-Type-Options", STR("nosniff"));
    if (page || bare)
        return;
    if (rc != OK)
        page_keep_private(c); /* it may be there the next time */
    if (!type.p)
        response_header(res, "Content-Type", answer_type(c->suffix));
    response_header(res, "Status",
                    arena_printf(c->arena, "%d %s", res->status,
                                 phrase(res->status)));
    add_cross_origin(res);
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
