#include "web/chart_draw.h"

#include <math.h>

#include "base/moment.h"
#include "web/chart_paper.h"
#include "web/chart_plot.h"
#include "web/value_text.h"

enum {
    EDGE = 10,         /* around everything */
    HEAD = 54,         /* title, and the line below it */
    FOOT = 26,         /* labels of times */
    XAXIS = 16,        /* the x axis' title */
    MARGIN = 44,       /* buckets reckoned with before labels are known */
    ROW = 30,          /* pixels for a number's mark, at least */
    DIGITS = 5         /* of a value that was made here */
};

int chart_buckets(int width)
{
    return width - MARGIN - EDGE;
}

/* Values as people read them. */

double plot_shown(const struct chart *c, double v)
{
    struct str unit;

    return c->look->as_stored ? v : value_shown(c->field, v, &unit);
}

static struct str unit_of(const struct chart *c)
{
    struct str unit;

    if (c->look->as_stored)
        return c->field->unit;
    value_shown(c->field, 0, &unit);
    return unit;
}

static struct str with_unit(struct arena *a, struct str text, struct str unit)
{
    return arena_printf(a, unit.n > 0 ? "%.*s\u00a0%.*s" : "%.*s%.*s",
                        STR_FMT(text), STR_FMT(unit));
}

struct str chart_value(struct arena *a, const struct chart_look *look,
                       const struct field *f, struct str value)
{
    const struct chart c = { .look = look, .field = f };
    char room[DECIMAL_ROOM];
    struct str unit = f->unit;
    double v;

    if (look->made && look->decimals < 0 && decimal_parse(value, &v, NULL))
        value = arena_printf(a, "%.*g", DIGITS, v);
    if (look->decimals >= 0 && decimal_parse(value, &v, NULL))
        value = arena_copy(a, decimal_round(plot_shown(&c, v), look->decimals,
                                            room));
    else if (!look->as_stored)
        return with_unit(a, value_text(a, f, str_trim(value), &unit), unit);
    return with_unit(a, value, unit_of(&c));
}

struct str chart_number(struct arena *a, const struct chart_look *look,
                        const struct field *f, double v)
{
    char room[DECIMAL_ROOM];
    struct str s = decimal_shortest(v, room);

    if (str_ends(s, STR(".0")))
        s.n -= 2;
    return chart_value(a, look, f, arena_copy(a, s));
}

/* Around the plot. */

/* Some air, so that no line lies on the edge; but not below zero for what never
 * is. */
static void air(double *low, double *high)
{
    double some = (*high / 2 - *low / 2) * 0.08;

    if (isfinite(*high + some))
        *high += some;
    if (*low < 0 && isfinite(*low - some))
        *low -= some;
    else if (*low > 0)
        *low = fmax(*low - some, 0);
}

static void make_axis(struct plot *p)
{
    const struct chart_look *look = p->c->look;
    const struct series_line *l = p->c->line;
    double low = plot_shown(p->c, l->low), high = plot_shown(p->c, l->high);

    if (look->type == CHART_COLUMN) {
        low = fmin(low, 0);
        high = fmax(high, 0);
    }
    air(&low, &high);
    if (!isfinite(low) || !isfinite(high)) {
        low = isfinite(low) ? low : -1e308;
        high = isfinite(high) ? high : 1e308;
    }
    if (look->has_low)
        low = look->low;
    if (look->has_high)
        high = look->high;
    if (low > high && look->has_low)
        high = low;
    else if (low > high)
        low = high;
    int about = (int)(p->height / ROW);
    number_axis(&p->y, low, high, look->has_low, look->has_high,
                about < 2 ? 2 : about > 8 ? 8 : about);
}

static double widest_label(const struct plot *p)
{
    char room[DECIMAL_ROOM];
    double widest = 0;

    for (int i = 0; i < p->y.n; i++)
        widest = fmax(widest, paper_width(number_tick(&p->y, p->y.tick[i],
                                                      room), TEXT_SIZE));
    return fmin(widest, p->c->look->width / 3.0);
}

static void number_marks(struct plot *p)
{
    double right = p->left + p->width;
    char room[DECIMAL_ROOM];

    buf_add(p->out, STR("<path class=\"g\" d=\""));
    for (int i = 0; i < p->y.n; i++) {
        double y = (1 - number_place(&p->y, p->y.tick[i])) * p->height;

        buf_printf(p->out, "M%.0f %.1fH%.0f", p->left, floor(p->top + y) + 0.5,
                   right);
    }
    buf_add(p->out, STR("\"/>\n"));
    for (int i = 0; i < p->y.n; i++) {
        double y = (1 - number_place(&p->y, p->y.tick[i])) * p->height;

        paper_text(p->out, "s", AT_END, p->left - 6, p->top + y + 4, p->left,
                   number_tick(&p->y, p->y.tick[i], room));
    }
}

static void time_labels(struct plot *p, const struct time_tick *tick, int n,
                        double y)
{
    double free = 0;

    for (int i = 0; i < n; i++) {
        struct str text = str_of(tick[i].text);
        double half = paper_width(text, TEXT_SIZE) / 2;
        double x = p->left + plot_x(p, (double)tick[i].at);

        if (x - half < free || x + half > p->c->look->width)
            continue;
        paper_text(p->out, "s", AT_MIDDLE, x, y, half * 3, text);
        free = x + half + 6;
    }
}

