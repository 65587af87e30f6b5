#include "web/journal_query.h"

#include "base/buf.h"
#include "base/fold.h"
#include "base/form.h"
#include "store/channel.h"

enum { WORDS_MAX = 200 }; /* bytes of all of them */

/* "1514764800000.3": when it was made, and its number. */
static bool read_mark(struct str s, struct post_mark *out)
{
    struct str at = str_cut(&s, '.');

    return str_int(at, &out->at) && str_int(s, &out->id.n) && out->id.n > 0;
}

static void split(struct str folded, struct journal_query *q)
{
    int n = 0;

    while (folded.p) {
        struct str word = str_cut(&folded, ' ');

        if (word.n == 0)
            continue;
        if (n == POST_WORDS) {
            q->too_many = true;
            return;
        }
        q->post.words[n++] = word;
    }
}

static enum result read_words(struct call *c, struct journal_query *q)
{
    struct str s = params_get(&c->params, "q");

    if (!str_is_text(s))
        return ERR_GARBLED;
    q->words = str_cap(str_trim(s), WORDS_MAX);
    split(fold(c->arena, q->words), q);
    return OK;
}

/* The channel is asked about as if it were the one that the path names. */
static enum result read_channel(struct call *c, struct journal_query *q)
{
    struct str s = params_get(&c->params, "channel");
    struct channel_id id;

    if (s.n == 0)
        return OK;
    if (!str_int(s, &id.n))
        return ERR_MISSING;
    q->channel = ARENA_NEW(c->arena, struct channel);
    enum result rc = channel_get(c->db, c->arena, id, q->channel);
    if (rc != OK)
        return rc;
    struct visitor v = c->visitor;
    struct object o = { .owner = q->channel->owner, .channel = id,
                        .is_public = q->channel->is_public };
    v.account = q->post.reader;
    q->post.channel = id;
    return grant(ACT_READ_CHANNEL, &v, &o) == OK ? OK : ERR_MISSING;
}

enum result journal_query_read(struct call *c, struct account_id reader,
                               struct journal_query *out)
{
    struct str before = params_get(&c->params, "before");
    struct str after = params_get(&c->params, "after");

    *out = (struct journal_query){ .post.reader = reader };
    if (c->visitor.keyed && c->visitor.kind != KEY_USER)
        out->post.opened = c->visitor.channel;
    if ((before.p && !read_mark(before, &out->post.before))
        || (after.p && !read_mark(after, &out->post.after)))
        return ERR_INVALID;
    enum result rc = read_words(c, out);
    return rc == OK ? read_channel(c, out) : rc;
}

static void add(struct call *c, struct buf *b, const char *name,
                struct str value)
{
    if (value.n == 0)
        return;
    struct str s = form_escape(value, c->arena);
    buf_printf(b, "%c%s=%.*s", memchr(b->p, '?', b->n) ? '&' : '?', name,
               STR_FMT(s));
}

struct str journal_query_link(struct call *c, const struct journal_query *q,
                              const char *path, const char *name,
                              const struct post *mark)
{
    struct buf b = { 0 };

    buf_add(&b, str_of(path));
    add(c, &b, "q", q->words);
    if (q->channel)
        add(c, &b, "channel", arena_printf(c->arena, "%lld",
                                           (long long)q->channel->id.n));
    if (name)
        add(c, &b, name, arena_printf(c->arena, "%lld.%lld",
                                      (long long)mark->created_at,
                                      (long long)mark->id.n));
    if (q->post.opened.n)
        add(c, &b, "api_key", call_key_sent(c));
    struct str s = arena_copy(c->arena, buf_str(&b));
    buf_free(&b);
    return s;
}
