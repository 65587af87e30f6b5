#include "base/template.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/escape.h"

enum { PARTS_DEEP = 16 };

enum kind { TEXT, FLAG, LIST };

struct value {
    struct value *next;
    const char *name;
    enum kind kind;
    struct str text;
    bool on;
    struct values *first, *last; /* the rows of a list */
};

struct values {
    struct arena *arena;
    const struct values *around;
    struct values *next; /* the next row */
    struct value *first;
};

struct values *values_new(struct arena *a)
{
    struct values *v = ARENA_NEW(a, struct values);

    v->arena = a;
    return v;
}

static struct value *find_here(const struct values *v, struct str name)
{
    struct value *found = v->first;

    while (found && !str_is(name, found->name))
        found = found->next;
    return found;
}

static struct value *find_value(const struct values *v, struct str name)
{
    struct value *found = NULL;

    for (; v && !found; v = v->around)
        found = find_here(v, name);
    return found;
}

static struct value *set(struct values *v, const char *name, enum kind kind)
{
    struct value *value = find_here(v, str_of(name));

    if (!value) {
        value = ARENA_NEW(v->arena, struct value);
        value->name = name;
        value->next = v->first;
        v->first = value;
    }
    value->kind = kind;
    return value;
}

void values_text(struct values *v, const char *name, struct str text)
{
    set(v, name, TEXT)->text = text;
}

void values_flag(struct values *v, const char *name, bool on)
{
    set(v, name, FLAG)->on = on;
}

struct values *values_row(struct values *v, const char *name)
{
    struct value *list = set(v, name, LIST);
    struct values *row = values_new(v->arena);

    row->around = v;
    if (list->last)
        list->last->next = row;
    else
        list->first = row;
    list->last = row;
    return row;
}

/* A template being written. name and text say where a mistake is. */
struct writer {
    struct buf *out;
    struct str (*find)(const char *name);
    const char *name;
    struct str text;
    int depth;
};

struct tag {
    char kind; /* one of # ^ / > or 0 */
    struct str name;
};

static _Noreturn void mistake(const struct writer *w, const char *what,
                              struct str which)
{
    fprintf(stderr, "template %s: %s %.*s\n", w->name, what, STR_FMT(which));
    abort();
}

static struct str in_html(struct str rest, size_t n)
{
    switch (*rest.p) {
    case '"':
        return STR("&#34;");
    case '\'':
        return STR("&#39;");
    case '\0':
        return STR("\xEF\xBF\xBD");
    default:
        return n > 0 ? escape_markup(*rest.p) : STR("\xEF\xBF\xBD");
    }
}

static size_t find_pair(struct str s, char c)
{
    size_t i = str_find(s, c);

    while (i < s.n && (i + 1 == s.n || s.p[i + 1] != c))
        i += 1 + str_find(str_from(s, i + 1), c);
    return i < s.n ? i : s.n;
}

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '.')
            return false;
    }
    return s.n > 0;
}

/* Is there nothing else on the tag's line? Then the line goes with it. */
static void take_line(const struct writer *w, struct str *before,
                      struct str *after)
{
    const char *start = before->p + before->n;
    size_t n = before->n;

    while (start > w->text.p && (start[-1] == ' ' || start[-1] == '\t'))
        start--;
    if ((start > w->text.p && start[-1] != '\n') || after->n == 0
        || after->p[0] != '\n')
        return;
    while (n > 0 && before->p[n - 1] != '\n')
        n--;
    before->n = n;
    *after = str_from(*after, 1);
}

/* Cuts text at the next tag: what is before it is returned, text becomes what
 * is behind it. tag->name.p is NULL when there is none. */
static struct str next_tag(const struct writer *w, struct str *text,
                           struct tag *tag)
{
    struct str before = { text->p, find_pair(*text, '{') };
    struct str rest = str_from(*text, before.n);
    size_t end;

    *tag = (struct tag){ 0 };
    *text = rest;
    if (rest.n == 0)
        return before;
    rest = str_from(rest, 2);
    end = find_pair(rest, '}');
    if (end == rest.n)
        mistake(w, "a tag without an end:", (struct str){ rest.p, rest.n });
    tag->name = (struct str){ rest.p, end };
    *text = str_from(rest, end + 2);
    if (end > 0 && strchr("#^/>", rest.p[0])) {
        tag->kind = rest.p[0];
        tag->name = str_from(tag->name, 1);
    }
    tag->name = str_trim(tag->name);
    if (!is_name(tag->name))
        mistake(w, "not a name:", tag->name);
    if (tag->kind)
        take_line(w, &before, text);
    return before;
}

/* The text up to the end of a section that has begun; text becomes what is
 * behind it. */
static struct str cut_section(const struct writer *w, struct str name,
                              struct str *text)
{
    struct str body = *text;
    struct tag tag;
    int open = 1;

    do {
        struct str before = next_tag(w, text, &tag);

        if (!tag.name.p)
            mistake(w, "a section without an end:", name);
        body.n = (size_t)(before.p + before.n - body.p);
        if (tag.kind == '#' || tag.kind == '^')
            open++;
        else if (tag.kind == '/')
            open--;
    } while (open > 0);
    if (!str_eq(tag.name, name))
        mistake(w, "a section that is ended as another:", name);
    return body;
}

static bool is_true(const struct value *v)
{
    if (!v)
        return false;
    return v->kind == TEXT ? v->text.n > 0
                           : v->kind == FLAG ? v->on : v->first != NULL;
}

static void write_text(struct writer *w, struct str text,
                       const struct values *v);

static void write_section(struct writer *w, char kind, struct str body,
                          const struct value *value, const struct values *v)
{
    if (is_true(value) != (kind == '#'))
        return;
    if (kind == '^' || value->kind != LIST) {
        write_text(w, body, v);
        return;
    }
    for (const struct values *row = value->first; row; row = row->next)
        write_text(w, body, row);
}

static void write_part(struct writer *w, struct str name,
                       const struct values *v)
{
    struct writer part = *w;
    struct str copy = arena_copy(v->arena, name);

    if (w->depth == PARTS_DEEP)
        mistake(w, "too many parts within parts:", name);
    part.name = copy.p;
    part.depth++;
    part.text = w->find(copy.p);
    if (!part.text.p)
        mistake(w, "no such part:", name);
    write_text(&part, part.text, v);
}

static void write_text(struct writer *w, struct str text,
                       const struct values *v)
{
    while (text.n > 0) {
        struct tag tag;

        buf_add(w->out, next_tag(w, &text, &tag));
        if (!tag.name.p)
            return;
        const struct value *value = find_value(v, tag.name);
        switch (tag.kind) {
        case '#':
        case '^': {
            struct str body = cut_section(w, tag.name, &text);

            write_section(w, tag.kind, body, value, v);
            break;
        }
        case '/':
            mistake(w, "the end of no section:", tag.name);
        case '>':
            write_part(w, tag.name, v);
            break;
        default:
            if (value && value->kind == LIST)
                mistake(w, "a list where a text is due:", tag.name);
            if (value && value->kind == TEXT)
                escape_write(w->out, value->text, in_html);
        }
    }
}

void template_write(struct buf *out, struct str (*find)(const char *name),
                    const char *name, const struct values *v)
{
    struct writer w = { .out = out, .find = find, .name = name };

    w.text = find(name);
    if (!w.text.p)
        mistake(&w, "there is none", NO_STR);
    write_text(&w, w.text, v);
}
