#include "web/chart_plot.h"

#include <math.h>

enum {
    COLUMN_PART = 78,  /* of its place, in percent */
    USUAL_PART = 90,   /* that distance is reckoned a little large */
    DOT_SPACE = 9,     /* pixels for a reading, where each has a dot */
    FINE = 10          /* parts of a pixel that paths are drawn in */
};

/* Places. */

double plot_x(const struct plot *p, double at)
{
    const struct series *s = p->c->series;
    double span = (double)(s->until - s->from);
    double part = span > 0 ? (at - (double)s->from) / span : 0.5;

    part = fmin(fmax(part, 0), 1);
    return p->column / 2 + part * (p->width - p->column);
}

double plot_y(const struct plot *p, double v)
{
    double part = number_place(&p->y, plot_shown(p->c, v));

    return (1 - fmin(fmax(part, -1), 2)) * p->height;
}

/* In the middle of its numbers: where there is one, at its time. */
static double x_of_bucket(const struct plot *p, const struct bucket *b)
{
    double at = (double)b->first / 2 + (double)b->last / 2;

    return plot_x(p, p->c->series->by_hours ? at + SUMMARY_MS / 2 : at);
}

static long fine(double v)
{
    return lround(v * FINE);
}

static struct bucket *bucket(const struct plot *p, int i)
{
    return &p->c->line->bucket[i];
}

/* Paths. The next bucket with numbers from i on, or n. */
static int next_of(const struct plot *p, int i)
{
    while (i < p->c->series->n && bucket(p, i)->numbers == 0)
        i++;
    return i;
}

/* The end of the run that begins with i: the first that is not joined. */
static int run_end(const struct plot *p, int i)
{
    for (i = next_of(p, i + 1);
         i < p->c->series->n && bucket(p, i)->joined;)
        i = next_of(p, i + 1);
    return i;
}

struct pen {
    struct buf *out;
    long x, y;
};

static void move_to(struct pen *pen, double x, double y)
{
    pen->x = fine(x);
    pen->y = fine(y);
    buf_printf(pen->out, "M%ld %ld", pen->x, pen->y);
}

static void line_to(struct pen *pen, double x, double y)
{
    long dx = fine(x) - pen->x, dy = fine(y) - pen->y;

    if (dx == 0 && dy == 0)
        return;
    pen->x += dx;
    pen->y += dy;
    if (dy == 0)
        buf_printf(pen->out, "h%ld", dx);
    else if (dx == 0)
        buf_printf(pen->out, "v%ld", dy);
    else
        buf_printf(pen->out, dy < 0 ? "l%ld%ld" : "l%ld %ld", dx, dy);
}

static bool has_band(const struct plot *p, int from, int end)
{
    for (int i = from; i < end; i++)
        if (bucket(p, i)->numbers > 0
            && bucket(p, i)->low < bucket(p, i)->high)
            return true;
    return false;
}

/* Along the highest of a run and back along the lowest. */
static void band(struct plot *p, int from, int end)
{
    struct pen pen = { p->out, 0, 0 };

    if (!has_band(p, from, end))
        return;
    move_to(&pen, x_of_bucket(p, bucket(p, from)),
            plot_y(p, bucket(p, from)->high));
    for (int i = next_of(p, from + 1); i < end; i = next_of(p, i + 1))
        line_to(&pen, x_of_bucket(p, bucket(p, i)),
                plot_y(p, bucket(p, i)->high));
    for (int i = end - 1; i >= from; i--)
        if (bucket(p, i)->numbers > 0)
            line_to(&pen, x_of_bucket(p, bucket(p, i)),
                    plot_y(p, bucket(p, i)->low));
    buf_char(p->out, 'z');
}

