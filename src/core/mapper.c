#include "core/mapper.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/xml.h"
#include "core/mapper_plan.h"
#include "yaml/load.h"
#include "yaml/show.h"

const struct mapper_limits mapper_usual_limits = {
    .input = 1024 * 1024,
    .output = 4 * 1024 * 1024,
    .connections = 20000,
    .depth = 64,
    .nodes = 200000,
};

enum { RANDOM_LETTERS = 8 };

struct xml_writer {
    struct arena *arena;
    const struct mapper_limits *limits;
    struct fault *fault;
    struct buf out;
    struct buf devices; /* those of each user */
    struct buf value;
};

struct device {
    struct str name, hostname;
    const struct mapper_devices *type;
    const struct device *last; /* of that name */
    size_t at;
};

static enum result too_long(struct xml_writer *w)
{
    return fault_at(w->fault, ERR_TOO_BIG, w->arena, (struct place){ 0, 0 },
                    NULL, "the result would be longer than %zu bytes",
                    w->limits->output);
}

static enum result check_length(struct xml_writer *w, size_t more)
{
    return w->out.n + w->devices.n + more > w->limits->output ? too_long(w)
                                                              : OK;
}

/* A carriage return is a line end everywhere. */
static struct str in_text(struct str rest, size_t n)
{
    (void)n;
    return *rest.p == '\r' ? STR("&#13;") : escape_markup(*rest.p);
}

/* Between quotes XML would take a line end or a tab for a space. */
static struct str in_quotes(struct str rest, size_t n)
{
    switch (*rest.p) {
    case '"':
        return STR("&quot;");
    case '\n':
        return STR("&#10;");
    case '\t':
        return STR("&#9;");
    default:
        return in_text(rest, n);
    }
}

static void put_attribute(struct buf *out, struct str s)
{
    escape_write(out, s, in_quotes);
}

static void put_text(struct buf *out, struct str s)
{
    escape_write(out, s, in_text);
}

/* w->value becomes what Python prints. */
static enum result show(struct xml_writer *w, struct datum *d,
                        const struct path *path)
{
    struct show_limits limits = { w->limits->output, w->limits->depth };
    size_t at;
    enum result rc;

    w->value.n = 0;
    rc = show_str(w->arena, &w->value, d, &limits);
    if (rc != OK)
        return mapper_wrong(w->fault, rc, w->arena, d->at, path,
                            "is too long or nested too deep");
    if (!xml_can_hold(buf_str(&w->value), &at))
        return mapper_wrong(w->fault, ERR_INVALID, w->arena, d->at, path,
                            "has a character that XML cannot hold");
    return check_length(w, w->value.n);
}

static enum result put_parameter(struct xml_writer *w,
                                 const struct device *d, struct datum *key,
                                 struct datum *value)
{
    struct path outer = { .outer = &d->type->path, .key = STR("parameters") };
    struct path path = {
        .outer = &outer,
        .key = key->kind == DATUM_TEXT ? key->text : STR("?")
    };
    bool protocol = key->kind == DATUM_TEXT && str_is(key->text, "protocol");
    enum result rc = OK;

    if (protocol) {
        buf_add(&w->devices, STR("            <protocol>"));
    } else {
        rc = show(w, key, &path);
        buf_add(&w->devices, STR("            <param name=\""));
        put_attribute(&w->devices, buf_str(&w->value));
        buf_add(&w->devices, STR("\">"));
    }
    if (rc == OK)
        rc = show(w, value, &path);
    if (rc != OK)
        return rc;
    put_text(&w->devices, buf_str(&w->value));
    buf_add(&w->devices, protocol ? STR("</protocol>\n") : STR("</param>\n"));
    return check_length(w, 0);
}

/* The hostname takes the place of one that the parameters have, or else the
 * last. */
static enum result put_device(struct xml_writer *w, const struct device *d)
{
    const struct datum *map = d->type->parameters;
    struct datum key = { .kind = DATUM_TEXT, .text = STR("hostname") };
    struct datum hostname = { .kind = DATUM_TEXT, .text = d->hostname };
    bool placed = false;
    enum result rc = OK;

    buf_add(&w->devices, STR("        <connection name=\""));
    put_attribute(&w->devices, d->name);
    buf_add(&w->devices, STR("\">\n"));
    for (size_t i = 0; i < map->n_items && rc == OK; i += 2) {
        bool here = map->item[i]->kind == DATUM_TEXT
                    && str_eq(map->item[i]->text, key.text);

        placed = placed || here;
        rc = put_parameter(w, d, map->item[i],
                           here ? &hostname : map->item[i + 1]);
    }
    if (rc == OK && !placed)
        rc = put_parameter(w, d, &key, &hostname);
    buf_add(&w->devices, STR("        </connection>\n"));
    return rc == OK ? check_length(w, 0) : rc;
}