/* In the middle of a pixel. */
static double crisp_x(const struct plot *p, int64_t at)
{
    return floor(p->left + plot_x(p, (double)at)) + 0.5;
}

/* At most one for the width of a label. */
static void time_marks(struct plot *p)
{
    const struct series *s = p->c->series;
    struct time_tick tick[TICKS_MAX];
    int most = (int)(p->width / 52);
    int n = time_ticks(s->from, s->until, p->c->look->zone,
                       most < 2 ? 2 : most < 12 ? most : 12, tick);
    double bottom = p->top + p->height;

    buf_printf(p->out, "<path class=\"h\" d=\"M%.0f %.1fh%.0f", p->left,
               floor(bottom) + 0.5, p->width);
    for (int i = 0; i < n; i++)
        buf_printf(p->out, "M%.1f %.0fv4", crisp_x(p, tick[i].at), bottom);
    buf_add(p->out, STR("\"/>\n<path class=\"g\" d=\""));
    for (int i = 0; i < n; i++)
        if (tick[i].strong)
            buf_printf(p->out, "M%.1f %.0fV%.0f", crisp_x(p, tick[i].at),
                       p->top, bottom);
    buf_add(p->out, STR("\"/>\n"));
    time_labels(p, tick, n, bottom + 17);
}

static void head(struct plot *p)
{
    const struct chart *c = p->c;
    double right = c->look->width - EDGE, space = right - EDGE;
    struct str title = c->look->title.p ? c->look->title : c->field->label;
    struct str side = c->look->yaxis.p ? c->look->yaxis : unit_of(c);
    struct str value = NO_STR, when = NO_STR;
    char room[TICK_ROOM];

    if (c->line) {
        value = chart_value(p->arena, c->look, c->field, c->line->last_text);
        when = time_words(c->line->last_at, c->series->until, c->look->zone,
                          room);
    }
    double taken = fmin(paper_width(value, TITLE_SIZE), space * 0.6);
    paper_text(p->out, "t", AT_START, EDGE, 22, space - taken - EDGE, title);
    paper_text(p->out, "v", AT_END, right, 22, taken + 1, value);
    taken = paper_width(when, TEXT_SIZE);
    paper_text(p->out, "s", AT_START, EDGE, 39, space - taken - EDGE, side);
    paper_text(p->out, "s", AT_END, right, 39, space, when);
}

/* The newest number, if it is on the picture. */
static void newest(struct plot *p)
{
    const struct series_line *l = p->c->line;
    double part = number_place(&p->y, plot_shown(p->c, l->last));

    if (p->c->look->type == CHART_COLUMN || part < 0 || part > 1)
        return;
    buf_printf(p->out, "<circle class=\"n\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>"
                       "\n",
               p->left + plot_x(p, (double)l->last_at),
               p->top + plot_y(p, l->last));
}

static void nothing(struct plot *p)
{
    paper_text(p->out, "s", AT_MIDDLE, p->left + p->width / 2,
               p->top + p->height / 2, p->width,
               p->c->series->entries > 0 ? STR("No numbers in this time")
                                         : STR("No readings in this time"));
}

void chart_draw(struct buf *out, struct arena *a, const struct chart *c)
{
    const struct chart_look *look = c->look;
    struct plot p = { .c = c, .out = out, .arena = a, .left = EDGE,
                      .top = HEAD };
    double foot = FOOT + (look->xaxis.n > 0 ? XAXIS : 0);

    p.height = look->height - HEAD - foot;
    if (c->line) {
        make_axis(&p);
        p.left = EDGE + widest_label(&p) + 6;
    }
    p.width = look->width - EDGE - p.left;
    if (c->line && look->type == CHART_COLUMN)
        p.column = plot_column(&p);
    paper_begin(out, look, look->title.p ? look->title : c->field->label,
                c->words);
    head(&p);
    if (c->line)
        number_marks(&p);
    if (c->series->n > 0)
        time_marks(&p);
    paper_text(out, "s", AT_MIDDLE, p.left + p.width / 2, look->height - 8,
               p.width, look->xaxis);
    if (c->line) {
        plot_lines(&p);
        newest(&p);
    } else {
        nothing(&p);
    }
    paper_end(out);
}

/* In lines of whole words. */
void chart_draw_words(struct buf *out, const struct chart_look *look,
                      struct str sentence)
{
    double room = look->width - 2 * EDGE, y = 34;
    struct str rest = sentence, line = NO_STR;

    paper_begin(out, look, STR("No chart"), sentence);
    while (rest.p) {
        struct str from = rest, word = str_cut(&rest, ' ');
        struct str longer = { line.p ? line.p : from.p, 0 };

        longer.n = (size_t)(word.p + word.n - longer.p);
        if (line.p && paper_width(longer, TEXT_SIZE) > room) {
            paper_text(out, "s", AT_START, EDGE, y, room, line);
            y += 18;
            longer = word;
        }
        line = longer;
    }
    paper_text(out, "s", AT_START, EDGE, y, room, line);
    paper_end(out);
}
