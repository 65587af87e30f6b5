#include "web/chart_window.h"

#include "base/moment.h"

static enum result wrong(struct call *c, const char *sentence)
{
    c->why = sentence;
    return ERR_INVALID;
}

static struct str option(const struct call *c, const char *name)
{
    struct str s = str_trim(params_get(&c->params, name));

    return s.n > 0 ? s : NO_STR;
}

static const struct field *labelled(const struct channel *ch, int number)
{
    for (int i = 0; i < ch->n_fields; i++)
        if (ch->fields[i].number == number && ch->fields[i].label.n > 0)
            return &ch->fields[i];
    return NULL;
}

static bool has(const struct chart_window *w, const struct field *f)
{
    for (int i = 0; i < w->n_fields; i++)
        if (w->field[i] == f)
            return true;
    return false;
}

static void all_fields(const struct channel *ch, struct chart_window *w)
{
    w->n_fields = 0;
    w->chosen = false;
    for (int i = 0; i < ch->n_fields; i++)
        if (ch->fields[i].label.n > 0)
            w->field[w->n_fields++] = &ch->fields[i];
}

static enum result read_fields(struct call *c, struct chart_window *w)
{
    struct str list = option(c, "fields");
    int64_t n;

    if (!list.p) {
        all_fields(c->channel, w);
        return OK;
    }
    w->n_fields = 0;
    w->chosen = true;
    while (list.p) {
        struct str one = str_trim(str_cut(&list, ','));
        const struct field *f =
            str_int(one, &n) && n > 0 && n <= CHANNEL_FIELDS
                ? labelled(c->channel, (int)n)
                : NULL;

        if (!f)
            return wrong(c, "fields is not a list such as 1,2 of fields that "
                            "this channel has.");
        if (!has(w, f))
            w->field[w->n_fields++] = f;
    }
    return OK;
}

static enum result read_stretch(struct call *c, struct chart_window *w)
{
    struct str name = option(c, "range");
    struct str from = option(c, "from"), until = option(c, "until");
    const struct zone *zone = chart_zone(c->channel);

    w->range = name.p ? chart_range_named(name) : chart_range_usual;
    w->asked = name.p || from.p || until.p;
    if (!w->range)
        return wrong(c, "range is not hour, day, week, month, year or all.");
    if (!from.p && !until.p)
        return OK;
    w->range = NULL;
    if (!from.p || !moment_parse(from, zone, &w->from))
        return wrong(c, "from is not a time.");
    if (!until.p || !moment_parse(until, zone, &w->until))
        return wrong(c, "until is not a time.");
    return w->from < w->until ? OK
                              : wrong(c, "until is not later than from.");
}

enum result chart_window_read(struct call *c, struct chart_window *w)
{
    *w = (struct chart_window){ 0 };
    enum result rc = read_fields(c, w);
    return rc == OK ? read_stretch(c, w) : rc;
}

void chart_window_guess(struct call *c, struct chart_window *w)
{
    const char *why = c->why;

    *w = (struct chart_window){ 0 };
    if (read_fields(c, w) != OK)
        all_fields(c->channel, w);
    if (read_stretch(c, w) != OK) {
        w->range = chart_range_usual;
        w->asked = false;
    }
    c->why = why;
}

struct reading_query chart_window_query(const struct call *c,
                                        const struct chart_window *w,
                                        int buckets)
{
    struct reading_query q = READINGS_OF(c->channel->id);

    if (w->range) {
        chart_range_ends(w->range, buckets, c->req->at, &q);
    } else {
        q.from = w->from;
        q.until = w->until;
    }
    return q;
}
