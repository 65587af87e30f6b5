/* journal_page.c -- the posts, newest first, and what their author removed. */
#include "http/message.h"
#include "store/channel.h"
#include "web/journal_query.h"
#include "web/page.h"
#include "web/post_view.h"
#include "web/routes.h"
#include "web/wording.h"

enum { PAGE_POSTS = 50, SHOWN_BYTES = 2000, REMOVED_MAX = 50 };

/* One page of the list. */
struct slice {
    struct post *list;
    int n;
    bool older, newer; /* are there such? */
};

/* One more than a page is asked for, to know whether it goes on. */
static enum result read_slice(struct call *c, struct journal_query *q,
                              struct slice *out)
{
    struct post_query *p = &q->post;

    p->limit = PAGE_POSTS + 1;
    enum result rc = post_list(c->db, c->arena, p, &out->list, &out->n);
    if (rc == OK && p->after.id.n && out->n < PAGE_POSTS) {
        p->after = (struct post_mark){ 0 }; /* the newest: a full page */
        rc = post_list(c->db, c->arena, p, &out->list, &out->n);
    }
    bool more = out->n > PAGE_POSTS, ahead = p->after.id.n != 0;
    out->n -= more;
    out->list += more && ahead;
    out->newer = ahead ? more : p->before.id.n != 0;
    out->older = ahead || more;
    return rc;
}

static void put_posts(struct call *c, struct values *v,
                      const struct journal_query *q, const struct slice *s)
{
    for (int i = 0; i < s->n; i++) {
        struct values *row = values_row(v, "posts");

        post_put_values(c, row, &s->list[i], SHOWN_BYTES);
        values_flag(row, "follows", i + 1 < s->n);
    }
    values_flag(v, "paged", s->newer || s->older);
    if (s->n > 0 && s->newer)
        values_text(v, "newer", journal_query_link(c, q, "/journal", "after",
                                                   &s->list[0]));
    if (s->n > 0 && s->older)
        values_text(v, "older", journal_query_link(c, q, "/journal", "before",
                                                   &s->list[s->n - 1]));
}

static void put_query(struct call *c, struct values *v,
                      const struct journal_query *q)
{
    values_text(v, "words", q->words);
    values_flag(v, "too_many", q->too_many);
    values_text(v, "words_max", arena_printf(c->arena, "%d", POST_WORDS));
    if (q->channel) {
        values_text(v, "about", q->channel->name);
        values_text(v, "channel", arena_printf(c->arena, "%lld",
                                               (long long)q->channel->id.n));
    }
    if (q->post.opened.n) {
        values_text(v, "api_key", call_key_sent(c));
        page_keep_private(c);
    }
    values_flag(v, "narrowed", q->words.n > 0 || q->channel);
    struct journal_query feed = { .channel = q->channel,
                                  .post.opened = q->post.opened };
    values_text(v, "feed",
                journal_query_link(c, &feed, "/journal.atom", NULL, NULL));
}

static enum result read_removed(struct call *c, struct post **list, int *n)
{
    return post_list_removed(c->db, c->arena, c->visitor.account,
                             c->req->at - POST_UNDO_MS, REMOVED_MAX, list, n);
}

static void put_removed(struct call *c, struct values *v,
                        const struct post *p)
{
    values_text(v, "removed_title", p->title);
    values_text(v, "restore",
                arena_printf(c->arena, "%s/restore",
                             post_path(c->arena, p->id).p));
    values_text(v, "age", wording_ago(c->arena, c->req->at - p->deleted_at));
}

/* On the page that one comes to after removing a post: no cookie and nothing
 * in the address has to carry it there. */
static enum result put_undo(struct call *c, struct values *v,
                            const struct journal_query *q)
{
    struct post *list;
    int n = 0;
    enum result rc = OK;
    bool whole = !q->words.n && !q->channel && !q->post.before.id.n
                 && !q->post.after.id.n;

    if (whole && c->visitor.account.n)
        rc = read_removed(c, &list, &n);
    values_flag(v, "undo", n > 0);
    values_flag(v, "several_removed", n > 1);
    if (n > 0)
        put_removed(c, v, &list[0]);
    return rc;
}

enum result journal_page(struct call *c)
{
    struct values *v = values_new(c->arena);
    struct journal_query q;
    struct slice s;
    enum result rc = journal_query_read(c, c->visitor.account, &q);

    if (rc == OK)
        rc = read_slice(c, &q, &s);
    if (rc == OK)
        rc = put_undo(c, v, &q);
    if (rc != OK)
        return rc;
    values_text(v, "title", STR("Posts - Almanac"));
    put_query(c, v, &q);
    put_posts(c, v, &q, &s);
    return page_show(c, "journal", v);
}

enum result journal_removed_page(struct call *c)
{
    struct values *v = values_new(c->arena);
    struct post *list;
    int n;
    enum result rc = read_removed(c, &list, &n);

    if (rc != OK)
        return rc;
    for (int i = 0; i < n; i++)
        put_removed(c, values_row(v, "posts"), &list[i]);
    values_text(v, "title", STR("Removed Posts - Almanac"));
    return page_show(c, "journal_removed", v);
}
