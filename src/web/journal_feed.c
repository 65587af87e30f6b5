/* journal_feed.c -- the newest posts as an Atom feed (RFC 4287).
 *
 * A feed reader has no session; who signs in elsewhere in the same browser is
 * no reason to show it more. A channel's key in the address is.
 */
#include <sodium.h>

#include "base/moment.h"
#include "base/xml.h"
#include "http/message.h"
#include "store/channel.h"
#include "web/etag.h"
#include "web/journal_query.h"
#include "web/page.h"
#include "web/post_view.h"
#include "web/routes.h"

enum { FEED_POSTS = 50, UUID_BYTES = 16 };

/* Addresses may change, so an id is made of what stays: a random text of this
 * database, and what it is the id of. RFC 9562, section 5.8. */
static struct str lasting_id(struct call *c, struct str seed,
                             struct str what)
{
    struct str from = arena_printf(c->arena, "%.*s %.*s", STR_FMT(seed),
                                   STR_FMT(what));
    unsigned char b[UUID_BYTES];
    char x[UUID_BYTES * 2 + 1];

    crypto_generichash(b, sizeof b, (const unsigned char *)from.p, from.n,
                       NULL, 0);
    b[6] = (unsigned char)((b[6] & 0x0F) | 0x80);
    b[8] = (unsigned char)((b[8] & 0x3F) | 0x80);
    sodium_bin2hex(x, sizeof x, b, sizeof b);
    return arena_printf(c->arena, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%s", x, x + 8,
                        x + 12, x + 16, x + 20);
}

static void put_moment(struct xml *x, const char *name, int64_t at)
{
    char room[MOMENT_ROOM];

    xml_text(x, name, NULL, moment_ms(at, room));
}

static void put_link(struct call *c, struct xml *x, const char *rel,
                     const char *type, struct str path)
{
    struct str href = arena_printf(c->arena, "%s%.*s", page_origin(c).p,
                                   STR_FMT(path));

    buf_printf(x->out, "%*s<link rel=\"%s\" type=\"%s\" href=\"",
               2 * x->depth, "", rel, type);
    xml_escape(x->out, href);
    buf_add(x->out, STR("\"/>\n"));
}

static void put_entry(struct call *c, struct xml *x, struct str seed,
                      const struct post *p)
{
    struct str path = post_path(c->arena, p->id);

    xml_open(x, "entry", NULL);
    xml_text(x, "id", NULL, lasting_id(c, seed, path));
    xml_text(x, "title", NULL, p->title);
    put_moment(x, "published", p->created_at);
    put_moment(x, "updated", p->updated_at);
    xml_open(x, "author", NULL);
    xml_text(x, "name", NULL, p->author_name);
    xml_close(x, "author");
    put_link(c, x, "alternate", "text/html", path);
    xml_text(x, "content", "text", p->body);
    xml_close(x, "entry");
}

/* The key of the request is left out of the feed's own addresses. */
static void put_head(struct call *c, struct xml *x, struct str seed,
                     const struct journal_query *q)
{
    struct journal_query own = { .channel = q->channel, .words = q->words };
    struct str self = journal_query_link(c, &own, "/journal.atom", NULL, NULL);
    struct str title = STR("Posts - Almanac");

    if (q->channel)
        title = arena_printf(c->arena, "Posts about %.*s - Almanac",
                             STR_FMT(q->channel->name));
    xml_text(x, "id", NULL, lasting_id(c, seed, self));
    xml_text(x, "title", NULL, title);
    put_link(c, x, "self", "application/atom+xml", self);
    put_link(c, x, "alternate", "text/html",
             journal_query_link(c, &own, "/journal", NULL, NULL));
}

static void write_feed(struct call *c, struct buf *out, struct str seed,
                       const struct journal_query *q, const struct post *list,
                       int n)
{
    struct xml x = { .out = out };
    int64_t updated = 0;

    for (int i = 0; i < n; i++)
        if (list[i].updated_at > updated)
            updated = list[i].updated_at;
    xml_start(&x);
    buf_add(out, STR("<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"));
    x.depth++;
    put_head(c, &x, seed, q);
    put_moment(&x, "updated", updated);
    for (int i = 0; i < n; i++)
        put_entry(c, &x, seed, &list[i]);
    xml_close(&x, "feed");
}

enum result journal_feed(struct call *c)
{
    static const struct account_id nobody;
    struct journal_query q;
    struct buf b = { 0 };
    struct post *list;
    struct str seed;
    int n;
    enum result rc = journal_query_read(c, nobody, &q);

    q.post.limit = FEED_POSTS;
    if (rc == OK)
        rc = post_list(c->db, c->arena, &q.post, &list, &n);
    if (rc == OK)
        rc = post_seed(c->db, c->arena, &seed);
    if (rc != OK)
        return rc;
    write_feed(c, &b, seed, &q, list, n);
    response_header(c->res, "Content-Type",
                    STR("application/atom+xml; charset=utf-8"));
    response_header(c->res, "X-Content-Type-Options", STR("nosniff"));
    response_header(c->res, "Cache-Control",
                    q.post.opened.n ? STR("no-store") : STR("no-cache"));
    if (!etag_known(c, buf_str(&b)))
        buf_add(&c->res->body, buf_str(&b));
    buf_free(&b);
    return OK;
}
