#include "core/sessions.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/moment.h"
#include "core/sessions_kind.h"

enum {
    ID_BYTES = 32,
    BATCH = 500,                   /* expired ones removed at once */
    SEEN_MOST_MS = 10 * 60 * 1000, /* a use is noted so seldom, or once in */
    SEEN_PART = 100                /* this part of the idle limit */
};

enum result sessions_open(const char *where, struct writer *w, struct db *db,
                          const struct session_limits *limits,
                          struct sessions **out)
{
    int64_t latest;

    enum result rc = session_latest(db, &latest);
    if (rc != OK)
        return rc;
    struct sessions *s = NEW(struct sessions);
    *s = (struct sessions){
        .kind = where ? &sessions_redis : &sessions_database,
        .writer = w,
        .limits = *limits,
        .wall = moment_now,
        .steady = moment_steady,
        .now = latest,
        .now_steady = moment_steady(),
    };
    pthread_mutex_init(&s->lock, NULL);
    rc = s->kind->open(s, where);
    if (rc != OK) {
        s->kind = &sessions_database; /* which has nothing to close */
        sessions_close(s);
        return rc;
    }
    *out = s;
    return OK;
}

void sessions_close(struct sessions *s)
{
    s->kind->close(s);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* As fast as the steady clock goes, at least; and never behind the wall's. */
int64_t sessions_now(struct sessions *s)
{
    int64_t steady = s->steady(), wall = s->wall();

    pthread_mutex_lock(&s->lock);
    if (steady > s->now_steady) {
        s->now += steady - s->now_steady;
        s->now_steady = steady;
    }
    if (wall > s->now)
        s->now = wall;
    int64_t now = s->now;
    pthread_mutex_unlock(&s->lock);
    return now;
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

static int64_t ends_at(const struct sessions *s, int64_t began, int64_t seen)
{
    int64_t idle = seen + s->limits.idle_ms;
    int64_t absolute = began + s->limits.absolute_ms;

    return idle < absolute ? idle : absolute;
}

/* Limits that became shorter hold at once; longer ones from the next use. */
static bool over(const struct sessions *s, const struct session *found,
                 int64_t now)
{
    return found->expires_at <= now
           || ends_at(s, found->created_at, found->seen_at) <= now;
}

/* A use that cannot be noted now is no reason to sign anybody out. */
static enum result note_use(struct sessions *s, struct session *found,
                            int64_t now)
{
    int64_t every = s->limits.idle_ms / SEEN_PART;

    if (every > SEEN_MOST_MS)
        every = SEEN_MOST_MS;
    if (now - found->seen_at < every)
        return OK;
    struct session used = *found;
    used.seen_at = now;
    used.expires_at = ends_at(s, used.created_at, now);
    enum result rc = s->kind->seen(s, &used);
    if (rc == OK)
        *found = used;
    return rc == ERR_MISSING ? rc : OK;
}

enum result sessions_find(struct sessions *s, struct db *db, struct arena *a,
                          struct str id, struct session *out)
{
    int64_t now = sessions_now(s);

    if (!session_id_valid(id))
        return ERR_MISSING;
    enum result rc = s->kind->get(s, db, a, session_hash(a, id), out);
    if (rc != OK)
        return rc;
    if (!over(s, out, now))
        return note_use(s, out, now);
    if (s->kind->end(s, out->hash) != OK)
        log_info("sessions.end", "reason=\"an expired one stays for now\"");
    return ERR_MISSING;
}

enum result sessions_list(struct sessions *s, struct db *db, struct arena *a,
                          struct account_id id, struct session **list, int *n)
{
    int64_t now = sessions_now(s);
    int kept = 0;

    enum result rc = s->kind->list(s, db, a, id, list, n);
    for (int i = 0; i < *n && rc == OK; i++)
        if (!over(s, &(*list)[i], now))
            (*list)[kept++] = (*list)[i];
    *n = kept;
    return rc;
}

static struct str short_text(struct str s)
{
    return s.p && str_is_text(s) ? str_cap(s, SESSION_TEXT_MAX) : STR("");
}

static void fill_in(struct sessions *s, struct arena *a,
                    struct session_change *c)
{
    struct session *new = c->begin;
    unsigned char bytes[ID_BYTES];

    randombytes_buf(bytes, sizeof bytes); /* getrandom(2) */
    c->id = base64url(a, bytes);
    new->hash = session_hash(a, c->id);
    new->agent = short_text(new->agent);
    new->address = short_text(new->address);
    new->created_at = new->seen_at = sessions_now(s);
    new->expires_at = ends_at(s, new->created_at, new->seen_at);
}

enum result sessions_change(struct sessions *s, struct arena *a,
                            struct session_change *c)
{
    if (c->begin)
        fill_in(s, a, c);
    return s->kind->change(s, c);
}

enum result sessions_expire(struct sessions *s, struct db *db, bool *more)
{
    return s->kind->expire(s, db, BATCH, more);
}
