#include "yaml/node.h"

#include <assert.h>
#include <search.h>
#include <stdlib.h>
#include <yaml.h>

#include "base/mem.h"
#include "base/unicode.h"
#include "yaml/gaps.h"
#include "yaml/parser.h"

struct anchor {
    struct str name;
    struct node *node;
};

struct reader {
    struct arena *arena;
    const struct yaml_limits *limits;
    struct fault *fault;
    yaml_parser_t parser;
    void *anchors;       /* a tree of struct anchor, for tsearch */
    int64_t count;
    struct node **pile;  /* items of the collections that are open */
    size_t n_pile, room;
};

static struct place place_of(yaml_mark_t mark)
{
    return (struct place){ (int)mark.line + 1, (int)mark.column + 1 };
}

static struct str text_of(const yaml_char_t *z)
{
    return str_of((const char *)z);
}

/* A sentence in printf's way, for a place in the file. */
#define REFUSE(r, at, ...) \
    fault_at((r)->fault, ERR_INVALID, (r)->arena, at, NULL, __VA_ARGS__)
#define TOO_BIG(r, at, ...) \
    fault_at((r)->fault, ERR_TOO_BIG, (r)->arena, at, NULL, __VA_ARGS__)

static enum result next(struct reader *r, yaml_event_t *e)
{
    if (yaml_parser_parse(&r->parser, e))
        return OK;
    return parser_fault(&r->parser, r->arena, r->fault);
}

static int by_name(const void *x, const void *y)
{
    struct str a = ((const struct anchor *)x)->name;
    struct str b = ((const struct anchor *)y)->name;
    int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static enum result set_anchor(struct reader *r, const yaml_char_t *name,
                              struct node *node)
{
    struct anchor *new;

    if (!name)
        return OK;
    new = ARENA_NEW(r->arena, struct anchor);
    *new = (struct anchor){ arena_copy(r->arena, text_of(name)), node };
    struct anchor **found = tsearch(new, &r->anchors, by_name);
    if (!found)
        abort(); /* out of memory, as in mem.h */
    if (*found != new)
        return REFUSE(r, node->at, "the anchor &%.40s is there twice",
                      (const char *)name);
    return OK;
}

static enum result find_anchor(struct reader *r, const yaml_event_t *e,
                               struct node **out)
{
    struct anchor want = { text_of(e->data.alias.anchor), NULL };
    struct anchor **found = tfind(&want, &r->anchors, by_name);

    if (!found)
        return REFUSE(r, place_of(e->start_mark),
                      "there is no anchor &%.40s for this alias", want.name.p);
    *out = (*found)->node;
    return OK;
}

static void set_tag(struct reader *r, struct node *node,
                    const yaml_char_t *tag, enum tag otherwise)
{
    struct str name = text_of(tag);

    if (!tag || str_is(name, "!")) {
        node->tag = otherwise;
        return;
    }
    node->tag = tag_named(name);
    node->tag_text = arena_copy(r->arena, name);
}

static struct node *new_node(struct reader *r, enum node_kind kind,
                             const yaml_event_t *e)
{
    struct node *node = ARENA_NEW(r->arena, struct node);

    node->kind = kind;
    node->at = place_of(e->start_mark);
    node->weight = 1;
    return node;
}

static struct node *scalar_node(struct reader *r, const yaml_event_t *e)
{
    struct node *node = new_node(r, NODE_SCALAR, e);
    struct str text = { (const char *)e->data.scalar.value,
                        e->data.scalar.length };

    node->text = arena_copy(r->arena, text);
    /* The tag "!" makes a plain scalar of any other; libyaml drops it, but
     * where it stands alone. */
    set_tag(r, node, e->data.scalar.tag,
            e->data.scalar.plain_implicit
                    || str_is(text_of(e->data.scalar.tag), "!")
                ? plain_tag(text)
                : TAG_STR);
    return node;
}

static void push(struct reader *r, struct node *node)
{
    if (r->n_pile == r->room) {
        r->room = r->room * 2 + 64;
        r->pile = mem_grow(r->pile, r->room * sizeof *r->pile);
    }
    r->pile[r->n_pile++] = node;
}

/* What was pushed since then becomes the node's. */
static void take_items(struct reader *r, struct node *node, size_t from)
{
    node->n_items = r->n_pile - from;
    node->item = arena_get(r->arena, node->n_items * sizeof *node->item);
    if (node->n_items > 0)
        memcpy(node->item, r->pile + from,
               node->n_items * sizeof *node->item);
    r->n_pile = from;
}

static enum result read_node(struct reader *r, const yaml_event_t *e,
                             int depth, struct node **out);

/* Reads items to the end of the collection. An alias for a collection that is
 * not yet closed leads back into it, and weighs as much as a word. */
static enum result read_items(struct reader *r, struct node *node, int depth)
{
    size_t from = r->n_pile;
    enum result rc = OK;
    bool end = false;

    node->open = true;
    while (rc == OK && !end) {
        yaml_event_t e;
        struct node *item;

        rc = next(r, &e);
        if (rc != OK)
            break;
        end = e.type == YAML_SEQUENCE_END_EVENT
              || e.type == YAML_MAPPING_END_EVENT;
        if (!end)
            rc = read_node(r, &e, depth + 1, &item);
        yaml_event_delete(&e);
        if (end || rc != OK)
            continue;
        push(r, item);
        node->weight += item->open ? 1 : item->weight;
        if (node->weight > r->limits->nodes)
            rc = TOO_BIG(r, node->at, "with its aliases followed this is more "
                                      "than %lld values",
                         (long long)r->limits->nodes);
    }
    node->open = false;
    take_items(r, node, from);
    return rc;
}

static enum result read_collection(struct reader *r, const yaml_event_t *e,
                                   int depth, struct node **out)
{
    bool list = e->type == YAML_SEQUENCE_START_EVENT;
    const yaml_char_t *tag = list ? e->data.sequence_start.tag
                                  : e->data.mapping_start.tag;
    const yaml_char_t *anchor = list ? e->data.sequence_start.anchor
                                     : e->data.mapping_start.anchor;
    struct node *node = new_node(r, list ? NODE_LIST : NODE_MAP, e);
    enum result rc = set_anchor(r, anchor, node);

    if (rc == OK && depth >= r->limits->depth)
        rc = TOO_BIG(r, node->at, "collections are nested more than %d deep",
                     r->limits->depth);
    set_tag(r, node, tag, list ? TAG_SEQ : TAG_MAP);
    *out = node;
    return rc == OK ? read_items(r, node, depth) : rc;
}

static enum result read_node(struct reader *r, const yaml_event_t *e,
                             int depth, struct node **out)
{
    switch (e->type) {
    case YAML_ALIAS_EVENT:
        return find_anchor(r, e, out);
    case YAML_SCALAR_EVENT:
        *out = scalar_node(r, e);
        return set_anchor(r, e->data.scalar.anchor, *out);
    default:
        return read_collection(r, e, depth, out);
    }
}

/* An event at the top: the document's node, or something around it. */
static enum result take_event(struct reader *r, const yaml_event_t *e,
                              struct node **out)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (*out)
            return REFUSE(r, place_of(e->start_mark),
                          "a second document begins here; there must be only "
                          "one");
        return OK;
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return OK;
    default:
        return read_node(r, e, 0, out);
    }
}