static void means(struct plot *p, int from, int end)
{
    bool step = p->c->look->type == CHART_STEP;
    struct pen pen = { p->out, 0, 0 };
    double y = plot_y(p, bucket(p, from)->mean);

    move_to(&pen, x_of_bucket(p, bucket(p, from)), y);
    for (int i = next_of(p, from + 1); i < end; i = next_of(p, i + 1)) {
        double x = x_of_bucket(p, bucket(p, i));

        if (step)
            line_to(&pen, x, y);
        y = plot_y(p, bucket(p, i)->mean);
        line_to(&pen, x, y);
    }
}

static void each_run(struct plot *p, const char *class,
                     void (*draw)(struct plot *p, int from, int end))
{
    int n = p->c->series->n;

    buf_printf(p->out, "<path class=\"%s\" d=\"", class);
    for (int i = next_of(p, 0); i < n; i = run_end(p, i))
        draw(p, i, run_end(p, i));
    buf_add(p->out, STR("\"/>\n"));
}

/* Readings that no line shows; all of them, where there are few. */
static void dots(struct plot *p)
{
    struct pen pen = { p->out, 0, 0 };
    int n = p->c->series->n, filled = 0;

    for (int i = next_of(p, 0); i < n; i = next_of(p, i + 1))
        filled++;
    bool all = filled * DOT_SPACE <= (int)p->width;
    buf_add(p->out, STR("<path class=\"d\" d=\""));
    for (int i = next_of(p, 0); i < n; i = next_of(p, i + 1)) {
        int next = next_of(p, i + 1);
        bool alone = !bucket(p, i)->joined
                     && (next == n || !bucket(p, next)->joined);

        if (!all && !alone)
            continue;
        move_to(&pen, x_of_bucket(p, bucket(p, i)),
                plot_y(p, bucket(p, i)->mean));
        buf_add(p->out, STR("h0"));
    }
    buf_add(p->out, STR("\"/>\n"));
}

/* Of the numbers that there are. */
static int64_t least_distance(const struct plot *p)
{
    int64_t least = INT64_MAX;

    for (int i = next_of(p, 0), n; i < p->c->series->n; i = n) {
        n = next_of(p, i + 1);
        if (n < p->c->series->n
            && bucket(p, n)->first - bucket(p, i)->first < least)
            least = bucket(p, n)->first - bucket(p, i)->first;
    }
    return least;
}

/* As far apart as the numbers usually are, or else the buckets. */
double plot_column(const struct plot *p)
{
    const struct series *s = p->c->series;
    double span = (double)(s->until - s->from);
    double usual = (double)p->c->line->usual_ms * USUAL_PART / 100;

    if (p->c->line->usual_ms == 0)
        usual = (double)least_distance(p);
    double place = usual / (span + usual) * p->width;
    return fmax(fmin(place, p->width / 4), p->width / s->n);
}

/* From zero, or from the edge where zero is not. */
static void columns(struct plot *p)
{
    const struct series *s = p->c->series;
    double zero = fmin(fmax(number_place(&p->y, 0), 0), 1);
    double base = (1 - zero) * p->height;
    double width = fmax(p->column * COLUMN_PART / 100, 1);

    buf_add(p->out, STR("<path class=\"c\" d=\""));
    for (int i = next_of(p, 0); i < s->n; i = next_of(p, i + 1)) {
        double x = x_of_bucket(p, bucket(p, i)) - width / 2;

        buf_printf(p->out, "M%ld %ldV%ldh%ldV%ldz", fine(x), fine(base),
                   fine(plot_y(p, bucket(p, i)->mean)), fine(width),
                   fine(base));
    }
    buf_add(p->out, STR("\"/>\n"));
}

void plot_lines(struct plot *p)
{
    /* An element of its own cuts off what is beyond the ends of the axis. */
    buf_printf(p->out,
               "<svg x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\">"
               "<g transform=\"translate(0 1)scale(.1)\">\n",
               p->left, p->top - 1, p->width + 1, p->height + 2);
    if (p->c->look->type == CHART_COLUMN) {
        columns(p);
    } else {
        each_run(p, "b", band);
        each_run(p, "m", means);
        dots(p);
    }
    buf_add(p->out, STR("</g></svg>\n"));
}
