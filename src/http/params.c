#include "http/params.h"

#include "base/form.h"
#include "base/json_in.h"
#include "http/multipart.h"

enum { FIRST_ROOM = 16 };

struct reader {
    const struct request *req;
    struct param *list;
    int n, room;
    enum result rc;
    struct str bad;
};

static enum result fail(struct reader *r, enum result rc, const char *why)
{
    r->bad = arena_copy(r->req->arena, str_of(why));
    return r->rc = rc;
}

static void add(struct reader *r, struct param p)
{
    if (r->n == PARAMS_MAX) {
        fail(r, ERR_TOO_BIG, "more parameters than this server accepts");
        return;
    }
    if (r->n == r->room) {
        int room = r->room ? 2 * r->room : FIRST_ROOM;
        struct param *grown = arena_get(r->req->arena, room * sizeof *grown);

        if (r->n)
            memcpy(grown, r->list, r->n * sizeof *grown);
        r->list = grown;
        r->room = room;
    }
    r->list[r->n++] = p;
}

static void read_form(struct reader *r, struct str text, bool body)
{
    struct form_pair pair;

    while (r->rc == OK && form_next(&text, r->req->arena, &pair))
        add(r, (struct param){ .name = pair.name,
                               .value = pair.value.p ? pair.value : STR(""),
                               .form = body });
}

static void read_multipart(struct reader *r, struct str type)
{
    struct multipart m;
    struct part part;

    if (!multipart_start(&m, type, r->req->body)) {
        fail(r, ERR_INVALID, "the multipart body has no such boundary");
        return;
    }
    while (r->rc == OK && multipart_next(&m, &part))
        add(r, (struct param){ .name = part.name,
                               .value = part.body,
                               .filename = part.filename,
                               .type = part.type,
                               .form = true });
    if (r->rc == OK && m.broken)
        fail(r, ERR_INVALID, "a part of the multipart body is not complete");
}

static enum result fail_json(struct reader *r, const struct json_in *j)
{
    r->bad = arena_printf(r->req->arena, "the JSON body has %s at byte %zu",
                          j->why ? j->why : "something else", j->at);
    return r->rc = ERR_INVALID;
}

/* The value of a member; an object or array as its text. */
static bool json_value(struct json_in *j, struct param *p)
{
    enum json_item item = json_in_next(j);
    size_t start = j->at;

    switch (item) {
    case JSON_NULL:
        return true;
    case JSON_STRING:
        p->value = j->text;
        return true;
    case JSON_NUMBER:
        p->value = j->text;
        p->number = true;
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        p->value = item == JSON_TRUE ? STR("true") : STR("false");
        p->number = true;
        return true;
    case JSON_OBJECT:
    case JSON_ARRAY:
        if (!json_in_skip(j, item))
            return false;
        p->value = (struct str){ j->s.p + start - 1, j->at - start + 1 };
        return true;
    default:
        return false;
    }
}

static void read_members(struct reader *r, struct json_in *j)
{
    enum json_item item = JSON_BROKEN;

    while (r->rc == OK && (item = json_in_next(j)) == JSON_NAME) {
        struct param p = { .name = j->text };

        if (!json_value(j, &p))
            break;
        if (p.value.p) /* null is as good as not sent */
            add(r, p);
    }
    if (r->rc == OK && (item != JSON_OBJECT_END || json_in_next(j) != JSON_END))
        fail_json(r, j);
}

static void read_json(struct reader *r)
{
    struct json_in j;
    enum json_item item;

    json_in_start(&j, r->req->body, r->req->arena);
    item = json_in_next(&j);
    if (item == JSON_OBJECT)
        read_members(r, &j);
    else if (item == JSON_BROKEN)
        fail_json(r, &j);
    else if (item != JSON_ARRAY || json_in_next(&j) != JSON_ARRAY_END)
        fail(r, ERR_INVALID, "the JSON body is not an object");
}

/* Many programs send JSON and say it was a form: curl -d does. */
static void read_either(struct reader *r)
{
    int n = r->n;

    read_json(r);
    if (r->rc != ERR_INVALID)
        return;
    r->rc = OK;
    r->bad = NO_STR;
    r->n = n;
    read_form(r, r->req->body, true);
}

static bool is_type(struct str media, const char *name)
{
    return str_eq_case(media, str_of(name));
}

static bool is_json(struct str media)
{
    struct str end = STR("+json");

    return is_type(media, "application/json") || is_type(media, "text/json")
           || (media.n > end.n
               && str_eq_case(str_from(media, media.n - end.n), end));
}

static void read_body(struct reader *r)
{
    struct str type = request_header(r->req, "Content-Type");
    struct str rest = type, media = str_trim(str_cut(&rest, ';'));
    struct str text = str_trim(r->req->body);
    bool object = text.n && text.p[0] == '{';

    if (text.n == 0)
        return;
    if (is_json(media))
        read_json(r);
    else if (is_type(media, "multipart/form-data"))
        read_multipart(r, type);
    else if (is_type(media, "application/x-www-form-urlencoded"))
        object ? read_either(r) : read_form(r, r->req->body, true);
    else
        object ? read_json(r) : read_form(r, r->req->body, true);
}

enum result params_read(const struct request *req, struct params *out)
{
    struct reader r = { .req = req };

    read_form(&r, req->query, false);
    if (r.rc == OK)
        read_body(&r);
    *out = (struct params){ r.list, r.n, r.bad };
    return r.rc;
}

const struct param *params_find(const struct params *p, const char *name)
{
    for (int i = p->n; i-- > 0;)
        if (str_is(p->list[i].name, name))
            return &p->list[i];
    return NULL;
}

struct str params_get(const struct params *p, const char *name)
{
    const struct param *found = params_find(p, name);

    return found ? found->value : NO_STR;
}

const struct param *params_find_form(const struct params *p,
                                     const char *name)
{
    for (int i = p->n; i-- > 0;)
        if (p->list[i].form && str_is(p->list[i].name, name))
            return &p->list[i];
    return NULL;
}

struct str params_form(const struct params *p, const char *name)
{
    const struct param *found = params_find_form(p, name);

    return found ? found->value : NO_STR;
}
