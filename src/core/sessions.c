#include "core/sessions.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/moment.h"
#include "core/writer.h"

enum {
    ID_BYTES = 32,
    BATCH = 500,                       /* expired ones removed at once */
    SEEN_MOST_MS = 10 * 60 * 1000,     /* a use is noted so seldom, or once in */
    SEEN_PART = 100                    /* this part of the idle limit */
};

struct sessions {
    struct writer *writer;
    struct session_limits limits;
    pthread_mutex_t lock; /* guards the clock: */
    int64_t wall, steady;
};

enum result sessions_open(const char *where, struct writer *w, struct db *db,
                          const struct session_limits *limits,
                          struct sessions **out)
{
    int64_t latest;

    if (where)
        return ERR_INVALID;
    enum result rc = session_latest(db, &latest);
    if (rc != OK)
        return rc;
    struct sessions *s = NEW(struct sessions);
    s->writer = w;
    s->limits = *limits;
    s->wall = latest;
    s->steady = moment_steady();
    pthread_mutex_init(&s->lock, NULL);
    *out = s;
    return OK;
}

void sessions_close(struct sessions *s)
{
    pthread_mutex_destroy(&s->lock);
    free(s);
}

int64_t sessions_now(struct sessions *s)
{
    int64_t steady = moment_steady(), wall = moment_now();

    pthread_mutex_lock(&s->lock);
    if (steady > s->steady) {
        s->wall += steady - s->steady;
        s->steady = steady;
    }
    if (wall > s->wall)
        s->wall = wall;
    wall = s->wall;
    pthread_mutex_unlock(&s->lock);
    return wall;
}

/* RFC 4648, section 5. */
bool session_id_valid(struct str id)
{
    if (id.n != SESSION_ID)
        return false;
    for (size_t i = 0; i < id.n; i++) {
        char ch = id.p[i];

        if (!(ch >= '0' && ch <= '9') && !(ch >= 'A' && ch <= 'Z')
            && !(ch >= 'a' && ch <= 'z') && ch != '-' && ch != '_')
            return false;
    }
    return true;
}

struct str session_hash(struct arena *a, struct str id)
{
    unsigned char *p = arena_get(a, SESSION_HASH);

    crypto_hash_sha256(p, (const unsigned char *)id.p, id.n);
    return (struct str){ (const char *)p, SESSION_HASH };
}

static struct str base64url(struct arena *a,
                            const unsigned char bytes[static ID_BYTES])
{
    size_t room = sodium_base64_ENCODED_LEN(
        ID_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *p = arena_get(a, room);

    sodium_bin2base64(p, room, bytes, ID_BYTES,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_of(p);
}

struct str session_token(struct arena *a, struct str id)
{
    static const unsigned char purpose[] = "form token of session ";
    unsigned char out[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state h;

    crypto_hash_sha256_init(&h);
    crypto_hash_sha256_update(&h, purpose, sizeof purpose - 1);
    crypto_hash_sha256_update(&h, (const unsigned char *)id.p, id.n);
    crypto_hash_sha256_final(&h, out);
    return base64url(a, out);
}

static int64_t ends_at(const struct sessions *s, int64_t began, int64_t now)
{
    int64_t idle = now + s->limits.idle_ms;
    int64_t absolute = began + s->limits.absolute_ms;

    return idle < absolute ? idle : absolute;
}

struct seen {
    struct job job; /* first */
    struct str hash;
    int64_t now, expires_at;
};

static enum result do_seen(struct db *db, struct job *job)
{
    struct seen *seen = (struct seen *)job;

    return session_seen(db, seen->hash, seen->now, seen->expires_at);
}

static enum result note_use(struct sessions *s, struct session *found,
                            int64_t now)
{
    int64_t every = s->limits.idle_ms / SEEN_PART;

    if (every > SEEN_MOST_MS)
        every = SEEN_MOST_MS;
    if (now - found->seen_at < every)
        return OK;
    struct seen seen = { .job = { .do_it = do_seen }, .hash = found->hash,
                         .now = now,
                         .expires_at = ends_at(s, found->created_at, now) };
    return writer_do(s->writer, &seen.job);
}

enum result sessions_find(struct sessions *s, struct db *db, struct arena *a,
                          struct str id, struct session *out)
{
    int64_t now = sessions_now(s);

    if (!session_id_valid(id))
        return ERR_MISSING;
    enum result rc = session_get(db, a, session_hash(a, id), now, out);
    return rc == OK ? note_use(s, out, now) : rc;
}

enum result sessions_list(struct sessions *s, struct db *db, struct arena *a,
                          struct account_id id, struct session **list, int *n)
{
    return session_list(db, a, id, sessions_now(s), list, n);
}

static struct str short_text(struct str s)
{
    return str_is_text(s) ? str_cap(s, SESSION_TEXT_MAX) : STR("");
}

struct changing {
    struct job job; /* first */
    struct session_change *change;
};

static enum result do_change(struct db *db, struct job *job)
{
    struct session_change *c = ((struct changing *)job)->change;
    enum result rc = OK;

    if (c->with)
        rc = c->with(db, c->arg);
    if (rc == OK && c->end.p)
        rc = session_remove(db, c->end);
    if (rc == OK && c->end_all.n)
        rc = session_remove_all(db, c->end_all, NO_STR);
    if (rc == OK && c->begin)
        rc = session_add(db, c->begin);
    return rc;
}

enum result sessions_change(struct sessions *s, struct arena *a,
                            struct session_change *c)
{
    struct changing job = { .job = { .do_it = do_change }, .change = c };
    unsigned char bytes[ID_BYTES];

    if (c->begin) {
        randombytes_buf(bytes, sizeof bytes);
        c->id = base64url(a, bytes);
        c->begin->hash = session_hash(a, c->id);
        c->begin->agent = short_text(c->begin->agent);
        c->begin->address = short_text(c->begin->address);
        c->begin->created_at = c->begin->seen_at = sessions_now(s);
        c->begin->expires_at
            = ends_at(s, c->begin->created_at, c->begin->seen_at);
    }
    return writer_do(s->writer, &job.job);
}

enum result sessions_expire(struct sessions *s, struct db *db, bool *more)
{
    return session_expire(db, sessions_now(s), BATCH, more);
}
