#include "core/redis.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/moment.h"
#include "core/redis_url.h"

enum {
    PATIENCE_S = 1, /* for a connection, and for each answer */
    AWAY_MS = 1000, /* after a failure */
    KEPT_MAX = 32   /* connections that nobody uses just now */
};

struct redis {
    struct arena *arena;
    struct redis_url at;
    pthread_mutex_t lock; /* guards what follows */
    redisContext *kept[KEPT_MAX];
    int n_kept;
    bool away, trying;
    int64_t try_at; /* steady, while away */
};

void redis_add(struct redis_commands *c, const char *fmt, ...)
{
    va_list ap;
    char *one;

    va_start(ap, fmt);
    int n = redisvFormatCommand(&one, fmt, ap);
    va_end(ap);
    assert(n > 0);
    buf_add(&c->bytes, (struct str){ one, (size_t)n });
    redisFreeCommand(one);
    c->n++;
}

/* *out is one that was kept, or NULL. False: Redis is away. */
static bool borrow(struct redis *r, redisContext **out)
{
    *out = NULL;
    pthread_mutex_lock(&r->lock);
    bool may = !r->away || (!r->trying && moment_steady() >= r->try_at);
    if (may) {
        r->trying = r->away;
        if (r->n_kept)
            *out = r->kept[--r->n_kept];
    }
    pthread_mutex_unlock(&r->lock);
    return may;
}

static void give_back(struct redis *r, redisContext *conn)
{
    pthread_mutex_lock(&r->lock);
    bool was_away = r->away;
    r->away = r->trying = false;
    if (r->n_kept < KEPT_MAX) {
        r->kept[r->n_kept++] = conn;
        conn = NULL;
    }
    pthread_mutex_unlock(&r->lock);
    redisFree(conn);
    if (was_away) {
        char host[LOG_QUOTE_ROOM];

        log_info("redis.back", "host=%s port=%d", log_quote(r->at.host, host),
                 r->at.port);
    }
}

static const redisReply *error_in(const redisReply *reply)
{
    if (!reply || reply->type == REDIS_REPLY_ERROR)
        return reply;
    for (size_t i = 0; reply->type == REDIS_REPLY_ARRAY && i < reply->elements;
         i++)
        if (reply->element[i]->type == REDIS_REPLY_ERROR)
            return reply->element[i];
    return NULL;
}

static void lost(struct redis *r, redisContext *conn, const redisReply *last)
{
    const redisReply *said = error_in(last);
    const char *reason = !conn       ? "no memory"
                         : conn->err ? conn->errstr
                         : said      ? said->str
                                     : "no time limit can be set";
    char host[LOG_QUOTE_ROOM], why[LOG_QUOTE_ROOM];

    pthread_mutex_lock(&r->lock);
    bool was_away = r->away;
    r->away = true;
    r->trying = false;
    r->try_at = moment_steady() + AWAY_MS;
    pthread_mutex_unlock(&r->lock);
    if (!was_away)
        log_fail("redis.away", "host=%s port=%d reason=%s",
                 log_quote(r->at.host, host), r->at.port,
                 log_quote(str_of(reason), why));
    redisFree(conn);
}

/* Sends all of them and reads as many answers; *last is the last, or the first
 * that is an error. */
static bool talk(redisContext *conn, const struct redis_commands *c,
                 redisReply **last)
{
    void *reply = NULL;
    bool good = redisAppendFormattedCommand(conn, c->bytes.p, c->bytes.n)
                == REDIS_OK;

    for (int i = 0; i < c->n && good; i++) {
        freeReplyObject(reply);
        reply = NULL;
        errno = 0;
        good = redisGetReply(conn, &reply) == REDIS_OK && !error_in(reply);
    }
    if (conn->err == REDIS_ERR_IO && errno == EAGAIN)
        snprintf(conn->errstr, sizeof conn->errstr, "no answer in time");
    *last = reply;
    return good;
}

/* Did talk fail because nobody is there any more? */
static bool was_closed(const redisContext *conn)
{
    return conn->err == REDIS_ERR_EOF
           || (conn->err == REDIS_ERR_IO
               && (errno == EPIPE || errno == ECONNRESET));
}

static bool dial(struct redis *r, redisContext **conn, redisReply **last)
{
    const struct timeval patience = { PATIENCE_S, 0 };
    const struct redis_url *at = &r->at;
    struct redis_commands hello = { 0 };

    *conn = redisConnectWithTimeout(at->host.p, at->port, patience);
    if (!*conn || (*conn)->err || redisSetTimeout(*conn, patience) != REDIS_OK)
        return false;
    if (at->user.p)
        redis_add(&hello, "AUTH %b %b", at->user.p, at->user.n, at->password.p,
                  at->password.n);
    else if (at->password.p)
        redis_add(&hello, "AUTH %b", at->password.p, at->password.n);
    redis_add(&hello, "SELECT %d", at->number);
    bool good = talk(*conn, &hello, last);
    buf_free(&hello.bytes);
    return good;
}

/* On a connection that was kept; *conn becomes NULL when it has been closed
 * meanwhile, and another may do better. */
static bool talk_again(redisContext **conn, const struct redis_commands *c,
                       redisReply **last)
{
    bool good = talk(*conn, c, last);

    if (!good && was_closed(*conn)) {
        freeReplyObject(*last);
        *last = NULL;
        redisFree(*conn);
        *conn = NULL;
    }
    return good;
}

static bool talk_anew(struct redis *r, redisContext **conn,
                      const struct redis_commands *c, redisReply **last)
{
    if (!dial(r, conn, last))
        return false;
    freeReplyObject(*last);
    return talk(*conn, c, last);
}

enum result redis_run(struct redis *r, struct redis_commands *c,
                      redisReply **last)
{
    redisContext *conn;
    bool good = false;

    *last = NULL;
    bool here = borrow(r, &conn);
    if (here && conn)
        good = talk_again(&conn, c, last);
    if (here && !conn)
        good = talk_anew(r, &conn, c, last);
    buf_free(&c->bytes);
    if (good) {
        give_back(r, conn);
        return OK;
    }
    if (here)
        lost(r, conn, *last);
    freeReplyObject(*last);
    *last = NULL;
    return ERR_BUSY;
}

enum result redis_do(struct redis *r, struct redis_commands *c)
{
    redisReply *last;
    enum result rc = redis_run(r, c, &last);

    freeReplyObject(last);
    return rc;
}

enum result redis_open(const char *url, struct redis **out)
{
    struct redis *r = NEW(struct redis);

    r->arena = arena_new();
    pthread_mutex_init(&r->lock, NULL);
    if (!redis_url_parse(str_of(url), r->arena, &r->at)) {
        redis_close(r);
        return ERR_INVALID;
    }
    *out = r;
    return OK;
}

void redis_close(struct redis *r)
{
    while (r->n_kept)
        redisFree(r->kept[--r->n_kept]);
    pthread_mutex_destroy(&r->lock);
    arena_free(r->arena);
    free(r);
}
