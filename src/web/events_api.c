/* events_api.c -- streams of events, for pages that are open: one channel's,
 * /channels/ID/events, or several, /events?channels=1,2. See docs/live.md. */
#include "base/moment.h"
#include "core/feed.h"
#include "http/message.h"
#include "web/answer.h"
#include "web/events.h"
#include "web/guard.h"
#include "web/page.h"
#include "web/recheck.h"
#include "web/routes.h"

enum {
    CHANNELS_MOST = 50,
    RETRY_MS = 1000 /* a browser waits so long before it comes back */
};

struct stream {
    struct watcher watcher; /* first */
    struct call *c;
    struct recheck *recheck; /* under way, or NULL */
    bool several;           /* the id names the channels */
    struct begins {          /* of each watch, at the beginning */
        int64_t newest;
        bool ahead;         /* it knows entries that the channel has not */
    } *place;
};

/* How far this stream has got, when its nth channel is at that entry. */
static void put_id(const struct stream *s, struct buf *b,
                   const struct watch *one, int64_t entry)
{
    buf_add(b, STR("id: "));
    for (int i = 0; i < s->watcher.n; i++) {
        const struct watch *w = &s->watcher.watch[i];

        if (i > 0)
            buf_char(b, ',');
        if (s->several) {
            buf_int(b, w->channel.n);
            buf_char(b, ':');
        }
        buf_int(b, w == one ? entry : w->entry);
    }
    buf_char(b, '\n');
}

/* Telling. */

static void leave(struct stream *s)
{
    if (s->recheck)
        recheck_forget(s->recheck);
    feed_leave(s->c->app->feed, &s->watcher);
}

static void gone(void *arg)
{
    leave(arg);
}

static bool takes(struct watcher *w)
{
    return exchange_keeps_up(((struct stream *)w)->c->x);
}

static void ready(void *arg)
{
    struct stream *s = arg;

    feed_ready(s->c->app->feed, &s->watcher);
}

static void put_news(const struct stream *s, struct buf *b,
                     const struct news *news)
{
    const struct watch *w = news->watch;

    switch (news->kind) {
    case NEWS_READINGS:
        for (int i = 0; i < news->n; i++) {
            put_id(s, b, w, news->piece[i].entry);
            buf_add(b, news->piece[i].text);
        }
        break;
    case NEWS_RESET:
        put_id(s, b, w, w->entry);
        event_of_reset(b, w->channel, w->entry);
        break;
    case NEWS_BEAT:
        event_of_beat(b, moment_now());
        break;
    case NEWS_OVER:
        break;
    }
}

static void end(struct stream *s)
{
    struct exchange *x = s->c->x;

    leave(s);
    exchange_end(x);
}

static void tell(struct watcher *watcher, const struct news *news)
{
    struct stream *s = (struct stream *)watcher;
    struct buf b = { 0 };

    if (news->kind == NEWS_OVER) {
        end(s);
        return;
    }
    put_news(s, &b, news);
    exchange_tell(s->c->x, buf_str(&b)); /* s may be gone now */
    buf_free(&b);
}

/* Whoever may no longer asks again, and is told why. */
static void rechecked(void *arg, enum result rc)
{
    struct stream *s = arg;

    s->recheck = NULL;
    if (rc == OK)
        feed_trust(s->c->app->feed, &s->watcher);
    else if (rc == ERR_BUSY || rc == ERR_FAILED)
        feed_ask_again(s->c->app->feed, &s->watcher);
    else
        end(s);
}

static bool ask(struct watcher *w)
{
    struct stream *s = (struct stream *)w;
    struct channel_id channels[CHANNELS_MOST];

    for (int i = 0; i < w->n; i++)
        channels[i] = w->watch[i].channel;
    s->recheck = recheck_begin(s->c, channels, w->n, rechecked, s);
    return s->recheck != NULL;
}

/* Beginning. */

static void say_hello(struct stream *s)
{
    struct buf b = { 0 };

    buf_printf(&b, "retry: %d\n\n", RETRY_MS);
    put_id(s, &b, NULL, 0);
    event_of_hello(&b, moment_now(), s->watcher.watch, s->watcher.n);
    for (int i = 0; i < s->watcher.n; i++)
        if (s->place[i].ahead)
            put_news(s, &b, &(struct news){ .kind = NEWS_RESET,
                                            .watch = &s->watcher.watch[i] });
    exchange_tell(s->c->x, buf_str(&b));
    buf_free(&b);
}

