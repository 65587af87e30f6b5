#include "web/page.h"

#include <assert.h>
#include <stdio.h>

#include "base/form.h"
#include "base/moment.h"
#include "base/zone.h"
#include "core/secret.h"
#include "http/message.h"
#include "web/asset.h"

enum { NAME_MAX_BYTES = 48, HOST_MAX = 255 };
enum { LONG_VALUE = 8, PROSE_VALUE = 24 }; /* bytes; more is written smaller */

static struct str page_template(const char *name)
{
    char path[sizeof "pages/.html" + NAME_MAX_BYTES];

    assert(strlen(name) <= NAME_MAX_BYTES);
    snprintf(path, sizeof path, "pages/%s.html", name);
    return asset_get(path);
}

/* Keys stand in addresses, so no address may travel on to another site as a
 * referrer. To none at all would be too few: then a browser sends "Origin:
 * null" with our own forms, and over plain HTTP nothing else tells whose they
 * are. The page that others may embed, chart_frame.c, has a policy of its
 * own. */
#define POLICY "default-src 'none'; style-src 'self'; img-src 'self'; "   \
               "manifest-src 'self'; form-action 'self'; "                \
               "base-uri 'none'; frame-ancestors 'none'"

void page_headers(struct response *res)
{
    response_header(res, "Content-Type", STR("text/html; charset=utf-8"));
    if (!response_get(res, "Content-Security-Policy").p)
        response_header(res, "Content-Security-Policy", STR(POLICY));
    response_header(res, "Cross-Origin-Opener-Policy", STR("same-origin"));
    response_header(res, "X-Content-Type-Options", STR("nosniff"));
    response_header(res, "Referrer-Policy", STR("same-origin"));
    if (!response_get(res, "Cache-Control").p)
        response_header(res, "Cache-Control", STR("no-cache"));
    if (!str_is(response_get(res, "Vary"), "Cookie"))
        response_header(res, "Vary", STR("Cookie"));
}

void page_allow_script(struct call *c)
{
    response_header(c->res, "Content-Security-Policy",
                    STR(POLICY "; script-src 'self'; connect-src 'self'"));
}

void page_allow_frame(struct call *c)
{
    response_header(c->res, "Content-Security-Policy",
                    STR(POLICY "; script-src 'self'; connect-src 'self'; "
                               "frame-src 'self'"));
}

void page_allow_live(struct call *c, struct values *v)
{
    page_allow_script(c);
    values_text(v, "now_ms",
                arena_printf(c->arena, "%lld", (long long)c->req->at));
}

/* What top.html and token.html ask for. */
static void put_visitor(struct call *c, struct values *v)
{
    values_flag(v, "signed_in", c->account_name.p != NULL);
    values_text(v, "account_name", c->account_name);
    values_flag(v, "admin", c->visitor.admin);
    values_text(v, "csrf_token", c->form_token);
    values_flag(v, "newcomers", c->app && c->app->settings->registration);
    if (c->form_token.p)
        page_keep_private(c);
}

enum result page_show(struct call *c, const char *name, struct values *v)
{
    if (!c->res->status)
        c->res->status = 200;
    put_visitor(c, v);
    page_headers(c->res);
    template_write(&c->res->body, page_template, name, v);
    return OK;
}

enum result page_redirect(struct call *c, struct str to)
{
    assert(str_starts(to, STR("/")) && !str_starts(to, STR("//")));
    c->res->status = 302;
    response_header(c->res, "Location", to);
    response_header(c->res, "Cache-Control", STR("no-store"));
    response_header(c->res, "Referrer-Policy", STR("no-referrer"));
    return OK;
}

static struct str with_key(struct arena *a, const char *path, struct str key)
{
    if (!key_text_valid(key))
        return arena_copy(a, str_of(path));
    return arena_printf(a, "%s?api_key=%.*s", path,
                        STR_FMT(form_escape(key, a)));
}

struct str page_link(struct call *c, const char *path)
{
    return with_key(c->arena, path, call_key_sent(c));
}

