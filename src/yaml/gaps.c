#include "yaml/gaps.h"

#include <yaml.h>

#include "base/unicode.h"
#include "yaml/parser.h"

struct gaps {
    struct arena *arena;
    struct str text;
    const struct yaml_limits *limits;
    struct fault *fault;
    size_t index, byte;   /* of a character: how many are before it */
    struct place at;      /* of that character */
    int depth, flow;      /* collections that are open; those in brackets */
    int tags;             /* %TAG directives */
};

static enum result refuse(struct gaps *g, const char *what)
{
    return fault_at(g->fault, ERR_INVALID, g->arena, g->at, NULL, "%s", what);
}

static bool is_line_end(uint32_t c)
{
    return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static uint32_t next(struct gaps *g)
{
    size_t n;
    uint32_t c = unicode_first(str_from(g->text, g->byte), &n);

    g->byte += n;
    g->index++;
    g->at.column++;
    if (c == '\n' || (is_line_end(c) && c != '\r')
        || (c == '\r' && (g->byte == g->text.n
                          || g->text.p[g->byte] != '\n'))) {
        g->at.line++;
        g->at.column = 1;
    }
    return c;
}

/* Everything up to a character: nothing but blanks and comments? */
static enum result check_gap(struct gaps *g, size_t end)
{
    bool comment = false;

    while (g->index < end && g->byte < g->text.n) {
        struct place at = g->at;
        uint32_t c = next(g);

        if (is_line_end(c)) {
            comment = false;
        } else if (c == '#') {
            comment = true;
        } else if (!comment && c != ' ') {
            g->at = at;
            return refuse(g, c == '\t'
                                 ? "a tab stands where only spaces may be"
                                 : "a character stands where only spaces "
                                   "may be");
        }
    }
    return OK;
}

static enum result check_plain(struct gaps *g, size_t end)
{
    while (g->index < end && g->byte < g->text.n) {
        struct place at = g->at;
        uint32_t c = next(g);

        if (c != '\t' && (c != '?' || g->flow == 0))
            continue;
        g->at = at;
        return refuse(g, c == '\t' ? "a tab within text that has no quotes"
                                   : "a \"?\" within brackets needs quotes "
                                     "around its text");
    }
    return OK;
}

/* "|2-  # comment": the line on which a block begins. */
static enum result check_block(struct gaps *g)
{
    char before = '|';

    while (g->byte < g->text.n) {
        char c = g->text.p[g->byte];

        if (c == '\n' || c == '\r' || (c == '#' && before == ' '))
            break;
        if (c == '\t' || c == '#')
            return refuse(g, c == '\t' ? "a tab stands where only spaces may "
                                         "be"
                                       : "a space is missing before the "
                                         "comment");
        before = c;
        next(g);
    }
    return OK;
}

static void skip_to(struct gaps *g, size_t end)
{
    while (g->index < end && g->byte < g->text.n)
        next(g);
}

/* Tabs are no blanks here, either. */
static enum result check_directive(struct gaps *g, size_t end)
{
    size_t from = g->byte;

    skip_to(g, end);
    if (!memchr(g->text.p + from, '\t', g->byte - from))
        return OK;
    return refuse(g, "a tab within a directive");
}

static enum result check_scalar(struct gaps *g, const yaml_token_t *t)
{
    enum result rc = OK;

    switch (t->data.scalar.style) {
    case YAML_PLAIN_SCALAR_STYLE:
        return check_plain(g, t->end_mark.index);
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE:
        rc = check_block(g);
        break;
    default:
        break;
    }
    skip_to(g, t->end_mark.index);
    return rc;
}

static enum result count_depth(struct gaps *g, yaml_token_type_t type)
{
    switch (type) {
    case YAML_FLOW_SEQUENCE_START_TOKEN:
    case YAML_FLOW_MAPPING_START_TOKEN:
        g->flow++;
        g->depth++;
        break;
    case YAML_FLOW_SEQUENCE_END_TOKEN:
    case YAML_FLOW_MAPPING_END_TOKEN:
        g->flow -= g->flow > 0;
        g->depth--;
        break;
    case YAML_BLOCK_SEQUENCE_START_TOKEN:
    case YAML_BLOCK_MAPPING_START_TOKEN:
        g->depth++;
        break;
    case YAML_BLOCK_END_TOKEN:
        g->depth--;
        break;
    default:
        break;
    }
    if (g->depth <= g->limits->depth)
        return OK;
    return fault_at(g->fault, ERR_TOO_BIG, g->arena, g->at, NULL,
                    "collections are nested more than %d deep",
                    g->limits->depth);
}

static enum result check_token(struct gaps *g, const yaml_token_t *t)
{
    enum result rc = check_gap(g, t->start_mark.index);

    if (rc == OK)
        rc = count_depth(g, t->type);
    if (rc != OK)
        return rc;
    if (t->type == YAML_SCALAR_TOKEN)
        return check_scalar(g, t);
    if (t->type == YAML_TAG_DIRECTIVE_TOKEN && ++g->tags > GAPS_TAGS)
        return refuse(g, "there are more %TAG directives than anybody needs");
    if (t->type == YAML_TAG_DIRECTIVE_TOKEN
        || t->type == YAML_VERSION_DIRECTIVE_TOKEN)
        return check_directive(g, t->end_mark.index);
    skip_to(g, t->end_mark.index);
    return OK;
}

static void insert(struct gaps *g, struct str *text, size_t at, char c)
{
    char *copy = arena_get(g->arena, text->n + 2);

    memcpy(copy, text->p, at);
    copy[at] = c;
    memcpy(copy + at + 1, text->p + at, text->n - at);
    *text = (struct str){ copy, text->n + 1 };
}

/* Nothing but blanks between the first line of a block and that character? */
static bool begins_there(struct gaps *g, size_t index)
{
    bool blank = true;

    while (g->byte < g->text.n && g->text.p[g->byte] != '\n')
        next(g);
    while (g->index < index && g->byte < g->text.n && blank) {
        uint32_t c = next(g);

        blank = c == ' ' || is_line_end(c);
    }
    return blank;
}

/* A block whose first line begins with a tab: libyaml takes it when it is told
 * how far the block is indented. */
static bool mend_block(struct gaps *g, const yaml_parser_t *parser,
                       struct str *text)
{
    int outer = parser->indent > 0 ? parser->indent : 0;
    int more = (int)parser->problem_mark.column - outer;
    size_t at;

    if (more < 1 || more > 9)
        return false;
    skip_to(g, parser->context_mark.index);
    at = g->byte;
    if (at >= text->n || (text->p[at] != '|' && text->p[at] != '>')
        || !begins_there(g, parser->problem_mark.index))
        return false;
    insert(g, text, at + 1, (char)('0' + more));
    return true;
}

static bool mend_colon(struct gaps *g, const yaml_parser_t *parser,
                       struct str *text)
{
    skip_to(g, parser->problem_mark.index);
    if (g->byte >= text->n || text->p[g->byte] != ':')
        return false;
    insert(g, text, g->byte + 1, ' ');
    return true;
}

static bool mend(struct gaps *g, const yaml_parser_t *parser,
                 struct str *text)
{
    struct str problem = str_of(parser->problem);

    if (str_is(problem, "found unexpected ':'"))
        return mend_colon(g, parser, text);
    if (str_starts(problem, STR("found a tab character where an indent")))
        return mend_block(g, parser, text);
    return false;
}

/* *again: the text was mended. */
static enum result check_once(struct gaps *g, struct str *text, bool *again)
{
    yaml_parser_t parser;
    enum result rc = OK;
    bool last = false;

    *again = false;
    parser_start(&parser, g->text);
    while (rc == OK && !last && !*again) {
        yaml_token_t token;

        if (!yaml_parser_scan(&parser, &token)) {
            rc = parser_fault(&parser, g->arena, g->fault);
            *again = mend(g, &parser, text);
            break;
        }
        last = token.type == YAML_STREAM_END_TOKEN;
        rc = check_token(g, &token);
        yaml_token_delete(&token);
    }
    yaml_parser_delete(&parser);
    return rc;
}

enum result gaps_check(struct arena *a, struct str *text,
                       const struct yaml_limits *limits, struct fault *fault)
{
    enum result rc;
    bool again;
    size_t mended = 0;

    do {
        struct gaps g = { .arena = a, .text = *text, .limits = limits,
                          .fault = fault, .at = { 1, 1 } };

        rc = check_once(&g, text, &again);
    } while (again && mended++ < GAPS_MENDED
             && (mended == 1 || mended * text->n <= GAPS_READ));
    return rc;
}
