#include "web/post_view.h"

#include "base/links.h"
#include "base/moment.h"
#include "base/zone.h"
#include "store/post.h"
#include "web/page.h"
#include "web/wording.h"

enum { DAY_BYTES = 10 };

const struct zone *post_zone(const struct post *p)
{
    const struct zone *z = p->channel_zone.p ? zone_named(p->channel_zone)
                                             : NULL;

    return z ? z : zone_utc();
}

const char *post_missing(struct arena *a, struct post_id id)
{
    return arena_printf(a, "Post id %lld doesn't exist.",
                        (long long)id.n).p;
}

struct str post_path(struct arena *a, struct post_id id)
{
    return arena_printf(a, "/journal/%lld", (long long)id.n);
}

struct str post_day(struct arena *a, int64_t at)
{
    char iso[MOMENT_ROOM];

    return arena_copy(a, str_cap(moment_iso(at, zone_utc(), iso), DAY_BYTES));
}

/* A key that opened a private channel opens its posts, too. */
static struct str keyed(struct call *c, const struct post *p, struct str path)
{
    return p->channel_is_public ? path : page_link(c, path.p);
}

/* Text and addresses by turns: the body's only markup. An address is never
 * cut. */
static void put_body(struct values *v, struct str body, size_t max)
{
    struct str rest = body;
    struct piece p;
    bool cut = false;

    while (!cut && links_next(&rest, &p)) {
        struct values *row = values_row(v, "pieces");
        size_t before = (size_t)(p.text.p - body.p);

        cut = max && before + p.text.n > max;
        if (cut && p.is_link)
            break;
        if (cut)
            p.text = str_cap(p.text, max - before);
        values_text(row, "text", p.text);
        values_text(row, "href", p.is_link ? p.text : NO_STR);
    }
    values_flag(v, "cut", cut);
}

static void put_moment(struct call *c, struct values *v, const struct post *p)
{
    const struct zone *zone = post_zone(p);

    values_flag(v, "pinned", p->pinned);
    if (!p->pinned)
        return;
    wording_moment(c->arena, v, "iso", "clock", p->at, zone);
    values_text(v, "zone", zone_name(zone));
}

void post_put_values(struct call *c, struct values *v, const struct post *p,
                     size_t max)
{
    struct str path = post_path(c->arena, p->id);
    struct str channel = arena_printf(c->arena, "/channels/%lld",
                                      (long long)p->channel.n);

    values_text(v, "post_title", p->title);
    values_text(v, "path", path);
    values_text(v, "link", keyed(c, p, path));
    values_text(v, "author", p->author_name);
    values_text(v, "day", post_day(c->arena, p->created_at));
    values_flag(v, "own", c->visitor.account.n == p->author.n);
    values_text(v, "channel_name", p->channel_name);
    values_text(v, "channel_link", keyed(c, p, channel));
    put_moment(c, v, p);
    put_body(v, p->body, max);
}