static enum result read_document(struct reader *r, struct node **out)
{
    enum result rc = OK;
    bool end = false;

    while (rc == OK && !end) {
        yaml_event_t e;

        rc = next(r, &e);
        if (rc != OK)
            break;
        end = e.type == YAML_STREAM_END_EVENT;
        rc = take_event(r, &e, out);
        yaml_event_delete(&e);
    }
    return rc;
}

/* YAML 1.1, 5.1: what a file may hold. */
static bool is_allowed(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c < 0x7F)
           || c == 0x85 || (c >= 0xA0 && c != 0xFFFE && c != 0xFFFF);
}

static enum result check_characters(struct reader *r, struct str text)
{
    struct place at = { 1, 1 };

    for (size_t i = 0, n; i < text.n; i += n, at.column++) {
        uint32_t c;

        n = str_char(str_from(text, i));
        if (n == 0)
            return REFUSE(r, at, "the file is not valid UTF-8");
        c = unicode_first(str_from(text, i), &n);
        if (!is_allowed(c))
            return REFUSE(r, at, "a file of YAML cannot hold the character "
                                 "U+%04X", (unsigned)c);
        if (c == '\n')
            at = (struct place){ at.line + 1, 0 };
    }
    return OK;
}

static void leave(void *anchor)
{
    (void)anchor; /* it is the arena's */
}

enum result node_read(struct arena *a, struct str text,
                      const struct yaml_limits *limits, struct fault *fault,
                      struct node **out)
{
    struct reader r = { .arena = a, .limits = limits, .fault = fault };
    enum result rc;

    *out = NULL;
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_from(text, 3);
    rc = check_characters(&r, text);
    if (rc == OK)
        rc = gaps_check(a, &text, limits, fault);
    if (rc != OK)
        return rc;
    parser_start(&r.parser, text);
    rc = read_document(&r, out);
    yaml_parser_delete(&r.parser);
    tdestroy(r.anchors, leave);
    free(r.pile);
    return rc;
}
