/* channel_connect_page.c -- lines for a device, to copy, and the first reading
 * when it comes. */
#include "base/decimal.h"
#include "base/zone.h"
#include "core/secret.h"
#include "store/channel.h"
#include "store/reading.h"
#include "web/channel_nav.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/snippet.h"
#include "web/value_text.h"
#include "web/wording.h"

enum { CONNECT_CHARTS = 3, HEADLINE_MOST = 24 };

/* The first write key that can be read; where there is none, its place. */
static enum result find_key(struct call *c, struct values *v, struct str *out)
{
    struct key *list;
    int n;
    bool sealed = false;
    enum result rc
        = key_list_channel(c->db, c->arena, c->channel->id, &list, &n);

    *out = NO_STR;
    for (int i = 0; rc == OK && !out->p && i < n; i++)
        if (list[i].kind == KEY_WRITE) {
            *out = key_text(c->app->secret, c->arena, &list[i]);
            sealed = true;
        }
    values_flag(v, "mute", !out->p && !sealed);
    values_flag(v, "sealed", !out->p && sealed);
    if (!out->p)
        *out = STR("YOUR_WRITE_KEY");
    return rc;
}

/* The newest sixty, as a picture: its address changes with each of them, so
 * that a browser asks again. */
static void put_chart(struct call *c, struct values *v, const struct field *f,
                      const struct reading *r)
{
    struct values *row = values_row(v, "pictures");

    values_text(row, "label", f->label);
    values_text(row, "picture",
                arena_printf(c->arena,
                             "/channels/%lld/charts/%d.svg?results=60&"
                             "entry=%lld",
                             (long long)r->channel.n, f->number,
                             (long long)r->entry));
}

/* Gives it on one line, if that is a short one. */
static struct str put_value(struct call *c, struct values *v, const struct field *f,
                      struct str value)
{
    struct values *row = values_row(v, "arrived");
    struct str unit = NO_STR, text = value_text(c->arena, f, value, &unit);

    values_text(row, "label", f->label);
    page_value(row, text);
    values_text(row, "unit", unit);
    return text.n > HEADLINE_MOST
               ? NO_STR
               : arena_printf(c->arena, "%.*s%s%.*s", STR_FMT(text),
                              unit.n ? " " : "", STR_FMT(unit));
}

static void put_reading(struct call *c, struct values *v,
                        const struct reading *r)
{
    const struct channel *ch = c->channel;
    struct str headline = NO_STR;
    int charts = 0;

    for (int i = 0; i < ch->n_fields; i++) {
        const struct field *f = &ch->fields[i];
        struct str value = reading_value(r, f->number);
        double number;

        if (f->label.n == 0 || str_trim(value).n == 0)
            continue;
        struct str line = put_value(c, v, f, value);
        headline = headline.p ? headline : line;
        if (decimal_parse(value, &number, NULL) && charts++ < CONNECT_CHARTS)
            put_chart(c, v, f, r);
    }
    values_text(v, "headline", headline);
    wording_moment(c->arena, v, "at_iso", "at_clock", r->at,
                   zone_named(ch->zone));
    values_text(v, "many",
                wording_many(c->arena, ch->last_entry, "reading",
                             "readings"));
}

static enum result put_arrival(struct call *c, struct values *v)
{
    struct reading r;
    enum result rc
        = reading_last(c->db, c->arena, c->channel->id, 0, &r);

    values_text(v, "entry",
                arena_printf(c->arena, "%lld",
                             (long long)c->channel->last_entry));
    values_text(v, "look", /* an address that the browser has not seen */
                arena_printf(c->arena, "%lld", (long long)c->req->at));
    values_flag(v, "waiting", rc == ERR_MISSING);
    if (rc == ERR_MISSING)
        return OK;
    if (rc == OK)
        put_reading(c, v, &r);
    return rc;
}

enum result channel_connect_page(struct call *c)
{
    struct values *v = values_new(c->arena);
    struct str key, origin = page_origin(c);
    enum result rc = find_key(c, v, &key);

    if (rc == OK)
        rc = put_arrival(c, v);
    if (rc != OK)
        return rc;
    snippet_put(v, c->arena, c->channel, origin, key);
    values_flag(v, "stays_here", snippet_stays_here(origin));
    channel_nav_put(c, v, c->channel, "connect", "Connect a device");
    page_allow_script(c);
    return page_show(c, "channel_connect", v);
}
