/* sessions_redis.c -- sessions in a Redis.
 *
 *     almanac:session:HASH    a session's text (sessions_pack.h); Redis takes
 *                             it away when the time is over that it was given
 *     almanac:account:NUMBER  the hashes of an account's sessions, ended ones
 *                             among them until somebody looks
 *
 * An Almanac has a database of a Redis (the address's /NUMBER) for itself:
 * accounts are known by their numbers in it.
 */
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/log.h"
#include "core/redis.h"
#include "core/sessions_kind.h"
#include "core/sessions_pack.h"
#include "core/writer.h"

#define SESSION "almanac:session:"
#define ACCOUNT "almanac:account:"

enum { HEX_ROOM = 2 * SESSION_HASH + 1 };

static enum result is_there(struct redis *r)
{
    struct redis_commands out = { 0 };

    redis_add(&out, "PING");
    return redis_do(r, &out);
}

static enum result open_redis(struct sessions *s, const char *where)
{
    struct redis *r;
    enum result rc = redis_open(where, &r);

    if (rc != OK)
        return rc;
    s->own = r;
    if (is_there(r) != OK)
        log_info("sessions.open", "reason=\"pages wait for Redis\"");
    return OK;
}

static void close_redis(struct sessions *s)
{
    redis_close(s->own);
}

static const char *hex(struct str hash, char room[static HEX_ROOM])
{
    return sodium_bin2hex(room, HEX_ROOM, (const unsigned char *)hash.p,
                          hash.n);
}

static enum result get(struct sessions *s, struct db *db, struct arena *a,
                       struct str hash, struct session *out)
{
    struct redis_commands c = { 0 };
    char room[HEX_ROOM];
    redisReply *last;

    (void)db;
    redis_add(&c, "GET " SESSION "%s", hex(hash, room));
    enum result rc = redis_run(s->own, &c, &last);
    if (rc != OK)
        return rc;
    struct str text = NO_STR;
    if (last->type == REDIS_REPLY_STRING)
        text = arena_copy(a, (struct str){ last->str, last->len });
    freeReplyObject(last);
    if (!sessions_unpack(text, out))
        return ERR_MISSING;
    out->hash = hash;
    return OK;
}

/* The set of an account lives as long as the longest of its sessions can.
 * again: only if it is still there. */
static void add_session(struct sessions *s, struct redis_commands *c,
                        const struct session *new, bool again)
{
    struct arena *a = arena_new();
    struct str text = sessions_pack(a, new);
    int64_t left = new->expires_at - sessions_now(s);
    char room[HEX_ROOM];

    hex(new->hash, room);
    redis_add(c,
              again ? "SET " SESSION "%s %b PX %lld XX"
                    : "SET " SESSION "%s %b PX %lld",
              room, text.p, text.n, (long long)(left > 0 ? left : 1));
    if (new->account.n) {
        redis_add(c, "SADD " ACCOUNT "%lld %s", (long long)new->account.n,
                  room);
        redis_add(c, "PEXPIRE " ACCOUNT "%lld %lld", (long long)new->account.n,
                  (long long)s->limits.absolute_ms);
    }
    arena_free(a);
}

/* Puts the hash into its account's set again, which would else end too early
 * when the limits have grown. */
static enum result seen(struct sessions *s, const struct session *used)
{
    struct redis_commands c = { 0 };
    redisReply *last;

    redis_add(&c, "MULTI");
    add_session(s, &c, used, true);
    redis_add(&c, "EXEC");
    enum result rc = redis_run(s->own, &c, &last);
    if (rc == OK && last->type == REDIS_REPLY_ARRAY && last->elements
        && last->element[0]->type == REDIS_REPLY_NIL)
        rc = ERR_MISSING;
    freeReplyObject(last);
    return rc;
}

static enum result end(struct sessions *s, struct str hash)
{
    struct redis_commands c = { 0 };
    char room[HEX_ROOM];

    redis_add(&c, "DEL " SESSION "%s", hex(hash, room));
    return redis_do(s->own, &c);
}

static int last_seen_first(const void *a, const void *b)
{
    const struct session *x = a, *y = b;

    if (x->seen_at != y->seen_at)
        return x->seen_at < y->seen_at ? 1 : -1;
    return memcmp(x->hash.p, y->hash.p, SESSION_HASH);
}

static bool read_listed(struct arena *a, const redisReply *text,
                        const redisReply *member, struct session *out)
{
    unsigned char *hash = arena_get(a, SESSION_HASH);
    size_t n;

    if (text->type != REDIS_REPLY_STRING
        || sodium_hex2bin(hash, SESSION_HASH, member->str, member->len, NULL,
                          &n, NULL)
               != 0
        || n != SESSION_HASH)
        return false;
    out->hash = (struct str){ (const char *)hash, n };
    return sessions_unpack(arena_copy(a, (struct str){ text->str, text->len }),
                           out);
}

static enum result list(struct sessions *s, struct db *db, struct arena *a,
                        struct account_id id, struct session **list, int *n)
{
    struct redis_commands c = { 0 }, ended = { 0 };
    redisReply *last;

