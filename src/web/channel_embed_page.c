/* channel_embed_page.c -- makes the text that shows a chart on a page
 * elsewhere. See docs/embedding.md. */
#include "base/escape.h"
#include "base/form.h"
#include "core/secret.h"
#include "http/message.h"
#include "store/channel.h"
#include "store/key.h"
#include "web/channel_nav.h"
#include "web/chart_view.h"
#include "web/page.h"
#include "web/routes.h"

enum {
    FRAME_SPARE = 10,  /* pixels that a frame is higher than its chart */
    RESULTS_USUAL = 60
};

/* What was chosen: the query of the chart's address. */
struct choice_made {
    struct call *c;
    struct values *v;
    const struct field *field; /* NULL: the channel has none with a label */
    int width, height;
    struct str visitors; /* a key that opens the preview, and no more */
    struct buf query;
};

static struct str sent(const struct call *c, const char *name)
{
    return str_trim(params_get(&c->params, name));
}

static void add(struct choice_made *m, const char *name, struct str value)
{
    if (!value.n)
        return;
    buf_printf(&m->query, "%s%s=", m->query.n ? "&" : "", name);
    buf_add(&m->query, form_escape(value, m->c->arena));
}

/* Choices of one of several; the first is the usual. */
struct option {
    const char *value, *label;
};

static struct str choose(struct choice_made *m, const char *list,
                         const struct option *all, struct str wanted)
{
    struct str found = str_of(all[0].value);

    for (const struct option *o = all; o->value; o++)
        if (str_is(wanted, o->value))
            found = str_of(o->value);
    for (const struct option *o = all; o->value; o++) {
        struct values *row = values_row(m->v, list);

        values_text(row, "value", str_of(o->value));
        values_text(row, "label", str_of(o->label));
        values_flag(row, "selected", str_is(found, o->value));
    }
    return found;
}

static void put_fields(struct choice_made *m)
{
    const struct channel *ch = m->c->channel;
    int64_t wanted = 0;

    str_int(sent(m->c, "field"), &wanted);
    for (int i = 0; i < ch->n_fields; i++)
        if (ch->fields[i].label.n
            && (!m->field || ch->fields[i].number == wanted))
            m->field = &ch->fields[i];
    for (int i = 0; i < ch->n_fields; i++) {
        const struct field *f = &ch->fields[i];

        if (!f->label.n)
            continue;
        struct values *row = values_row(m->v, "fields");
        values_text(row, "value",
                    arena_printf(m->c->arena, "%d", f->number));
        values_text(row, "label", f->label);
        values_flag(row, "selected", f == m->field);
    }
}

static int number_sent(const struct choice_made *m, const char *name,
                       int usual, int least, int most)
{
    int64_t n = usual;

    if (!str_int(sent(m->c, name), &n) || n < least || n > most)
        return usual;
    return (int)n;
}

static struct str number(struct choice_made *m, int n)
{
    return arena_printf(m->c->arena, "%d", n);
}

static void put_stretch(struct choice_made *m)
{
    static const struct option ranges[] = {
        { "day", "The last day" },     { "hour", "The last hour" },
        { "week", "The last week" },   { "month", "The last month" },
        { "year", "The last year" },   { "all", "All of it" },
        { "newest", "The newest readings" }, { NULL, NULL },
    };
    struct str range = choose(m, "ranges", ranges, sent(m->c, "range"));
    struct str results
        = number(m, number_sent(m, "results", RESULTS_USUAL, 1, RESULTS_MAX));

    values_text(m->v, "results", results);
    if (str_is(range, "newest"))
        add(m, "results", results);
    else
        add(m, "range", range);
}

static void put_look(struct choice_made *m)
{
    static const struct option types[] = {
        { "line", "Line" }, { "step", "Steps" }, { "column", "Columns" },
        { NULL, NULL },
    };
    struct str type = choose(m, "types", types, sent(m->c, "type"));

    if (!str_is(type, "line"))
        add(m, "type", type);
    add(m, "color", sent(m->c, "color"));
    add(m, "bgcolor", sent(m->c, "bgcolor"));
    add(m, "title", sent(m->c, "title"));
    values_text(m->v, "color", sent(m->c, "color"));
    values_text(m->v, "bgcolor", sent(m->c, "bgcolor"));
    values_text(m->v, "chart_title", sent(m->c, "title"));
}

static void put_size(struct choice_made *m)
{
    m->width = number_sent(m, "width", CHART_WIDTH, CHART_WIDTH_MIN,
                           CHART_WIDTH_MAX);
    m->height = number_sent(m, "height", CHART_HEIGHT, CHART_HEIGHT_MIN,
                            CHART_HEIGHT_MAX);
    add(m, "width", number(m, m->width));
    add(m, "height", number(m, m->height));
    values_text(m->v, "width", number(m, m->width));
    values_text(m->v, "height", number(m, m->height));
    values_text(m->v, "frame_height", number(m, m->height + FRAME_SPARE));
}

/* A row for each of the owner's read keys; true: came is one of them. */
static bool put_read_keys(struct choice_made *m, const struct key *list, int n,
                          struct str came)
{
    struct call *c = m->c;
    bool found = false;

