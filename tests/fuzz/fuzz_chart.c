/* A line of options, then numbers for eight bytes each: whatever they are, a
 * picture of bounded size in valid text, with no number that is none. */
#include "fuzz.h"

#include <math.h>

#include "base/zone.h"
#include "http/message.h"
#include "web/chart_view.h"

enum { BUCKETS = 64, PICTURE_MAX = 64 * 1024 };

static struct field field = { .number = 1, .label = { "L", 1 },
                              .unit = { "°C", 3 }, .display = { "°F", 3 } };
static struct channel channel = { .id = { 1 }, .zone = { "UTC", 3 },
                                  .fields = &field, .n_fields = 1 };

static double take_number(struct str *rest)
{
    double v = 0;

    if (rest->n >= sizeof v)
        memcpy(&v, rest->p, sizeof v);
    *rest = str_from(*rest, rest->n >= sizeof v ? sizeof v : rest->n);
    return isfinite(v) ? v : 1;
}

static void add_number(struct series_line *l, struct bucket *b, double v)
{
    b->low = b->numbers ? fmin(b->low, v) : v;
    b->high = b->numbers ? fmax(b->high, v) : v;
    b->mean = b->low / 2 + b->high / 2;
    b->numbers++;
    l->low = l->numbers ? fmin(l->low, v) : v;
    l->high = l->numbers ? fmax(l->high, v) : v;
    l->numbers++;
    l->last = v;
    l->last_at = b->first;
}

/* Some buckets with one or two numbers, some without, some joined. */
static void fill(struct series *s, struct series_line *l, struct str rest)
{
    for (int i = 0; i < s->n && rest.n > 0; i++) {
        struct bucket *b = &l->bucket[i];
        unsigned dice = fuzz_byte(&rest);

        b->first = b->last = s->start + i * s->length + s->length / 2;
        for (unsigned k = dice % 3; k > 0; k--)
            add_number(l, b, take_number(&rest));
        b->joined = b->numbers > 0 && l->numbers > b->numbers && dice & 4;
    }
}

/* Texts have no quotation marks of their own: between two of them there is an
 * attribute, and those of places and paths hold numbers. */
static void check_attributes(struct str svg)
{
    static const char *const names[] = { " d=", " x=", " y=", " cx=", " cy=",
                                         " width=", " height=" };

    while (svg.p) {
        struct str before = str_cut(&svg, '"');
        struct str value = str_cut(&svg, '"');

        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            for (size_t k = 0; str_ends(before, str_of(names[i]))
                               && k < value.n; k++)
                must(strchr("0123456789 .-MlhvzVH%", value.p[k]));
    }
}

static void draw(struct call *c, const struct chart_view *v, struct str rest)
{
    struct bucket bucket[BUCKETS] = { 0 };
    struct series_line line = { .bucket = bucket, .last_text = STR("1e3") };
    struct series s = { .from = 1000000, .until = 1000000 + BUCKETS * 60000,
                        .start = 1000000, .length = 60000, .n = BUCKETS,
                        .entries = 1, .line = &line, .n_lines = 1 };
    struct buf out = { 0 };

    fill(&s, &line, rest);
    struct chart chart = {
        .look = &v->look, .field = &field, .series = &s,
        .line = line.numbers > 0 ? &line : NULL,
    };
    chart.words = chart_words(c, &v->look, &field, v->range, &s, chart.line);
    chart_draw(&out, c->arena, &chart);
    must(out.n < PICTURE_MAX && str_is_text(buf_str(&out)));
    check_attributes(buf_str(&out));
    must(str_ends(buf_str(&out), STR("</svg>\n")));
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str rest = fuzz_text(data, n);
    struct request req = { .query = str_cut(&rest, '\n'),
                           .at = INT64_C(1700000000000),
                           .arena = arena_new() };
    struct call c = { .req = &req, .arena = req.arena, .channel = &channel };
    struct chart_view *v = ARENA_NEW(req.arena, struct chart_view);

    if (params_read(&req, &c.params) == OK) {
        enum result rc = chart_view_read(&c, &field, v);

        must(rc == OK || (c.why && (rc == ERR_INVALID || rc == ERR_GARBLED)));
        if (rc == OK)
            draw(&c, v, rest);
    }
    arena_free(req.arena);
    return 0;
}