    (void)db;
    *n = 0;
    redis_add(&c, "SORT " ACCOUNT "%lld BY nosort GET " SESSION "* GET #",
              (long long)id.n);
    enum result rc = redis_run(s->own, &c, &last);
    if (rc != OK)
        return rc;
    *list = arena_get(a, (last->elements / 2 + 1) * sizeof **list);
    for (size_t i = 0; i + 1 < last->elements; i += 2) {
        const redisReply *member = last->element[i + 1];

        if (read_listed(a, last->element[i], member, &(*list)[*n]))
            ++*n;
        else
            redis_add(&ended, "SREM " ACCOUNT "%lld %b", (long long)id.n,
                      member->str, member->len);
    }
    freeReplyObject(last);
    qsort(*list, (size_t)*n, sizeof **list, last_seen_first);
    return ended.n ? redis_do(s->own, &ended) : OK;
}

/* -- changes */

/* keep: the hash of one that stays, or NO_STR. */
static void add_end_all(struct redis_commands *c, struct account_id id,
                        struct str keep)
{
    static const char script[] =
        "for _, hash in ipairs(redis.call('SMEMBERS', KEYS[1])) do"
        " if hash ~= ARGV[2] then"
        " redis.call('DEL', ARGV[1] .. hash)"
        " redis.call('SREM', KEYS[1], hash) end end";
    char room[HEX_ROOM] = "";

    redis_add(c, "EVAL %s 1 " ACCOUNT "%lld " SESSION " %s", script,
              (long long)id.n, keep.p ? hex(keep, room) : room);
}

enum result sessions_end_all(const char *where, struct account_id id)
{
    struct redis_commands c = { 0 };
    struct redis *r;

    if (!where)
        return OK;
    enum result rc = redis_open(where, &r);
    if (rc != OK)
        return rc;
    void (*before)(int) = signal(SIGPIPE, SIG_IGN); /* as the server's loop */
    add_end_all(&c, id, NO_STR);
    rc = redis_do(r, &c);
    redis_close(r);
    signal(SIGPIPE, before);
    return rc;
}

/* What is set, in one transaction of Redis's. */
static enum result change_here(struct sessions *s, struct str end,
                               struct account_id end_all, struct str keep,
                               const struct session *begin)
{
    struct redis_commands out = { 0 };
    char room[HEX_ROOM];

    if (!end.p && !end_all.n && !begin)
        return OK;
    redis_add(&out, "MULTI");
    if (end.p)
        redis_add(&out, "DEL " SESSION "%s", hex(end, room));
    if (end_all.n)
        add_end_all(&out, end_all, keep);
    if (begin)
        add_session(s, &out, begin, false);
    redis_add(&out, "EXEC");
    return redis_do(s->own, &out);
}

struct changing {
    struct job job; /* first */
    struct session_change *change;
};

/* What remains for the database: documents, above all. */
static enum result do_change(struct db *db, struct job *job)
{
    struct session_change *c = ((struct changing *)job)->change;
    enum result rc = c->with ? c->with(db, c->arg) : OK;

    return rc == OK && c->end.p ? session_remove(db, c->end) : rc;
}

static enum result change_there(struct sessions *s, struct session_change *c)
{
    struct changing job = { .job = { .do_it = do_change }, .change = c };

    return writer_do(s->writer, &job.job);
}

/* A password that with checks cannot be changed unnoticed between the check
 * and the beginning, when that came first: whoever changes it then ends this
 * session, too. */
static enum result change_both(struct sessions *s, struct session_change *c)
{
    bool early = c->begin && c->begin->account.n && !c->end_all.n;
    const struct session *first = early ? c->begin : NULL;
    const struct session *last = early ? NULL : c->begin;

    enum result rc = change_here(s, NO_STR, c->end_all, c->keep, first);
    if (rc == OK && last && !c->end_all.n)
        rc = is_there(s->own);
    if (rc != OK)
        return rc;
    rc = change_there(s, c);
    if (rc == OK)
        return change_here(s, c->end, c->end_all, c->keep, last);
    if (early && end(s, c->begin->hash) != OK)
        log_info("sessions.end", "reason=\"nobody's, it stays for now\"");
    return rc;
}

static enum result change(struct sessions *s, struct session_change *c)
{
    if (c->with)
        return change_both(s, c);
    enum result rc =
        change_here(s, c->end, c->end_all, c->keep, c->begin);
    return rc == OK && c->end.p ? change_there(s, c) : rc;
}

/* Those here end by themselves. What the database still keeps is from before
 * sessions were moved here, and must not be there when they move back. */
static enum result expire(struct sessions *s, struct db *db, int limit,
                          bool *more)
{
    (void)s;
    return session_expire(db, INT64_MAX, limit, more);
}

const struct sessions_kind sessions_redis = {
    .open = open_redis,
    .close = close_redis,
    .get = get,
    .seen = seen,
    .end = end,
    .list = list,
    .change = change,
    .expire = expire,
};
