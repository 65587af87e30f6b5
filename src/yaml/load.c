#include "yaml/load.h"

#include "yaml/base64.h"
#include "yaml/merge.h"
#include "yaml/number.h"

struct loader {
    struct arena *arena;
    const struct yaml_limits *limits;
    struct fault *fault;
    struct merge merge;
};

/* A node, and where it is. */
struct spot {
    struct node *node;
    const struct path *path;
    int depth;
};

static enum result make(struct loader *l, struct spot s, struct datum **out);

static enum result refuse(struct loader *l, struct spot s, const char *what)
{
    return fault_at(l->fault, ERR_INVALID, l->arena, s.node->at, s.path, "%s",
                    what);
}

/* The text of a scalar, or of the value of a map's "=". */
static enum result scalar_text(struct loader *l, struct spot s,
                               struct str *out)
{
    const struct node *node = s.node;

    for (int depth = 0; node->kind == NODE_MAP && depth < l->limits->depth;
         depth++) {
        const struct node *value = node;

        for (size_t i = 0; i < node->n_items && value == node; i += 2)
            if (node->item[i]->tag == TAG_VALUE)
                value = node->item[i + 1];
        if (value == node)
            break;
        node = value;
    }
    if (node->kind != NODE_SCALAR)
        return refuse(l, s, "this should be a single value");
    *out = node->text;
    return OK;
}

static enum result make_bool(struct loader *l, struct spot s, struct str text,
                             struct datum *d)
{
    static const char *const yes[] = { "yes", "true", "on" };
    static const char *const no[] = { "no", "false", "off" };

    d->kind = DATUM_BOOL;
    for (int i = 0; i < 3; i++) {
        d->yes = str_eq_case(text, str_of(yes[i]));
        if (d->yes || str_eq_case(text, str_of(no[i])))
            return OK;
    }
    return refuse(l, s, "this should be true or false");
}

static enum result make_when(struct loader *l, struct spot s, struct datum *d)
{
    struct str text = s.node->text;

    d->kind = DATUM_WHEN;
    if (s.node->kind == NODE_SCALAR && text.n > 0
        && text.p[text.n - 1] == '\n')
        text.n--;
    if (s.node->kind != NODE_SCALAR || !when_match(text, &d->when))
        return refuse(l, s, "this is not a date");
    if (!when_is_valid(&d->when))
        return refuse(l, s, "there is no such date; quotes would make it "
                            "text");
    return OK;
}

static enum result make_scalar(struct loader *l, struct spot s,
                               struct datum *d)
{
    struct str text;
    enum result rc = scalar_text(l, s, &text);

    if (rc != OK)
        return rc;
    switch (s.node->tag) {
    case TAG_NULL:
        d->kind = DATUM_NONE;
        return OK;
    case TAG_BOOL:
        return make_bool(l, s, text, d);
    case TAG_INT:
        d->kind = DATUM_INT;
        return number_yaml_int(l->arena, text, &d->text)
                   ? OK
                   : refuse(l, s, "this is not a whole number, or has more "
                                  "than 4300 digits");
    case TAG_FLOAT:
        d->kind = DATUM_FLOAT;
        return number_yaml_float(l->arena, text, &d->real)
                   ? OK
                   : refuse(l, s, "this is not a number");
    case TAG_BINARY:
        d->kind = DATUM_BYTES;
        return base64_read(l->arena, text, &d->text)
                   ? OK
                   : refuse(l, s, "this is not base64");
    default:
        d->kind = DATUM_TEXT;
        d->text = text;
        return OK;
    }
}

static enum result make_list(struct loader *l, struct spot s, struct datum *d)
{
    enum result rc = OK;

    d->kind = DATUM_LIST;
    if (s.node->kind != NODE_LIST)
        return refuse(l, s, "this should be a list");
    d->item = arena_get(l->arena, s.node->n_items * sizeof *d->item);
    for (size_t i = 0; i < s.node->n_items && rc == OK; i++) {
        struct path path = { .outer = s.path, .number = i };

        rc = make(l, (struct spot){ s.node->item[i], &path, s.depth + 1 },
                  &d->item[i]);
        d->n_items = i + 1;
    }
    return rc;
}

static enum result make_pair(struct loader *l, struct spot s,
                             struct datum **out)
{
    struct datum *d = ARENA_NEW(l->arena, struct datum);
    struct path path = { .outer = s.path, .key = STR("") };
    enum result rc = OK;

    if (s.node->kind != NODE_MAP || s.node->n_items != 2)
        return refuse(l, s, "this should be a map of one key");
    *d = (struct datum){ .kind = DATUM_TUPLE, .at = s.node->at };
    d->item = arena_get(l->arena, 2 * sizeof *d->item);
    d->n_items = 2;
    if (s.node->item[0]->kind == NODE_SCALAR)
        path.key = s.node->item[0]->text;
    for (int i = 0; i < 2 && rc == OK; i++)
        rc = make(l, (struct spot){ s.node->item[i], &path, s.depth + 1 },
                  &d->item[i]);
    *out = d;
    return rc;
}

