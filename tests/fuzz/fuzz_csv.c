/* However the text is cut in two (the first byte says where), the records are
 * the same; and cells that are written are read back. */
#include "fuzz.h"

#include "base/buf.h"
#include "base/csv.h"

static void write_record(struct buf *out, const struct csv *c)
{
    for (int i = 0; i < c->n_cells; i++) {
        if (i > 0)
            buf_char(out, ',');
        csv_cell(out, c->cell[i]);
    }
    buf_char(out, '\n');
}

/* Gives what was not used. */
static size_t read_all(struct str s, bool last, struct buf *out,
                       enum csv_state *end)
{
    char *copy = malloc(s.n > 0 ? s.n : 1);
    struct csv *c = malloc(sizeof *c);
    size_t at = 0, used;

    must(copy && c);
    if (s.n > 0)
        memcpy(copy, s.p, s.n);
    while ((*end = csv_next(c, copy + at, s.n - at, last, &used)) ==
           CSV_RECORD) {
        must(used > 0 && used <= s.n - at && c->n_cells > 0);
        write_record(out, c);
        at += used;
    }
    must(used <= s.n - at);
    if (*end == CSV_MORE)
        must(memcmp(copy + at, s.p + at, s.n - at) == 0);
    free(c);
    free(copy);
    return s.n - at;
}

/* An empty line is skipped, and so is a record of one empty cell; a mark of
 * byte order at the start of one is, too. */
static bool is_ambiguous(struct str s)
{
    return str_find(s, '\xEF') < s.n || s.n == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str s = fuzz_text(data, n);
    struct buf whole = { 0 }, parts = { 0 }, again = { 0 };
    enum csv_state end, end_of_parts;
    size_t cut = fuzz_byte(&s), rest;

    if (cut > s.n)
        cut = s.n;
    read_all(s, true, &whole, &end);
    must(end == CSV_END || end == CSV_BROKEN);
    rest = read_all((struct str){ s.p, cut }, false, &parts, &end_of_parts);
    if (end_of_parts == CSV_MORE)
        read_all(str_from(s, cut - rest), true, &parts, &end_of_parts);
    must(end == end_of_parts);
    must(str_eq(buf_str(&whole), buf_str(&parts)));
    if (!is_ambiguous(buf_str(&whole))) {
        read_all(buf_str(&whole), true, &again, &end);
        must(end == CSV_END);
        buf_free(&parts);
        read_all(buf_str(&again), true, &parts, &end);
        must(str_eq(buf_str(&again), buf_str(&parts)));
    }
    buf_free(&whole);
    buf_free(&parts);
    buf_free(&again);
    return 0;
}