static int by_name(const void *x, const void *y)
{
    const struct device *a = *(struct device *const *)x;
    const struct device *b = *(struct device *const *)y;
    int order = a->name.n < b->name.n   ? -1
                : a->name.n > b->name.n ? 1
                                        : memcmp(a->name.p, b->name.p,
                                                 a->name.n);

    return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* Of several devices of a name the first one's place counts, and all else is
 * the last one's. */
static void find_namesakes(struct arena *a, struct device *list, size_t n)
{
    struct device **sorted = arena_get(a, n * sizeof *sorted);
    struct device *first = NULL;

    for (size_t i = 0; i < n; i++)
        sorted[i] = &list[i];
    qsort(sorted, n, sizeof *sorted, by_name);
    for (size_t i = 0; i < n; i++) {
        if (!first || !str_eq(first->name, sorted[i]->name))
            first = sorted[i];
        first->last = sorted[i];
    }
}

static enum result list_devices(struct xml_writer *w,
                                const struct mapper_plan *plan,
                                struct device *list, size_t *n)
{
    size_t bytes = 0;

    for (size_t i = 0; i < plan->n_devices; i++) {
        const struct mapper_devices *type = &plan->devices[i];

        for (int64_t k = 0; k < type->n; k++) {
            struct device *d = &list[*n];

            *d = (struct device){
                .name = name_series_at(w->arena, &type->name, k),
                .hostname = name_series_at(w->arena, &type->hostname, k),
                .type = type, .at = (*n)++
            };
            bytes += d->name.n + d->hostname.n;
            if (bytes > w->limits->output)
                return too_long(w);
        }
    }
    return OK;
}

static enum result put_devices(struct xml_writer *w,
                               const struct mapper_plan *plan)
{
    struct device *list = arena_get(
        w->arena, (size_t)plan->all_devices * sizeof *list);
    size_t n = 0;
    enum result rc = list_devices(w, plan, list, &n);

    if (rc == OK)
        find_namesakes(w->arena, list, n);
    for (size_t i = 0; i < n && rc == OK; i++)
        if (list[i].last)
            rc = put_device(w, list[i].last);
    return rc;
}

static void put_random(struct buf *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789";

    for (int i = 0; i < RANDOM_LETTERS; i++)
        buf_char(out, letters[randombytes_uniform(sizeof letters - 1)]);
}

static enum result put_users(struct xml_writer *w,
                             const struct mapper_users *u)
{
    struct path path = { .outer = &u->path, .key = STR("password") };
    int ready = sodium_init();
    bool random = u->password->kind == DATUM_TEXT
                  && str_is(u->password->text, "random");
    enum result rc = show(w, u->password, &path);

    assert(ready >= 0);
    for (int64_t i = 0; i < u->n && rc == OK; i++) {
        struct str name = name_series_at(w->arena, &u->name, i);

        rc = check_length(w, name.n + w->value.n);
        if (rc != OK)
            break;
        buf_add(&w->out, STR("    <authorize username=\""));
        put_attribute(&w->out, name);
        buf_add(&w->out, STR("\" password=\""));
        if (random)
            put_random(&w->out);
        else
            put_attribute(&w->out, buf_str(&w->value));
        buf_add(&w->out, STR("\">\n"));
        rc = check_length(w, 0);
        buf_add(&w->out, buf_str(&w->devices));
        buf_add(&w->out, STR("    </authorize>\n"));
    }
    return rc;
}

static enum result write_plan(struct xml_writer *w,
                              const struct mapper_plan *plan)
{
    enum result rc = put_devices(w, plan);

    buf_add(&w->out, STR("<user-mapping>\n"));
    for (size_t i = 0; i < plan->n_users && rc == OK; i++)
        if (plan->users[i].n > 0)
            rc = put_users(w, &plan->users[i]);
    buf_add(&w->out, STR("</user-mapping>\n"));
    if (rc == OK && w->out.n > w->limits->output)
        rc = too_long(w);
    return rc;
}

static enum result convert(struct xml_writer *w, struct str yaml)
{
    struct yaml_limits limits = { w->limits->depth, w->limits->nodes };
    struct mapper_plan plan;
    struct datum *file;
    enum result rc;

    if (yaml.n > w->limits->input)
        return fault_at(w->fault, ERR_TOO_BIG, w->arena,
                        (struct place){ 0, 0 }, NULL,
                        "the file is longer than %zu bytes",
                        w->limits->input);
    rc = yaml_load(w->arena, yaml, &limits, w->fault, &file);
    if (rc != OK && w->fault->path.n > 0)
        w->fault->sentence = arena_printf(w->arena, "%.*s: %.*s",
                                          STR_FMT(w->fault->path),
                                          STR_FMT(w->fault->sentence));
    if (rc == OK)
        rc = mapper_plan_make(w->arena, file, w->limits, w->fault, &plan);
    return rc == OK ? write_plan(w, &plan) : rc;
}

enum result mapper_convert(struct arena *a, struct str yaml,
                           const struct mapper_limits *limits,
                           struct buf *out, struct mapper_error *error)
{
    struct fault fault = { 0 };
    struct xml_writer w = { .arena = a, .limits = limits,
                               .fault = &fault };
    enum result rc = convert(&w, yaml);

    *error = (struct mapper_error){ .sentence = fault.sentence,
                                    .line = fault.line,
                                    .column = fault.column,
                                    .path = fault.path };
    if (rc == OK)
        buf_add(out, buf_str(&w.out));
    buf_free(&w.out);
    buf_free(&w.devices);
    buf_free(&w.value);
    return rc;
}
