/* post_form_pages.c -- writing a post, changing it, removing it and bringing
 * it back. */
#include "base/form.h"
#include "base/moment.h"
#include "base/zone.h"
#include "core/writer.h"
#include "http/message.h"
#include "store/channel.h"
#include "store/post.h"
#include "web/page.h"
#include "web/post_view.h"
#include "web/routes.h"

enum { SECONDS_BYTES = 19, CHANNELS_MAX = 1000 };

/* What the form says, as it was typed; at is the moment that a chart filled
 * in, to the millisecond. p NULL: not in it. */
struct typed {
    struct str title, body, channel, moment, at;
};

/* A form under way: what is there, what was typed, what would be written. */
struct draft {
    struct job job; /* first */
    struct channel *channels; /* the author's */
    int n_channels;
    struct typed typed;
    struct post post;
    struct post_id id;
    const char *flash; /* why it is not written */
};

/* "2018-01-26T08:07:48", as the clocks of the channel show it. */
static struct str moment_text(struct arena *a, const struct post *p)
{
    char room[MOMENT_ROOM];

    if (!p->pinned)
        return STR("");
    return arena_copy(a, str_cap(moment_offset(p->at, post_zone(p), room),
                                 SECONDS_BYTES));
}

/* Browsers leave out seconds that are 0. */
static bool as_shown(struct arena *a, struct str s, const struct post *p)
{
    struct str shown = moment_text(a, p);

    return str_eq(s, shown)
           || (str_ends(shown, STR(":00"))
               && str_eq(s, str_cap(shown, shown.n - 3)));
}

static struct str channel_text(struct arena *a, struct channel_id id)
{
    return id.n ? arena_printf(a, "%lld", (long long)id.n) : STR("");
}

/* Their own channels, and the post's if it is another by now. */
static enum result read_channels(struct call *c, struct draft *d)
{
    struct channel_query q = { .owner = c->visitor.account,
                               .limit = CHANNELS_MAX };
    const struct post *p = c->post;
    enum result rc = channel_list(c->db, c->arena, &q, &d->channels,
                                  &d->n_channels, NULL);

    if (rc != OK || !p || !p->channel.n)
        return rc;
    for (int i = 0; i < d->n_channels; i++)
        if (d->channels[i].id.n == p->channel.n)
            return OK;
    size_t n = (size_t)d->n_channels;
    struct channel *list = arena_get(c->arena, (n + 1) * sizeof *list);
    if (n > 0)
        memcpy(list, d->channels, n * sizeof *list);
    d->channels = list;
    return channel_get(c->db, c->arena, p->channel, &list[d->n_channels++]);
}

static enum result no_post(struct call *c)
{
    c->why = post_missing(c->arena, c->post->id);
    return ERR_MISSING;
}

/* The guard lets an author in where a post was that can be brought back. */
static enum result begin(struct call *c, struct draft *d)
{
    if (c->post && c->post->deleted_at)
        return no_post(c);
    if (c->post)
        d->post = *c->post;
    return read_channels(c, d);
}

static void put_channels(struct call *c, struct values *v,
                         const struct draft *d, struct str chosen)
{
    values_flag(v, "has_channels", d->n_channels > 0);
    for (int i = 0; i < d->n_channels; i++) {
        struct values *row = values_row(v, "channels");
        struct str id = channel_text(c->arena, d->channels[i].id);

        values_text(row, "id", id);
        values_text(row, "name", d->channels[i].name);
        values_text(row, "zone", d->channels[i].zone);
        values_flag(row, "chosen", str_eq(id, chosen));
    }
}

/* What was typed; where a title or body is empty, what there was before. */
static enum result show(struct call *c, const struct draft *d)
{
    static const struct post blank;
    const struct post *was = c->post ? c->post : &blank;
    const struct typed *t = &d->typed;
    struct values *v = values_new(c->arena);