/* A list of maps of one key each. */
static enum result make_pairs(struct loader *l, struct spot s,
                              struct datum *d)
{
    enum result rc = OK;

    d->kind = DATUM_LIST;
    if (s.node->kind != NODE_LIST)
        return refuse(l, s, "this should be a list of maps of one key each");
    d->item = arena_get(l->arena, s.node->n_items * sizeof *d->item);
    for (size_t i = 0; i < s.node->n_items && rc == OK; i++) {
        struct path path = { .outer = s.path, .number = i };

        rc = make_pair(l, (struct spot){ s.node->item[i], &path, s.depth },
                       &d->item[i]);
        d->n_items = i + 1;
    }
    return rc;
}

static enum result make_entry(struct loader *l, struct spot s, size_t i,
                              struct datum **out)
{
    struct node *key = s.node->item[i];
    struct path path = {
        .outer = s.path,
        .key = key->kind == NODE_SCALAR ? key->text : STR("")
    };
    struct spot at = { key, &path, s.depth + 1 };
    enum result rc = make(l, at, &out[0]);

    if (rc == OK && !datum_is_key(out[0]))
        return refuse(l, at, "a list or a map cannot be a key");
    at.node = s.node->item[i + 1];
    return rc == OK ? make(l, at, &out[1]) : rc;
}

/* Entries are complete from the beginning: an alias among them may lead back
 * to this very map, but nothing looks into it before all is made. */
static enum result make_map(struct loader *l, struct spot s, struct datum *d)
{
    struct datum **item;
    enum result rc;
    size_t n = 0;

    d->kind = s.node->tag == TAG_SET ? DATUM_SET : DATUM_MAP;
    if (s.node->kind != NODE_MAP)
        return refuse(l, s, "this should be a map");
    rc = merge_map(&l->merge, s.node, s.path, 0);
    item = arena_get(l->arena, s.node->n_items * sizeof *item);
    for (; n < s.node->n_items && rc == OK; n += 2)
        rc = make_entry(l, s, n, item + n);
    if (rc != OK)
        return rc;
    n = datum_unique(l->arena, item, n, 2);
    for (size_t i = 2; i < n && d->kind == DATUM_SET; i += 2)
        item[i / 2] = item[i];
    d->item = item;
    d->n_items = d->kind == DATUM_SET ? n / 2 : n;
    return OK;
}

static enum result make_tagged(struct loader *l, struct spot s,
                               struct datum *d)
{
    switch (s.node->tag) {
    case TAG_SEQ:
        return make_list(l, s, d);
    case TAG_OMAP:
    case TAG_PAIRS:
        return make_pairs(l, s, d);
    case TAG_MAP:
    case TAG_SET:
        return make_map(l, s, d);
    case TAG_TIMESTAMP:
        return make_when(l, s, d);
    case TAG_MERGE:
        return refuse(l, s, "\"<<\" is no value; quotes would make it text");
    case TAG_VALUE:
        return refuse(l, s, "a lone \"=\" is no value; quotes would make it "
                            "text");
    case TAG_UNKNOWN:
        return fault_at(l->fault, ERR_INVALID, l->arena, s.node->at, s.path,
                        "the tag %.80s is not known", s.node->tag_text.p);
    default:
        return make_scalar(l, s, d);
    }
}

static enum result make(struct loader *l, struct spot s, struct datum **out)
{
    if (s.node->made) {
        *out = s.node->made;
        return OK;
    }
    if (s.depth > 2 * l->limits->depth)
        return fault_at(l->fault, ERR_TOO_BIG, l->arena, s.node->at, s.path,
                        "aliases lead more than %d deep",
                        2 * l->limits->depth);
    s.node->made = ARENA_NEW(l->arena, struct datum);
    s.node->made->at = s.node->at;
    *out = s.node->made;
    return make_tagged(l, s, s.node->made);
}

enum result yaml_load(struct arena *a, struct str text,
                      const struct yaml_limits *limits, struct fault *fault,
                      struct datum **out)
{
    struct loader l = {
        .arena = a, .limits = limits, .fault = fault,
        .merge = { .arena = a, .limits = limits, .fault = fault }
    };
    struct node *node;
    enum result rc = node_read(a, text, limits, fault, &node);

    if (rc != OK)
        return rc;
    if (!node) {
        *out = ARENA_NEW(a, struct datum);
        (*out)->at = (struct place){ 1, 1 };
        return OK;
    }
    return make(&l, (struct spot){ node, NULL, 0 }, out);
}
