#include "http/intake.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "http/repair.h"

enum { FIRST_ROOM = 1024, COPIED_BODY = 8 * 1024 };

char *intake_room(struct intake *t, size_t n)
{
    if (t->room - t->n < n) {
        size_t room = t->room ? 2 * t->room : FIRST_ROOM;

        while (room - t->n < n)
            room *= 2;
        t->p = mem_grow(t->p, room);
        t->room = room;
    }
    return t->p + t->n;
}

/* The first n bytes have been dealt with. */
static void drop(struct intake *t, size_t n)
{
    t->n -= n;
    if (t->n) {
        memmove(t->p, t->p + n, t->n);
        return;
    }
    free(t->p);
    t->p = NULL;
    t->room = 0;
}

static void drop_incoming(struct intake *t)
{
    if (t->in)
        arena_free(t->in->req.arena);
    t->in = NULL;
}

void intake_clear(struct intake *t)
{
    drop_incoming(t);
    drop(t, t->n);
}

void intake_refuse(struct intake *t, enum refusal why)
{
    intake_clear(t);
    t->state = INTAKE_REFUSED;
    t->why = why;
}

static bool method_of(struct str name, enum method *out)
{
    for (enum method m = GET; m <= PATCH; m <<= 1)
        if (str_is(name, method_name(m))) {
            *out = m;
            return true;
        }
    return false;
}

static enum refusal read_line(struct str line, struct incoming *in)
{
    struct request *req = &in->req;
    struct repaired r;

    switch (repair_line(line, req->arena, &r)) {
    case OK:
        break;
    case ERR_METHOD:
        return REFUSE_VERSION;
    default:
        return REFUSE_LINE;
    }
    if (!method_of(r.method, &req->method))
        return REFUSE_METHOD;
    req->target = r.target;
    req->path = r.path;
    req->query = r.query.p ? r.query : STR("");
    in->close = r.old || r.no_version;
    return REFUSE_NOT;
}

static enum refusal read_framing(struct incoming *in, size_t body_max)
{
    struct framing *f = &in->framing;

    in->req.headers = f->headers;
    in->req.n_headers = f->n_headers;
    in->keep = in->close && f->keep && !f->close;
    in->continues = f->expects && f->has_body && !in->close;
    in->close = f->close || (in->close && !f->keep);
    if (f->length > 0 && (uint64_t)f->length > body_max)
        return REFUSE_BODY;
    return REFUSE_NOT;
}

/* The head is the first n bytes, lines of it before the empty one. */
static enum refusal read_head(struct intake *t, size_t n, size_t lines,
                              size_t body_max)
{
    struct arena *a = arena_new();
    struct incoming *in = t->in = ARENA_NEW(a, struct incoming);
    struct str rest, line;
    enum refusal why;

    in->req.arena = a;
    rest = arena_copy(a, (struct str){ t->p, lines });
    drop(t, n);
    line = str_cut(&rest, '\n');
    why = read_line(line, in);
    if (why == REFUSE_NOT)
        why = strict_lines(rest, a, &in->framing);
    if (why == REFUSE_NOT)
        why = read_framing(in, body_max);
    return why;
}

/* The bytes up to and with the empty line, or 0; *lines is without it. */
static size_t head_end(struct intake *t, size_t *lines)
{
    const char *lf, *end = t->p + t->n;

    for (lf = t->p + t->seen; (lf = memchr(lf, '\n', end - lf)); lf++) {
        size_t n = lf + 1 - t->p;
        bool first = t->seen == 0;

        t->seen = n - 1;
        *lines = n;
        if (first && !repair_has_version((struct str){ t->p, n - 1 }))
            return n;
        if (n < t->n && lf[1] == '\n')
            return n + 1;
        if (n + 1 < t->n && lf[1] == '\r' && lf[2] == '\n')
            return n + 2;
        if (end - lf <= 2)
            break;
    }
    return 0;
}

static void begin_body(struct intake *t, size_t head, size_t lines,
                       const struct intake_limits *limits)
{
    enum refusal why = head > limits->head
                           ? REFUSE_HEAD
                           : read_head(t, head, lines, limits->body);

    t->seen = 0;
    if (why != REFUSE_NOT)
        intake_refuse(t, why);
    else
        t->state = t->in->framing.chunked ? INTAKE_CHUNKS : INTAKE_LENGTH;
}

