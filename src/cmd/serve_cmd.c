/* serve_cmd.c -- the server: a checklist in order, stopped in reverse. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/moment.h"
#include "cmd/cmd.h"
#include "cmd/config.h"
#include "core/feed.h"
#include "core/imports.h"
#include "core/ingest.h"
#include "core/keyring.h"
#include "core/metrics.h"
#include "core/pace.h"
#include "core/reader.h"
#include "core/secret.h"
#include "core/sessions.h"
#include "core/trials.h"
#include "core/upkeep.h"
#include "core/writer.h"
#include "db/db.h"
#include "db/migrate.h"
#include "http/server.h"
#include "http/tls.h"
#include "run/loop.h"
#include "run/pool.h"
#include "web/dispatch.h"
#include "web/call.h"
#include "web/events.h"

enum {
    STOP_MS = 4500,          /* what is in flight has so long to be answered */
    STOP_TICK_MS = 100,
    LOOKUPS = 2,             /* keys at once that are not in memory */
    HASHERS = 2,             /* passwords checked at once, each in 64 MiB */
    HASHER_QUEUE = 32,       /* ... and waiting: some seconds on a slow machine */
    UPDATE_BODY = 64 * 1024, /* far above any update; the loop parses it */
};

struct serve {
    struct config config;
    struct app app;
    struct app_settings settings;
    struct metrics metrics;
    struct secret *secret;
    struct tls *tls;
    struct upkeep *upkeep;
    int64_t stop_by; /* steady; 0: not stopping */
};

static void drained(void *arg)
{
    struct serve *s = arg;

    loop_stop(s->app.loop);
}

static void on_stop(void *arg)
{
    struct serve *s = arg;

    if (s->stop_by)
        return;
    log_info("serve.stop", "in_flight=%lld",
             (long long)http_count(s->app.http)->in_flight);
    s->stop_by = moment_steady() + STOP_MS;
    s->app.stopping = true;
    upkeep_stop(s->upkeep);
    http_drain(s->app.http, drained, s);
}

/* Whoever is not answered by now is not: nothing was promised to them. */
static void on_tick(void *arg)
{
    struct serve *s = arg;

    if (!s->stop_by || moment_steady() < s->stop_by)
        return;
    log_fail("serve.stop", "in_flight=%lld reason=\"no answer in time\"",
             (long long)http_count(s->app.http)->in_flight);
    _exit(CMD_FAILED);
}

static void on_hangup(void *arg)
{
    struct serve *s = arg;

    if (s->tls && tls_reload(s->tls) == OK)
        log_info("tls.reload", "certificate=%s", s->config.tls_certificate);
}

static enum result open_sessions(struct serve *s)
{
    const struct config *c = &s->config;
    struct db *db;

    enum result rc = db_open(c->database, DB_READ, &db);
    if (rc != OK)
        return rc;
    rc = sessions_open(c->session_store, s->app.writer, db,
                       &(struct session_limits){
                           .absolute_ms = c->session_time * 1000,
                           .idle_ms = c->session_idle_time * 1000,
                       },
                       &s->app.sessions);
    db_close(db);
    if (rc == ERR_INVALID)
        fputs("almanac: session_store is no redis://HOST:PORT\n", stderr);
    return rc;
}

static enum result open_store(struct serve *s)
{
    struct db *db;

    enum result rc = secret_open(s->config.secret, &s->secret);
    if (rc == OK)
        rc = db_open(s->config.database, DB_WRITE, &db);
    if (rc != OK)
        return rc;
    rc = db_migrate(db);
    if (rc != OK) {
        db_close(db);
        return rc;
    }
    s->app.writer = writer_start(db, &s->metrics);
    return open_sessions(s);
}