/* Cached by nobody, and by a proxy not held back either. */
static void put_headers(struct call *c)
{
    response_header(c->res, "Content-Type",
                    STR("text/event-stream; charset=utf-8"));
    response_header(c->res, "Cache-Control", STR("no-store"));
    response_header(c->res, "X-Accel-Buffering", STR("no"));
    answer_write(c, OK);
}

static enum result begin(struct call *c)
{
    struct stream *s = c->state;

    if (feed_count(c->app->feed) >= c->app->settings->watchers)
        return ERR_BUSY;
    put_headers(c);
    if (!exchange_stream(c->x, gone, ready, s))
        return LATER;
    feed_join(c->app->feed, &s->watcher);
    say_hello(s);
    return LATER;
}

/* What a browser sends when it comes back, or a page with its first visit. */
static struct str id_sent(struct call *c)
{
    struct str id = str_trim(request_header(c->req, "Last-Event-ID"));

    return id.n ? id : str_trim(params_get(&c->params, "last_event_id"));
}

static enum result begin_at(struct stream *s, struct watch *w, struct str entry)
{
    struct begins *place = &s->place[w - s->watcher.watch];
    int64_t n;

    if (!str_int(entry, &n) || n < 0) {
        s->c->why = "last_event_id is not how far a stream has got.";
        return ERR_INVALID;
    }
    place->ahead = n > place->newest;
    w->entry = place->ahead ? place->newest : n;
    return OK;
}

/* "43", or "1:43,2:7"; what it does not name begins now. */
static enum result read_id(struct stream *s)
{
    struct str id = id_sent(s->c);
    struct watch *w = s->watcher.watch;
    enum result rc = OK;

    if (!s->several && id.n)
        return begin_at(s, w, id);
    while (rc == OK && id.n) {
        struct str entry = str_cut(&id, ',');
        struct str name = str_cut(&entry, ':');
        int64_t n, unused;

        if (!str_int(name, &n) || !str_int(entry, &unused))
            rc = begin_at(s, w, NO_STR);
        for (int i = 0; rc == OK && i < s->watcher.n; i++)
            if (w[i].channel.n == n)
                rc = begin_at(s, &w[i], entry);
    }
    return rc;
}

/* With room for so many channels. */
static struct stream *stream_of(struct call *c, size_t room)
{
    struct stream *s = ARENA_NEW(c->arena, struct stream);

    *s = (struct stream){
        .c = c,
        .watcher = { .tell = tell, .ask = ask, .takes = takes, .open = true },
    };
    s->watcher.watch = arena_get(c->arena, room * sizeof *s->watcher.watch);
    s->place = arena_get(c->arena, room * sizeof *s->place);
    c->state = s;
    c->suffix = JSON; /* the form of a refusal */
    return s;
}

static void add_channel(struct stream *s, const struct channel *ch)
{
    s->place[s->watcher.n].newest = ch->last_entry;
    s->watcher.watch[s->watcher.n++] = (struct watch){
        .channel = ch->id,
        .entry = ch->last_entry,
        .updated_at = ch->updated_at,
    };
    s->watcher.open = s->watcher.open && ch->is_public;
}

enum result channel_events_api(struct call *c)
{
    struct stream *s = stream_of(c, 1);

    add_channel(s, c->channel);
    enum result rc = read_id(s);
    return rc == OK ? call_in_loop(c, begin) : rc;
}

/* The channel, if this visitor may read it; with the first of them that is not
 * so, the whole is refused. */
static enum result add_named(struct stream *s, struct str name)
{
    struct call *c = s->c;
    struct channel_id id;
    struct channel ch;

    if (!str_int(str_trim(name), &id.n)) {
        c->why = "channels is not a list of channel numbers.";
        return ERR_INVALID;
    }
    for (int i = 0; i < s->watcher.n; i++)
        if (s->watcher.watch[i].channel.n == id.n)
            return OK;
    if (s->watcher.n == CHANNELS_MOST) {
        c->why = "These are more than 50 channels.";
        return ERR_INVALID;
    }
    enum result rc = guard_readable(c, id, &ch);
    if (rc == OK)
        add_channel(s, &ch);
    return rc;
}

enum result events_api(struct call *c)
{
    struct stream *s = stream_of(c, CHANNELS_MOST);
    struct str list = params_get(&c->params, "channels");
    enum result rc = OK;

    s->several = true;
    if (!str_trim(list).n) {
        c->why = "Which channels? Such as /events?channels=1,2";
        return ERR_INVALID;
    }
    while (rc == OK && list.p)
        rc = add_named(s, str_cut(&list, ','));
    if (rc == OK)
        rc = read_id(s);
    return rc == OK ? call_in_loop(c, begin) : rc;
}