static bool starts_well(char c)
{
    return strict_is_token((struct str){ &c, 1 });
}

static void run_head(struct intake *t, const struct intake_limits *limits)
{
    size_t blank = 0, lines = 0, head;

    while (blank < t->n && (t->p[blank] == '\r' || t->p[blank] == '\n'))
        blank++;
    if (blank)
        drop(t, blank);
    if (t->n == 0)
        return;
    if (!starts_well(t->p[0])) {
        intake_refuse(t, REFUSE_LINE);
        return;
    }
    head = head_end(t, &lines);
    if (head)
        begin_body(t, head, lines, limits);
    else if (t->n > limits->head)
        intake_refuse(t, REFUSE_HEAD);
}

static enum refusal read_coding(struct incoming *in)
{
    struct str coding = in->framing.encoding;

    if (!coding.n || str_eq_case(coding, STR("identity")))
        return REFUSE_NOT;
    in->req.packed = true;
    return str_eq_case(coding, STR("gzip")) || str_eq_case(coding, STR("x-gzip"))
                   || str_eq_case(coding, STR("deflate"))
               ? REFUSE_NOT
               : REFUSE_ENCODING;
}

/* The first n bytes are the body. A large one keeps its memory; what follows
 * it, if anything, is the little that was read with its end. */
static void end_body(struct intake *t, size_t n)
{
    struct incoming *in = t->in;
    enum refusal why = n ? read_coding(in) : REFUSE_NOT;

    if (why != REFUSE_NOT) {
        intake_refuse(t, why);
        return;
    }
    t->state = INTAKE_READY;
    if (n <= COPIED_BODY) {
        in->req.body = n ? arena_copy(in->req.arena, (struct str){ t->p, n })
                         : STR("");
        drop(t, n);
    } else {
        struct str rest = str_from((struct str){ t->p, t->n }, n);
        char *behind = rest.n ? mem_copy(rest.p, rest.n) : NULL;

        in->bytes = mem_grow(t->p, n);
        in->req.body = (struct str){ in->bytes, n };
        t->p = behind;
        t->n = t->room = rest.n;
    }
}

static void run_length(struct intake *t)
{
    if (t->n >= (uint64_t)t->in->framing.length)
        end_body(t, t->in->framing.length);
}

static void run_chunks(struct intake *t, const struct intake_limits *limits)
{
    struct chunks *c = &t->in->chunks;
    size_t made, used;

    used =
        chunks_take(c, t->p + t->seen, t->n - t->seen, t->p + t->seen, &made);
    size_t rest = t->n - t->seen - used;
    memmove(t->p + t->seen + made, t->p + t->seen + used, rest);
    t->seen += made;
    t->n = t->seen + rest;
    if (c->state == CHUNKS_BROKEN) {
        intake_refuse(t, REFUSE_FRAMING);
    } else if (t->seen > limits->body) {
        intake_refuse(t, REFUSE_BODY);
    } else if (c->state == CHUNKS_END) {
        size_t n = t->seen;
        t->seen = 0;
        end_body(t, n);
    }
}

enum intake_state intake_run(struct intake *t, size_t added,
                             const struct intake_limits *limits)
{
    t->n += added;
    assert(t->n <= t->room);
    if (t->state == INTAKE_HEAD && t->n)
        run_head(t, limits);
    if (t->state == INTAKE_LENGTH)
        run_length(t);
    if (t->state == INTAKE_CHUNKS && t->n > t->seen)
        run_chunks(t, limits);
    if (t->state == INTAKE_REFUSED)
        drop(t, t->n);
    return t->state;
}

enum intake_state intake_eof(struct intake *t,
                             const struct intake_limits *limits)
{
    bool lines = t->state == INTAKE_HEAD && t->n && t->p[t->n - 1] == '\n';

    if (lines && str_starts((struct str){ t->p, t->n }, STR("GET "))) {
        begin_body(t, t->n, t->n, limits);
        if (t->state == INTAKE_LENGTH && !t->in->framing.has_body)
            end_body(t, 0);
    }
    return t->state;
}

struct incoming *intake_take(struct intake *t)
{
    struct incoming *in = t->in;

    assert(t->state == INTAKE_READY);
    t->in = NULL;
    t->state = INTAKE_HEAD;
    t->seen = 0;
    return in;
}
