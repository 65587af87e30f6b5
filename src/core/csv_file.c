#include "core/csv_file.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"

/* A chunk ends where so many bytes do; much more than the longest record. */
enum { CHUNK_BYTES = 1024 * 1024 };

static_assert(CHUNK_BYTES >= 4 * CSV_RECORD_MAX, "two records must fit");

struct csv_file {
    int fd;
    struct str text;    /* instead of fd, if p is set */
    const struct zone *zone;
    int64_t size, body; /* of the file; where the readings begin */
    struct csv_layout layout;
    char *bytes;        /* CHUNK_BYTES */
    struct csv record;

    size_t most;        /* readings of a chunk */
    struct reading *list;
    struct csv_refusal *refused;
    struct arena *values;

    bool started, newest_first;
    int64_t at;         /* oldest first: where the next chunk begins */
    int64_t *starts;    /* newest first: where each chunk begins */
    size_t n_starts;    /* those still to come */
};

static ssize_t read_at(struct csv_file *f, char *to, size_t n, int64_t at)
{
    if (!f->text.p)
        return pread(f->fd, to, n, at);
    struct str rest = str_from(f->text, (size_t)at);
    if (n > rest.n)
        n = rest.n;
    if (n > 0)
        memcpy(to, rest.p, n);
    return (ssize_t)n;
}

/* Fills the bytes from there on; *last: the file ends with them. */
static enum result fill(struct csv_file *f, int64_t at, size_t *n, bool *last)
{
    *n = 0;
    *last = false;
    while (*n < CHUNK_BYTES && !*last) {
        ssize_t got = read_at(f, f->bytes + *n, CHUNK_BYTES - *n,
                              at + (int64_t)*n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ERR_FAILED;
        *last = got == 0;
        *n += (size_t)got;
    }
    return OK;
}

/* The line end behind a line that is not empty; NULL when it is not there. */
static char *line_end(char *s, size_t n)
{
    size_t i = 0;

    while (i < n && (s[i] == '\n' || s[i] == '\r'))
        i++;
    return memchr(s + i, '\n', n - i);
}

/* Moves f->at to the next line, which may begin behind the bytes at hand. */
static enum result skip_line(struct csv_file *f, size_t n, bool last)
{
    char *end = line_end(f->bytes, n);
    enum result rc = OK;

    while (rc == OK && !end && !last) {
        f->at += (int64_t)n;
        rc = fill(f, f->at, &n, &last);
        end = memchr(f->bytes, '\n', n);
    }
    f->at += end ? end + 1 - f->bytes : (int64_t)n;
    return rc;
}

static void take_record(struct csv_file *f, struct csv_chunk *c, int64_t at)
{
    struct value *values = arena_get(
        f->values, (size_t)f->record.n_cells * sizeof *values);
    const char *why = csv_reading(&f->layout, &f->record, f->zone, values,
                                  &c->list[c->n]);

    if (why)
        c->refused[c->n_refused++] = (struct csv_refusal){ why, at };
    else
        c->n++;
}

static void refuse_broken(struct csv_chunk *c, int64_t at)
{
    c->refused[c->n_refused++] = (struct csv_refusal){
        "this is no CSV: a stray quote, too many columns or too long", at
    };
}

/* Takes the records among these bytes, which are the file's from f->at on.
 * Gives how many bytes are done with. What is broken costs its line: the next
 * one may be good. At one that does not end among these bytes it stops. */
static size_t take_records(struct csv_file *f, struct csv_chunk *c, size_t n,
                           bool last)
{
    size_t i = 0, used;

    while (c->n + c->n_refused < f->most) {
        int64_t at = f->at + (int64_t)i;
        enum csv_state state
            = csv_next(&f->record, f->bytes + i, n - i, last, &used);

        if (state == CSV_MORE || state == CSV_END)
            return i + used; /* empty lines */
        if (state == CSV_RECORD) {
            take_record(f, c, at);
        } else {
            char *end = line_end(f->bytes + i, n - i);

            if (!end)
                return i;
            refuse_broken(c, at);
            used = (size_t)(end + 1 - (f->bytes + i));
        }
        i += used;
    }
    return i;
}

/* Reads the chunk that begins at f->at, and moves it on to the next. */
static enum result read_chunk(struct csv_file *f, struct csv_chunk *c)
{
    size_t n;
    bool last;
    enum result rc = fill(f, f->at, &n, &last);