    values_text(v, "title", STR("New Post - Almanac"));
    values_text(v, "path", STR("/journal/create"));
    values_flag(v, "is_new", !c->post);
    if (c->post) {
        values_text(v, "title",
                    arena_printf(c->arena, "Edit \"%.*s\" - Almanac",
                                 STR_FMT(was->title)));
        values_text(v, "path", post_path(c->arena, was->id));
    }
    if (d->flash)
        values_text(v, "flash", str_of(d->flash));
    values_text(v, "old_title", was->title);
    values_text(v, "post_title", t->title.n ? t->title : was->title);
    values_text(v, "body", t->body.n ? t->body : was->body);
    values_text(v, "moment",
                t->moment.p ? t->moment : moment_text(c->arena, was));
    if (t->at.p)
        values_text(v, "at", t->at);
    put_channels(c, v, d, t->channel.p ? t->channel
                                       : channel_text(c->arena, was->channel));
    return page_show(c, "post_form", v);
}

/* The title and body of a form must be in it, even if they are empty. */
static enum result read_form(struct call *c, struct draft *d)
{
    struct typed *t = &d->typed;

    t->title = params_form(&c->params, "title");
    t->body = form_lines(params_form(&c->params, "body"), c->arena);
    t->channel = params_form(&c->params, "channel");
    t->moment = str_trim(params_form(&c->params, "moment"));
    t->at = params_form(&c->params, "at");
    if (!t->title.p || !t->body.p)
        return ERR_INVALID;
    return str_is_text(t->title) && str_is_text(t->body)
                   && str_is_text(t->channel) && str_is_text(t->moment)
                   && str_is_text(t->at)
               ? OK
               : ERR_GARBLED;
}

static const char *apply_texts(struct call *c, struct draft *d)
{
    const struct typed *t = &d->typed;

    if (t->title.n == 0)
        return "Title is required.";
    if (t->title.n > POST_TITLE_MAX)
        return arena_printf(c->arena, "The title is too long: it has %zu of "
                            "at most %d bytes.", t->title.n,
                            POST_TITLE_MAX).p;
    if (t->body.n > POST_BODY_MAX)
        return arena_printf(c->arena, "The text is too long: it has %zu of "
                            "at most %d bytes.", t->body.n, POST_BODY_MAX).p;
    d->post.title = t->title;
    d->post.body = t->body;
    return NULL;
}

static const char *apply_channel(struct draft *d)
{
    struct str s = d->typed.channel;
    struct post *p = &d->post;
    int64_t n;

    if (!s.p)
        return NULL;
    if (s.n == 0) {
        p->channel.n = 0;
        p->channel_zone = NO_STR;
        return NULL;
    }
    for (int i = 0; i < d->n_channels; i++)
        if (str_int(s, &n) && d->channels[i].id.n == n) {
            p->channel = d->channels[i].id;
            p->channel_zone = d->channels[i].zone;
            return NULL;
        }
    return "You have no such channel.";
}

/* Left as it was shown, it stays as it was: to the millisecond, and the same
 * of two when the clocks show an hour twice. */
static const char *apply_moment(struct call *c, struct draft *d)
{
    const struct post *was = c->post;
    struct str s = d->typed.moment;
    struct post *p = &d->post;

    if (was && was->pinned && was->channel.n == p->channel.n
        && (!s.p || as_shown(c->arena, s, was)))
        return NULL;
    p->pinned = s.n > 0;
    if (!p->pinned)
        return NULL;
    if (!p->channel.n)
        return "A moment needs a channel.";
    if (moment_parse(d->typed.at, zone_utc(), &p->at)
        && as_shown(c->arena, s, p))
        return NULL;
    if (!moment_parse(s, post_zone(p), &p->at))
        return "The moment is not a date and a time.";
    return NULL;
}

static void apply(struct call *c, struct draft *d)
{
    d->flash = apply_texts(c, d);
    if (!d->flash)
        d->flash = apply_channel(d);
    if (!d->flash)
        d->flash = apply_moment(c, d);
    d->post.updated_at = c->req->at;
}

/* Shows the form again, or writes the post. */
static enum result submit(struct call *c, struct draft *d,
                          enum result (*do_it)(struct db *, struct job *))
{
    enum result rc = read_form(c, d);