static void start_parts(struct serve *s)
{
    const struct config *c = &s->config;

    s->settings = (struct app_settings){
        .bulk_limit = (int)c->bulk_limit,
        .update_limit = UPDATE_BODY,
        .body_limit = (size_t)c->body_limit,
        .spool = c->spool,
        .registration = c->registration,
        .neutral_sign_in = c->neutral_sign_in,
        .session_ms = c->session_time * 1000,
        .document_ms = c->document_time * 1000,
        .documents = { c->document_limit, c->documents_limit },
        .watchers = (int)c->watchers,
    };
    s->app.settings = &s->settings;
    s->app.metrics = &s->metrics;
    s->app.secret = s->secret;
    s->app.loop = loop_new();
    s->app.pool = pool_start((int)c->workers, (int)c->queue, reader_new,
                             reader_free, (void *)c->database);
    s->app.lookups = pool_start(LOOKUPS, (int)c->queue, reader_new,
                                reader_free, (void *)c->database);
    s->app.hashers = pool_start(HASHERS, HASHER_QUEUE, reader_new, reader_free,
                                (void *)c->database);
    s->app.feed = feed_new(s->app.loop, s->app.pool, event_of_reading);
    s->app.ingest = ingest_new(s->app.loop, s->app.writer, &s->metrics,
                               s->app.feed);
    s->app.imports = imports_new();
    s->app.keyring = keyring_new();
    s->app.pace = pace_new(c->rate_limit * 1000);
    s->app.trials = trials_new();
    s->upkeep = upkeep_start(s->app.loop, s->app.writer, s->app.lookups,
                             s->app.keyring, s->app.feed, s->app.sessions);
    s->app.http = http_new(s->app.loop,
                           &(struct http_limits){
                               .head = (size_t)c->header_limit,
                               .body = (size_t)c->body_limit,
                               .held = (size_t)c->held_limit,
                               .connections = (int)c->connections,
                               .per_address = (int)c->connections_per_address,
                               .idle_ms = (int)c->idle_time * 1000,
                               .request_ms = (int)c->request_time * 1000,
                           },
                           dispatch, &s->app);
    /* Streams stay; devices need connections, too. */
    if (s->settings.watchers > http_connections(s->app.http) / 2)
        s->settings.watchers = http_connections(s->app.http) / 2;
}

static enum result listen_at(struct serve *s, const char *address,
                             struct tls *tls)
{
    char room[LOG_QUOTE_ROOM];
    int port;

    enum result rc = http_listen(s->app.http, str_of(address), tls, &port);
    if (rc == OK) {
        const char *end = strrchr(address, ':');

        log_info("serve.listen", "address=%.*s:%d%s",
                 (int)(end - address), address, port, tls ? " tls=yes" : "");
        return OK;
    }
    fprintf(stderr, "almanac: cannot listen on %s: %s\n",
            log_quote(str_of(address), room),
            rc == ERR_CONFLICT   ? "the port is taken"
            : rc == ERR_DENIED   ? "not allowed"
            : rc == ERR_INVALID  ? "no such address"
                                 : "it failed");
    return rc;
}

static enum result listen_all(struct serve *s)
{
    const struct config *c = &s->config;

    enum result rc = listen_at(s, c->listen, NULL);
    if (rc != OK || !c->tls_listen)
        return rc;
    rc = tls_new(c->tls_certificate, c->tls_key, &s->tls);
    return rc == OK ? listen_at(s, c->tls_listen, s->tls) : rc;
}

static void heed_signals(struct serve *s)
{
    loop_on_signal(s->app.loop, SIGTERM, on_stop, s);
    loop_on_signal(s->app.loop, SIGINT, on_stop, s);
    loop_on_signal(s->app.loop, SIGHUP, on_hangup, s);
    loop_every(s->app.loop, STOP_TICK_MS, on_tick, s);
}

static void stop_parts(struct serve *s)
{
    http_free(s->app.http);
    if (s->tls)
        tls_free(s->tls);
    pool_stop(s->app.pool);
    pool_stop(s->app.lookups);
    pool_stop(s->app.hashers);
    writer_stop(s->app.writer);
    sessions_close(s->app.sessions);
    loop_free(s->app.loop);
    upkeep_free(s->upkeep);
    pace_free(s->app.pace);
    trials_free(s->app.trials);
    keyring_free(s->app.keyring);
    imports_free(s->app.imports);
    ingest_free(s->app.ingest);
    feed_free(s->app.feed);
    secret_close(s->secret);
}

static int usage(FILE *out)
{
    fputs("usage: almanac serve [--listen ADDR:PORT] [--database URL] "
          "[--SETTING VALUE]...\n\n"
          "Answers requests until SIGTERM or SIGINT. SIGHUP reads a renewed "
          "TLS certificate.\n"
          "The settings are those of almanac config.\n",
          out);
    return out == stdout ? CMD_DONE : CMD_USE;
}

int serve_cmd(int argc, char **argv)
{
    static struct serve s; /* large, and one */

    if (config_load(&s.config, &argc, argv) != OK)
        return CMD_USE;
    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return usage(stdout);
    if (argc > 1)
        return usage(stderr);
    enum result rc = open_store(&s);
    if (rc != OK) {
        fprintf(stderr, "almanac: cannot open the database: %s\n",
                result_words(rc));
        return CMD_FAILED;
    }
    start_parts(&s);
    heed_signals(&s); /* before anybody can know that it is here */
    rc = listen_all(&s);
    if (rc == OK)
        loop_run(s.app.loop);
    stop_parts(&s);
    log_info("serve.end", "status=%d", rc == OK ? CMD_DONE : CMD_FAILED);
    return rc == OK ? CMD_DONE : CMD_FAILED;
}