    for (int i = 0; i < n; i++) {
        struct str text = key_text(c->app->secret, c->arena, &list[i]);

        if (list[i].kind != KEY_READ || !text.p)
            continue;
        struct values *row = values_row(m->v, "keys");
        values_text(row, "value", text);
        values_text(row, "hint", list[i].hint);
        values_flag(row, "selected", str_eq(text, came));
        found = found || str_eq(text, came);
    }
    return found;
}

/* Did the visitor come in with this key, and can it read and no more? */
static bool only_reads(const struct call *c, struct str key)
{
    return c->visitor.keyed && c->visitor.kind == KEY_READ
           && c->visitor.channel.n == c->channel->id.n
           && str_eq(call_key(c), key);
}

/* A private channel's owner may put a read key into the address. Who came with
 * one goes on with it; a write key opens the preview, but everybody could read
 * it in an address. */
static enum result put_key(struct choice_made *m)
{
    struct call *c = m->c;
    struct str came = call_key_sent(c);
    enum result rc = OK;
    struct key *list;
    bool reads;
    int n;

    if (c->channel->is_public)
        return OK;
    values_flag(m->v, "locked", true);
    if (channel_is_mine(c, c->channel)) {
        rc = key_list_channel(c->db, c->arena, c->channel->id, &list, &n);
        reads = rc == OK && put_read_keys(m, list, n, came);
    } else {
        reads = only_reads(c, came);
        values_text(m->v, "api_key", came);
        values_flag(m->v, "keyless", !reads);
        m->visitors = reads ? NO_STR : came;
    }
    if (reads)
        add(m, "api_key", came);
    return rc;
}

/* Texts to copy. */

static struct str markup(struct choice_made *m, struct str s)
{
    struct buf b = { 0 };

    for (size_t i = 0; i < s.n; i++) {
        struct str other = escape_markup(s.p[i]);

        if (s.p[i] == '"')
            other = STR("&quot;");
        buf_add(&b, other.p ? other : (struct str){ s.p + i, 1 });
    }
    struct str out = arena_copy(m->c->arena, buf_str(&b));
    buf_free(&b);
    return out;
}

/* As Markdown has it: a bracket would end the words. */
static struct str plain(struct choice_made *m, struct str s)
{
    struct str out = arena_copy(m->c->arena, s);

    for (size_t i = 0; i < out.n; i++)
        if (strchr("[]\\`\r\n", out.p[i]))
            ((char *)out.p)[i] = ' ';
    return out;
}

static void put_text(struct choice_made *m, const char *id, const char *what,
                     struct str text)
{
    struct values *row = values_row(m->v, "texts");

    values_text(row, "text_id", str_of(id));
    values_text(row, "what", str_of(what));
    values_text(row, "text", text);
}

static void put_texts(struct choice_made *m)
{
    struct arena *a = m->c->arena;
    struct str origin = page_origin(m->c), query = buf_str(&m->query);
    bool live = str_is(sent(m->c, "live"), "yes");
    struct str path = arena_printf(a, "/channels/%lld/charts/%d",
                                   (long long)m->c->channel->id.n,
                                   m->field->number);
    struct str frame = arena_printf(a, "%.*s?%.*s%s", STR_FMT(path),
                                    STR_FMT(query),
                                    live ? "&dynamic=true&push=true" : "");
    struct str image = arena_printf(a, "%.*s%.*s.svg?%.*s", STR_FMT(origin),
                                    STR_FMT(path), STR_FMT(query));
    struct str label = m->field->label;

    values_text(m->v, "frame",
                m->visitors.n
                    ? arena_printf(a, "%.*s&api_key=%.*s", STR_FMT(frame),
                                   STR_FMT(form_escape(m->visitors, a)))
                    : frame);
    values_flag(m->v, "live", live);
    put_text(m, "frame-text", "A frame, for a page in HTML",
             arena_printf(a, "<iframe width=\"%d\" height=\"%d\" "
                             "style=\"border: 0\" title=\"%.*s\" "
                             "src=\"%.*s%.*s\"></iframe>",
                          m->width, m->height + FRAME_SPARE,
                          STR_FMT(markup(m, label)), STR_FMT(origin),
                          STR_FMT(markup(m, frame))));
    put_text(m, "image-text", "A picture, where no script runs",
             arena_printf(a, "<img width=\"%d\" height=\"%d\" alt=\"%.*s\" "
                             "src=\"%.*s\">",
                          m->width, m->height, STR_FMT(markup(m, label)),
                          STR_FMT(markup(m, image))));
    put_text(m, "markdown-text", "The picture in Markdown",
             arena_printf(a, "![%.*s](%.*s)", STR_FMT(plain(m, label)),
                          STR_FMT(image)));
}

enum result channel_embed_page(struct call *c)
{
    struct choice_made m = { .c = c, .v = values_new(c->arena) };

    channel_nav_put(c, m.v, c->channel, "embed", "Embed");
    values_flag(m.v, "mine", channel_is_mine(c, c->channel));
    put_fields(&m);
    put_stretch(&m);
    put_look(&m);
    put_size(&m);
    enum result rc = put_key(&m);
    if (rc == OK && m.field) {
        values_flag(m.v, "has_field", true);
        put_texts(&m);
    }
    buf_free(&m.query);
    if (rc != OK)
        return rc;
    if (!c->channel->is_public)
        page_keep_private(c);
    page_allow_frame(c);
    return page_show(c, "channel_embed", m.v);
}
