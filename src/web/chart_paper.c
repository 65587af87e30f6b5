#include "web/chart_paper.h"

#include "base/unicode.h"
#include "base/xml.h"

/* The colours of static/style.css. */
static const struct scheme {
    struct colour paper, ink, soft, grid, data;
} light = { { 0xff, 0xff, 0xff }, { 0x17, 0x21, 0x1d }, { 0x53, 0x60, 0x5a },
            { 0xd3, 0xda, 0xd5 }, { 0x0b, 0x6e, 0x5c } },
  dark = { { 0x1a, 0x22, 0x20 }, { 0xe9, 0xef, 0xeb }, { 0xa7, 0xb4, 0xad },
           { 0x35, 0x41, 0x3c }, { 0x6d, 0xd3, 0xba } };

#define CONTRAST_LINE 3.0 /* WCAG 1.4.11 */
#define CONTRAST_TEXT 4.5 /* WCAG 1.4.3 */

static void rule(struct buf *out, const char *what, const char *property,
                 struct colour c)
{
    char room[COLOUR_ROOM];

    buf_printf(out, "%s{%s:%s}", what, property, colour_text(c, room));
}

static void put_scheme(struct buf *out, const struct scheme *s,
                       const struct chart_look *look)
{
    struct colour data = look->has_colour
                             ? colour_seen(look->colour, s->paper,
                                           CONTRAST_LINE)
                             : s->data;

    rule(out, ".p", "fill", s->paper);
    rule(out, ".t,.v", "fill", s->ink);
    rule(out, ".s", "fill", s->soft);
    rule(out, ".g", "stroke", s->grid);
    rule(out, ".h", "stroke", s->soft);
    rule(out, ".m,.d,.b", "stroke", data);
    rule(out, ".b,.n,.c", "fill", data);
    rule(out, ".n", "stroke", s->paper);
}

/* A background that somebody chose has the texts that can be read on it. */
static struct scheme on_paper(struct colour paper)
{
    struct scheme s =
        colour_contrast(paper, light.ink) > colour_contrast(paper, dark.ink)
            ? light : dark;

    s.paper = paper;
    s.ink = colour_seen(s.ink, paper, CONTRAST_TEXT);
    s.soft = colour_seen(s.soft, paper, CONTRAST_TEXT);
    s.data = colour_seen(s.data, paper, CONTRAST_LINE);
    return s;
}

static void put_style(struct buf *out, const struct chart_look *look)
{
    buf_add(out, STR("<style>text{font:12px system-ui,-apple-system,"
                     "\"Segoe UI\",Roboto,\"Noto Sans\",\"Liberation Sans\","
                     "sans-serif;font-variant-numeric:tabular-nums}"
                     ".t,.v{font-size:15px;font-weight:600}"
                     ".g,.h,.m,.d{fill:none}.g,.h{stroke-width:1}"
                     ".m{stroke-width:17;stroke-linejoin:round;"
                     "stroke-linecap:round}"
                     ".b{stroke-width:10;stroke-linejoin:round;"
                     "fill-opacity:.3;stroke-opacity:.45}"
                     ".d{stroke-width:45;stroke-linecap:round}"
                     ".n{stroke-width:2}.e{text-anchor:end}"
                     ".o{text-anchor:middle}"));
    if (look->has_paper) {
        struct scheme s = on_paper(look->paper);

        put_scheme(out, &s, look);
    } else {
        put_scheme(out, &light, look);
        buf_add(out, STR("@media(prefers-color-scheme:dark){"));
        put_scheme(out, &dark, look);
        buf_char(out, '}');
    }
    buf_add(out, STR("</style>"));
}

void paper_begin(struct buf *out, const struct chart_look *look,
                 struct str title, struct str words)
{
    buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
                    "height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
                    "aria-labelledby=\"title words\"><title id=\"title\">",
               look->width, look->height, look->width, look->height);
    xml_escape(out, title);
    buf_add(out, STR("</title><desc id=\"words\">"));
    xml_escape(out, words);
    buf_add(out, STR("</desc>"));
    put_style(out, look);
    buf_add(out, STR("<rect class=\"p\" width=\"100%\" height=\"100%\"/>\n"));
}

void paper_end(struct buf *out)
{
    buf_add(out, STR("</svg>\n"));
}

double paper_width(struct str text, int size)
{
    return (double)unicode_length(text) * size * 0.58;
}

/* As many letters as there is room for; *cut: not all of them. */
static struct str fitting(struct str text, int size, double room, bool *cut)
{
    struct str rest = text;
    double most = room / (size * 0.58);

    *cut = (double)unicode_length(text) > most;
    if (!*cut)
        return text;
    for (; rest.n > 0 && most >= 2; most--) {
        size_t one = str_char(rest);

        rest = str_from(rest, one ? one : 1);
    }
    return (struct str){ text.p, text.n - rest.n };
}

void paper_text(struct buf *out, const char *class, enum anchor anchor,
                double x, double y, double room, struct str text)
{
    static const char *const anchors[] = { "", " o", " e" };
    bool cut;

    text = fitting(text, class[0] == 's' ? TEXT_SIZE : TITLE_SIZE, room, &cut);
    if (text.n == 0)
        return;
    buf_printf(out, "<text class=\"%s%s\" x=\"%.4g\" y=\"%.4g\">", class,
               anchors[anchor], x, y);
    xml_escape(out, text);
    buf_add(out, cut ? STR("…</text>\n") : STR("</text>\n"));
}
