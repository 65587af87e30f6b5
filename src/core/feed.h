/* feed.h -- who watches which channel, and that they are told what is on disk.
 *
 * A watcher says how far it has got, an entry number for each of its channels.
 * When a channel has something new, one round reads what the one furthest
 * behind lacks, in a worker, writes it once, and each is told what it lacks.
 * So a first visit, a live reading, a watcher that comes back and a reading
 * that another process stored are all the same, and nothing is told before it
 * is on disk. Rounds of a channel are FEED_PAUSE_MS apart: a fast channel is
 * told in larger pieces. See docs/live.md.
 *
 * Loop thread. Nothing here waits for a watcher.
 */
#ifndef CORE_FEED_H
#define CORE_FEED_H

#include "base/list.h"
#include "base/result.h"
#include "store/channel.h"
#include "store/reading.h"

struct buf;
struct feed;
struct loop;
struct pool;

enum {
    FEED_PAUSE_MS = 50,      /* between two looks at a channel */
    FEED_MOST = 100,         /* readings told one by one */
    FEED_BYTES = 48 * 1024,  /* of these, as they are written */
    FEED_BEAT_MS = 15 * 1000
};

/* A reading as it was written. */
struct piece {
    int64_t entry;
    struct str text;
};

struct watch {
    struct channel_id channel;
    int64_t entry;           /* it has been told up to here */
    int64_t updated_at;      /* the channel, as it knows it */

    struct watcher *watcher; /* the feed's, as are the others */
    struct topic *topic;
    struct link link;
    bool in_round;           /* was here when it began */
};

struct news {
    enum {
        NEWS_READINGS, /* piece: n of them; watch->entry is the last's */
        NEWS_RESET,    /* too many, or fewer than it knew, or the channel was
                        * changed: see for yourself. watch->entry is the
                        * newest */
        NEWS_BEAT,     /* nothing; but the server is here */
        NEWS_OVER      /* it may watch no longer: leave */
    } kind;
    const struct watch *watch; /* of readings and reset */
    const struct piece *piece; /* ascending entries; gone afterwards */
    int n;
};

/* Its owner fills in the first six and keeps it until feed_leave. */
struct watcher {
    void (*tell)(struct watcher *w, const struct news *news);
    /* Find out whether it may still watch; then feed_trust, feed_ask_again
     * or leave. Until then it is told no readings. False: not now, but ask
     * once more. */
    bool (*ask)(struct watcher *w);
    /* Does it take more just now? If not, it is told nothing until
     * feed_ready, and then what it lacks. */
    bool (*takes)(struct watcher *w);
    struct watch *watch;     /* of different channels; the first three */
    int n;
    bool open;               /* anybody may, they were all public: no asking */

    struct link link;        /* the feed's, as are the others */
    enum { TRUSTED, DOUBTED, ASKED, ASKED_TOO_EARLY } standing;
    int64_t trusted_at;      /* steady */
};

/* write makes a reading's text; any thread. The pool's threads have a struct
 * reader. */
struct feed *feed_new(struct loop *loop, struct pool *pool,
                      void (*write)(struct buf *out, struct arena *a,
                                    const struct channel *ch,
                                    const struct reading *r));
void feed_free(struct feed *f); /* when pool and loop are gone, and all left */

void feed_join(struct feed *f, struct watcher *w);
/* Also while it is told something. */
void feed_leave(struct feed *f, struct watcher *w);
int feed_count(const struct feed *f); /* watchers */
/* It may; what ask asked for. */
void feed_trust(struct feed *f, struct watcher *w);
/* It could not be found out: ask once more in a second. */
void feed_ask_again(struct feed *f, struct watcher *w);
/* It takes more again. */
void feed_ready(struct feed *f, struct watcher *w);

/* The channel's readings up to this entry are on disk. */
void feed_stored(struct feed *f, struct channel_id channel, int64_t entry);
/* Channels, keys or accounts were changed: each topic is looked at again, and
 * each watcher that not anybody may be is asked about. So it is within a minute
 * in any case. */
void feed_changed(struct feed *f);

#endif
