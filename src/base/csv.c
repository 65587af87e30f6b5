#include "base/csv.h"

#include "base/buf.h"

/* A record being read. Nothing is changed in the input before all of it is
 * there, for else a second look at it would see something else. */
struct reader {
    struct csv *c;
    char *s;
    size_t n, i;
    bool last;
    bool doubled[CSV_COLUMNS]; /* "" within the cell stands for " */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_end(char c)
{
    return c == ',' || c == '\n' || c == '\r';
}

/* Whether i is at a comma, a line end, or the end of everything. A carriage
 * return ends a line only before a line feed. */
static enum csv_state at_end(const struct reader *r, size_t i)
{
    if (i == r->n)
        return r->last ? CSV_RECORD : CSV_MORE;
    if (r->s[i] == ',' || r->s[i] == '\n')
        return CSV_RECORD;
    if (r->s[i] != '\r')
        return CSV_BROKEN;
    if (i + 1 == r->n)
        return r->last ? CSV_RECORD : CSV_MORE;
    return r->s[i + 1] == '\n' ? CSV_RECORD : CSV_BROKEN;
}

/* From behind the opening quote to the comma or line end after the cell. */
static enum csv_state quoted_cell(struct reader *r, struct str *cell)
{
    size_t from = r->i;

    for (;;) {
        char *quote = r->i < r->n ? memchr(r->s + r->i, '"', r->n - r->i)
                                  : NULL;

        if (!quote)
            return r->last ? CSV_BROKEN : CSV_MORE;
        r->i = (size_t)(quote - r->s) + 1;
        if (r->i == r->n || r->s[r->i] != '"')
            break;
        r->doubled[r->c->n_cells] = true;
        r->i++;
    }
    *cell = (struct str){ r->s + from, r->i - 1 - from };
    while (r->i < r->n && is_blank(r->s[r->i]))
        r->i++;
    return at_end(r, r->i);
}

static enum csv_state plain_cell(struct reader *r, struct str *cell)
{
    size_t from = r->i;
    enum csv_state state;

    for (;;) {
        while (r->i < r->n && !is_end(r->s[r->i]) && r->s[r->i] != '"')
            r->i++;
        if (r->i < r->n && r->s[r->i] == '"')
            return CSV_BROKEN;
        state = at_end(r, r->i);
        if (state != CSV_BROKEN)
            break;
        r->i++; /* a carriage return by itself is part of the cell */
    }
    *cell = (struct str){ r->s + from, r->i - from };
    return state;
}

static enum csv_state next_cell(struct reader *r)
{
    struct str *cell = &r->c->cell[r->c->n_cells];
    size_t i = r->i;

    r->doubled[r->c->n_cells] = false;
    while (i < r->n && is_blank(r->s[i]))
        i++;
    if (i < r->n && r->s[i] == '"') {
        r->i = i + 1;
        return quoted_cell(r, cell);
    }
    return plain_cell(r, cell);
}

static void undouble(struct str *cell)
{
    char *to = (char *)cell->p;

    for (size_t i = 0; i < cell->n; i++) {
        *to++ = cell->p[i];
        if (cell->p[i] == '"')
            i++;
    }
    cell->n = (size_t)(to - cell->p);
}

static enum csv_state read_record(struct reader *r)
{
    for (;;) {
        enum csv_state state;

        if (r->c->n_cells == CSV_COLUMNS)
            return CSV_BROKEN;
        state = next_cell(r);
        if (state != CSV_RECORD)
            return state;
        r->c->n_cells++;
        if (r->i == r->n || r->s[r->i] != ',')
            break;
        r->i++;
    }
    if (r->i < r->n && r->s[r->i] == '\r')
        r->i++;
    if (r->i < r->n)
        r->i++;
    for (int i = 0; i < r->c->n_cells; i++)
        if (r->doubled[i])
            undouble(&r->c->cell[i]);
    return CSV_RECORD;
}

/* Over empty lines and a byte order mark. */
static size_t skip_nothing(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n) {
        if (n - i >= 3 && memcmp(s + i, "\xEF\xBB\xBF", 3) == 0)
            i += 3;
        else if (s[i] == '\n')
            i++;
        else if (n - i >= 2 && s[i] == '\r' && s[i + 1] == '\n')
            i += 2;
        else
            break;
    }
    return i;
}

enum csv_state csv_next(struct csv *c, char *s, size_t n, bool last,
                        size_t *used)
{
    struct reader r = { .c = c, .s = s, .n = n, .last = last };
    enum csv_state state;

    c->n_cells = 0;
    *used = r.i = skip_nothing(s, n);
    if (last && r.i + 1 == n && s[r.i] == '\r')
        *used = r.i = n;
    if (r.i == n)
        return last ? CSV_END : CSV_MORE;
    if (n - r.i > CSV_RECORD_MAX) {
        r.n = r.i + CSV_RECORD_MAX;
        r.last = false;
    }
    state = read_record(&r);
    if (state == CSV_MORE && r.n - *used >= CSV_RECORD_MAX)
        state = CSV_BROKEN;
    if (state == CSV_RECORD || state == CSV_BROKEN)
        *used = r.i;
    return state;
}

void csv_cell(struct buf *b, struct str s)
{
    bool plain = s.n == 0 || (s.p[0] != ' ' && s.p[s.n - 1] != ' ');

    for (size_t i = 0; i < s.n && plain; i++)
        plain = !is_end(s.p[i]) && s.p[i] != '"';
    if (plain) {
        buf_add(b, s);
        return;
    }
    buf_char(b, '"');
    while (s.p) {
        struct str part = str_cut(&s, '"');

        buf_add(b, part);
        if (s.p)
            buf_add(b, STR("\"\""));
    }
    buf_char(b, '"');
}
