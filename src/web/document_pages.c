/* document_pages.c -- what tools made for their visitor: seen, fetched,
 * removed. Whose it is the guard has asked, before any of these runs.
 *
 * Documents hold passwords: no cache keeps them, and their bytes stay in
 * memory on the way out. */
#include "base/form.h"
#include "base/moment.h"
#include "core/sessions.h"
#include "http/disposition.h"
#include "http/message.h"
#include "web/keep.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/spool.h"

enum { PREVIEW = 64 * 1024 }; /* bytes */

static struct str bytes_text(struct arena *a, int64_t n)
{
    if (n < 1024)
        return arena_printf(a, "%lld byte%s", (long long)n, n == 1 ? "" : "s");
    if (n < 1024 * 1024)
        return arena_printf(a, "%.1f KiB", (double)n / 1024);
    return arena_printf(a, "%.1f MiB", (double)n / (1024 * 1024));
}

static struct str age_text(struct call *c, int64_t ms)
{
    char room[MOMENT_ROOM];

    if (ms < MOMENT_AGE_NOW)
        return STR("a few seconds");
    return arena_copy(c->arena, moment_age(ms, room));
}

static struct str iso_text(struct call *c, int64_t at)
{
    char room[MOMENT_ROOM];

    return arena_copy(c->arena, moment_ms(at, room));
}

static void put_facts(struct call *c, struct values *v,
                      const struct document *d, int64_t now)
{
    struct str id = arena_printf(c->arena, "%lld", (long long)d->id.n);
    struct str name = form_escape(d->name, c->arena);

    values_text(v, "id", id);
    values_text(v, "name", d->name);
    values_text(v, "link", arena_printf(c->arena, "/documents/%s", id.p));
    values_text(v, "file", arena_printf(c->arena, "/documents/%s/%.*s", id.p,
                                        STR_FMT(name)));
    values_text(v, "size", bytes_text(c->arena, d->size));
    values_text(v, "created", iso_text(c, d->created_at));
    values_text(v, "age", age_text(c, now - d->created_at));
    values_text(v, "expires", iso_text(c, d->expires_at));
    values_text(v, "left", age_text(c, d->expires_at - now));
}

/* Whole lines, where there are some. */
static struct str first_lines(struct str s)
{
    struct str head = str_cap(s, PREVIEW);
    const char *end = memrchr(head.p, '\n', head.n);

    if (head.n < s.n && end)
        head.n = (size_t)(end + 1 - head.p);
    return head;
}

static enum result put_preview(struct call *c, struct values *v)
{
    struct str start;
    enum result rc = document_start(c->db, c->arena, c->document->id,
                                    PREVIEW + 1, &start);

    if (rc != OK)
        return rc;
    struct str shown = first_lines(start);
    values_flag(v, "is_text", str_is_text(shown));
    values_text(v, "preview", shown);
    values_flag(v, "cut", shown.n < start.n);
    values_text(v, "shown", bytes_text(c->arena, (int64_t)shown.n));
    return OK;
}

enum result document_page(struct call *c)
{
    struct values *v = values_new(c->arena);
    enum result rc = put_preview(c, v);

    if (rc != OK)
        return rc;
    put_facts(c, v, c->document, sessions_now(c->app->sessions));
    values_text(v, "title", arena_printf(c->arena, "%.*s - Almanac",
                                         STR_FMT(c->document->name)));
    spool_never(c);
    page_keep_private(c);
    return page_show(c, "document", v);
}

enum result documents_page(struct call *c)
{
    const struct document_owner me = { c->visitor.account,
                                       c->visitor.session };
    struct values *v = values_new(c->arena);
    int64_t now = sessions_now(c->app->sessions);
    struct document *list = NULL;
    int n = 0;

    if (c->no_sessions) {
        c->why = "Whose documents to show cannot be looked up just now.";
        return ERR_BUSY;
    }
    if (me.account.n || me.session.p) {
        enum result rc = document_list(c->db, c->arena, &me, now, &list, &n);
        if (rc != OK)
            return rc;
    }
    for (int i = 0; i < n; i++)
        put_facts(c, values_row(v, "documents"), &list[i], now);
    values_flag(v, "some", n > 0);
    values_text(v, "title", STR("Documents - Almanac"));
    page_keep_private(c);
    return page_show(c, "documents", v);
}

/* A program that opens it in spite of "attachment" gets no script of it. */
enum result document_file(struct call *c)
{
    const struct document *d = c->document;

    if (!str_eq(c->part[1], d->name))
        return ERR_MISSING;
    spool_never(c);
    enum result rc = document_body(c->db, d->id, &c->res->body);
    if (rc != OK)
        return rc;
    response_header(c->res, "Content-Type", d->type);
    response_header(c->res, "Content-Disposition",
                    disposition_attachment(c->arena, d->name));
    response_header(c->res, "X-Content-Type-Options", STR("nosniff"));
    response_header(c->res, "Content-Security-Policy",
                    STR("default-src 'none'; sandbox"));
    response_header(c->res, "Cross-Origin-Resource-Policy",
                    STR("same-origin"));
    response_header(c->res, "Referrer-Policy", STR("no-referrer"));
    page_keep_private(c);
    return OK;
}

enum result document_delete_post(struct call *c)
{
    enum result rc = keep_no_longer(c, c->document->id);

    return rc == OK ? page_redirect(c, STR("/documents")) : rc;
}