    *c = (struct csv_chunk){ .list = f->list, .refused = f->refused };
    arena_free(f->values);
    f->values = arena_new();
    if (rc != OK || n == 0)
        return rc;
    size_t done = take_records(f, c, n, last);
    f->at += (int64_t)done;
    if (done == 0) {
        refuse_broken(c, f->at);
        rc = skip_line(f, n, last);
    }
    c->done = f->at;
    return rc;
}

/* The first two records tell what the columns are. */
static enum result find_layout(struct csv_file *f)
{
    struct csv first, second;
    size_t n, used, more;
    bool last;
    enum result rc = fill(f, 0, &n, &last);

    if (rc != OK)
        return rc;
    enum csv_state state = csv_next(&first, f->bytes, n, last, &used);
    if (state == CSV_END)
        return ERR_MISSING;
    if (state != CSV_RECORD)
        return ERR_GARBLED;
    state = csv_next(&second, f->bytes + used, n - used, last, &more);
    rc = csv_layout_find(&f->layout, &first,
                         state == CSV_RECORD ? &second : NULL);
    f->body = f->layout.named ? (int64_t)used : 0;
    f->at = f->body;
    return rc;
}

static struct csv_file *file_new(const struct zone *zone, int most)
{
    struct csv_file *f = NEW(struct csv_file);

    assert(most > 0);
    f->zone = zone;
    f->most = (size_t)most;
    f->bytes = mem_new(CHUNK_BYTES);
    f->list = mem_new(f->most * sizeof *f->list);
    f->refused = mem_new(f->most * sizeof *f->refused);
    return f;
}

static enum result start(struct csv_file *f, struct csv_file **out)
{
    enum result rc = find_layout(f);

    if (rc == OK)
        *out = f;
    else
        csv_file_close(f);
    return rc;
}

enum result csv_file_open(int fd, const struct zone *zone, int most,
                          struct csv_file **out)
{
    struct csv_file *f = file_new(zone, most);
    struct stat st;

    f->fd = fd;
    f->size = fstat(fd, &st) == 0 ? st.st_size : 0;
    return start(f, out);
}

enum result csv_file_open_text(struct str text, const struct zone *zone,
                               int most, struct csv_file **out)
{
    struct csv_file *f = file_new(zone, most);

    f->text = text.p ? text : STR("");
    f->size = (int64_t)text.n;
    return start(f, out);
}

void csv_file_close(struct csv_file *f)
{
    if (!f)
        return;
    arena_free(f->values);
    free(f->starts);
    free(f->refused);
    free(f->list);
    free(f->bytes);
    free(f);
}

const struct csv_layout *csv_file_layout(const struct csv_file *f)
{
    return &f->layout;
}

int64_t csv_file_size(const struct csv_file *f)
{
    return f->size;
}

static void reverse(struct csv_chunk *c)
{
    for (size_t i = 0; i < c->n / 2; i++) {
        struct reading one = c->list[i];

        c->list[i] = c->list[c->n - 1 - i];
        c->list[c->n - 1 - i] = one;
    }
}

/* Newest first: where the chunks begin, to take them from the last on. The
 * first has been read. */
static enum result find_starts(struct csv_file *f)
{
    struct csv_chunk c;
    enum result rc = OK;
    size_t room = 0;
    int64_t at = f->body;

    do {
        if (f->n_starts == room) {
            room = room * 2 + 16;
            f->starts = mem_grow(f->starts, room * sizeof *f->starts);
        }
        f->starts[f->n_starts++] = at;
        at = f->at;
        rc = read_chunk(f, &c);
    } while (rc == OK && f->at > at);
    return rc;
}

static bool next_backwards(struct csv_file *f, struct csv_chunk *out,
                           enum result *rc)
{
    if (f->n_starts == 0)
        return false;
    f->at = f->starts[--f->n_starts];
    *rc = read_chunk(f, out);
    out->done = f->size - f->starts[f->n_starts];
    reverse(out);
    return *rc == OK;
}

bool csv_file_next(struct csv_file *f, struct csv_chunk *out,
                   enum result *rc)
{
    *rc = OK;
    if (f->newest_first)
        return next_backwards(f, out, rc);
    int64_t at = f->at;
    *rc = read_chunk(f, out);
    if (*rc == OK && !f->started && csv_newest_first(out->list, out->n)) {
        f->newest_first = true;
        *rc = find_starts(f);
        return *rc == OK && next_backwards(f, out, rc);
    }
    f->started = true;
    return *rc == OK && f->at > at;
}

int64_t csv_file_line(struct csv_file *f, int64_t at)
{
    int64_t line = 1, done = 0;
    bool last = false, blank = true;

    while (blank && !last) {
        size_t n;

        if (fill(f, done, &n, &last) != OK)
            break;
        for (size_t i = 0; i < n && blank; i++, done++) {
            char c = f->bytes[i];

            blank = done < at || c == '\n' || c == '\r';
            line += blank && c == '\n';
        }
    }
    return line;
}