    if (rc == OK)
        rc = begin(c, d);
    if (rc != OK)
        return rc;
    apply(c, d);
    if (d->flash)
        return show(c, d);
    d->job.do_it = do_it;
    rc = writer_do(c->app->writer, &d->job);
    return rc == OK ? page_redirect(c, STR("/journal")) : rc;
}

/* A chart says where a note is to stand: ?channel=ID&at=MOMENT. What makes no
 * sense is left for the author to fill in. */
static void fill_in(struct call *c, struct draft *d)
{
    struct str channel = str_trim(params_get(&c->params, "channel"));
    struct post p = { .pinned = true };
    char room[MOMENT_ROOM];

    for (int i = 0; i < d->n_channels; i++)
        if (str_eq(channel, channel_text(c->arena, d->channels[i].id))) {
            p.channel_zone = d->channels[i].zone;
            d->typed.channel = channel;
        }
    if (d->typed.channel.p
        && moment_parse(str_trim(params_get(&c->params, "at")), post_zone(&p),
                        &p.at)) {
        d->typed.moment = moment_text(c->arena, &p);
        d->typed.at = arena_copy(c->arena, moment_ms(p.at, room));
    }
}

enum result post_create_page(struct call *c)
{
    struct draft d = { 0 };
    enum result rc = begin(c, &d);

    if (rc == OK && !c->post)
        fill_in(c, &d);
    return rc == OK ? show(c, &d) : rc;
}

static enum result add(struct db *db, struct job *job)
{
    struct draft *d = (struct draft *)job;

    return post_add(db, &d->post, &d->id);
}

/* A channel may go while somebody writes about it. */
static enum result channel_gone(struct call *c, struct draft *d)
{
    d->flash = "This channel is not there any more.";
    d->typed.channel = STR("");
    enum result rc = read_channels(c, d);
    return rc == OK ? show(c, d) : rc;
}

enum result post_create_post(struct call *c)
{
    struct draft d = { .post = { .author = c->visitor.account,
                                 .created_at = c->req->at } };
    enum result rc = submit(c, &d, add);

    if (rc != ERR_MISSING)
        return rc;
    rc = call_look_again(c);
    return rc == OK ? channel_gone(c, &d) : rc;
}

enum result post_update_page(struct call *c)
{
    return post_create_page(c); /* with what there is */
}

static enum result put(struct db *db, struct job *job)
{
    return post_put(db, &((struct draft *)job)->post);
}

enum result post_update_post(struct call *c)
{
    struct draft d = { 0 };
    struct post now;
    enum result rc = submit(c, &d, put);

    if (rc != ERR_MISSING || c->why)
        return rc;
    rc = call_look_again(c);
    if (rc == OK)
        rc = post_get(c->db, c->arena, c->post->id, &now);
    if (rc == ERR_MISSING || (rc == OK && now.deleted_at))
        return no_post(c);
    return rc == OK ? channel_gone(c, &d) : rc;
}

/* Of the post that the path names, now. */
struct change {
    struct job job; /* first */
    struct post_id id;
    int64_t at;
};

static enum result change(struct call *c, enum result (*do_it)(struct db *,
                                                               struct job *))
{
    struct change change = { .job.do_it = do_it, .id = c->post->id,
                             .at = c->req->at };
    enum result rc = writer_do(c->app->writer, &change.job);

    if (rc == ERR_MISSING)
        return no_post(c);
    return rc == OK ? page_redirect(c, STR("/journal")) : rc;
}

static enum result remove_it(struct db *db, struct job *job)
{
    const struct change *ch = (const struct change *)job;

    return post_remove(db, ch->id, ch->at);
}

enum result post_delete_post(struct call *c)
{
    return change(c, remove_it);
}

static enum result restore_it(struct db *db, struct job *job)
{
    const struct change *ch = (const struct change *)job;

    return post_restore(db, ch->id, ch->at - POST_UNDO_MS);
}

/* Pressed twice it is as good as pressed once. */
enum result post_restore_post(struct call *c)
{
    return c->post->deleted_at ? change(c, restore_it)
                               : page_redirect(c, STR("/journal"));
}