void page_put_wall(struct call *c, struct values *v)
{
    struct str query = c->req->query, path = c->req->path;
    struct buf rest = { 0 };

    while (query.p) {
        struct str one = str_cut(&query, '&');

        if (one.n && !str_starts(one, STR("view=")))
            buf_printf(&rest, "%s%.*s", rest.n ? "&" : "", STR_FMT(one));
    }
    values_flag(v, "wall", str_is(params_get(&c->params, "view"), "wall"));
    values_text(v, "leave",
                arena_printf(c->arena, "%.*s%s%.*s", STR_FMT(path),
                             rest.n ? "?" : "", STR_FMT(buf_str(&rest))));
    values_text(v, "wall_link",
                arena_printf(c->arena, "%.*s?%.*s%sview=wall", STR_FMT(path),
                             STR_FMT(buf_str(&rest)), rest.n ? "&" : ""));
    buf_free(&rest);
}

static bool host_valid(struct str host)
{
    if (!host.n || host.n > HOST_MAX)
        return false;
    for (size_t i = 0; i < host.n; i++) {
        char ch = host.p[i];

        if (!(ch >= '0' && ch <= '9') && !(ch >= 'a' && ch <= 'z')
            && !(ch >= 'A' && ch <= 'Z') && (!ch || !strchr(".-_:[]", ch)))
            return false;
    }
    return true;
}

struct str page_origin(struct call *c)
{
    struct str host = request_header(c->req, "Host");

    if (!host_valid(host))
        host = STR("localhost:8080");
    return arena_printf(c->arena, "%s://%.*s", c->req->tls ? "https" : "http",
                        STR_FMT(host));
}

void page_keep_private(struct call *c)
{
    if (!response_get(c->res, "Cache-Control").p)
        response_header(c->res, "Cache-Control",
                        c->account_name.p ? STR("private, no-store")
                                          : STR("no-store"));
}

void page_value(struct values *v, struct str text)
{
    values_text(v, "value", text);
    values_flag(v, "long", text.n > LONG_VALUE);
    values_flag(v, "prose", text.n > PROSE_VALUE);
}

enum result page_accepted(struct call *c, const struct accepted *a)
{
    const struct zone *zone = a->zone ? a->zone : zone_utc();
    struct values *v = values_new(c->arena);
    char iso[MOMENT_ROOM], clock[MOMENT_ROOM];

    values_text(v, "title", STR("Reading stored"));
    values_flag(v, "labelled", a->label.n > 0);
    values_text(v, "label", a->label);
    page_value(v, a->value);
    values_text(v, "iso",
                arena_copy(c->arena, moment_iso(a->at, zone_utc(), iso)));
    values_text(v, "clock",
                arena_copy(c->arena, moment_clock(a->at, zone, clock)));
    values_text(v, "zone", zone_name(zone));
    values_text(v, "refresh", with_key(c->arena, "/showrecent", a->key));
    response_header(c->res, "Vary", STR("Accept"));
    page_keep_private(c);
    return page_show(c, "accepted", v);
}

enum result page_sign_in(struct call *c)
{
    return page_redirect(c, STR("/auth/login"));
}

static enum result refuse(struct call *c, const char *name, int status,
                          const char *title)
{
    struct values *v = values_new(c->arena);

    values_text(v, "title", str_of(title));
    values_text(v, "here", arena_copy(c->arena, c->req->path));
    values_text(v, "next", form_escape(c->req->path, c->arena));
    c->res->status = status;
    response_header(c->res, "Vary", STR("Accept"));
    page_keep_private(c);
    return page_show(c, name, v);
}

enum result page_denied(struct call *c)
{
    return refuse(c, "denied", 403, "API Call Invalid");
}

enum result page_private(struct call *c)
{
    return refuse(c, "private", 403, "This channel is private");
}

enum result page_missing(struct call *c)
{
    return refuse(c, "missing", 404, "Nothing here");
}

enum result page_error(struct call *c, int status, const char *title,
                       const char *sentence)
{
    struct values *v = values_new(c->arena);

    values_text(v, "title", str_of(title));
    values_text(v, "sentence", str_of(sentence));
    values_text(v, "status", arena_printf(c->arena, "%d", status));
    c->res->status = status;
    page_keep_private(c);
    return page_show(c, "error", v);
}
