/* monitor_api.c -- for those who watch over the server. Source of the form:
 * Prometheus text exposition, version 0.0.4. */
#include "core/feed.h"
#include "core/metrics.h"
#include "http/server.h"
#include "store/key.h"
#include "web/routes.h"

/* Healthy is who can read its database; the writer shows in the metrics. */
static enum result look(struct call *c)
{
    int64_t epoch;
    enum result rc = key_epoch(c->db, &epoch);

    if (rc != OK) {
        c->why = "The database cannot be reached.";
        return ERR_BUSY;
    }
    c->suffix = JSON;
    buf_add(&c->res->body, STR("{\"status\":\"ok\"}"));
    return OK;
}

/* Where readings are looked up: it is well as long as they are. */
enum result health_api(struct call *c)
{
    return call_in_lookup(c, look);
}

static void put(struct buf *b, const char *name, const char *type,
                const char *help, int64_t value)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name,
               type, name, (long long)value);
}

static void put_refused(struct buf *b, const struct metrics *m)
{
    buf_add(b, STR("# HELP almanac_readings_refused_total Readings that were "
                   "not taken, by reason.\n"
                   "# TYPE almanac_readings_refused_total counter\n"));
    for (int i = 0; i < REFUSAL_COUNT; i++)
        buf_printf(b, "almanac_readings_refused_total{reason=\"%s\"} %lld\n",
                   refusal_label((enum refusal)i), (long long)m->refused[i]);
}

static void put_http(struct buf *b, const struct http_counts *n)
{
    put(b, "almanac_connections", "gauge", "Open connections.",
        n->connections);
    put(b, "almanac_requests_in_flight", "gauge",
        "Requests that have no answer yet.", n->in_flight);
    put(b, "almanac_connections_total", "counter", "Connections accepted.",
        n->accepted);
    put(b, "almanac_requests_total", "counter", "Requests taken.",
        n->requests);
    buf_printf(b,
               "# HELP almanac_requests_refused_total Requests that HTTP "
               "itself refused, by reason.\n"
               "# TYPE almanac_requests_refused_total counter\n"
               "almanac_requests_refused_total{reason=\"framing\"} %lld\n"
               "almanac_requests_refused_total{reason=\"size\"} %lld\n"
               "almanac_requests_refused_total{reason=\"slow\"} %lld\n"
               "almanac_requests_refused_total{reason=\"full\"} %lld\n",
               (long long)n->refused_framing, (long long)n->refused_size,
               (long long)n->refused_slow, (long long)n->refused_full);
}

enum result metrics_api(struct call *c)
{
    const struct metrics *m = c->app->metrics;
    struct buf *b = &c->res->body;

    put(b, "almanac_readings_stored_total", "counter",
        "Readings on disk and acknowledged.", m->stored);
    put_refused(b, m);
    put(b, "almanac_commits_total", "counter", "Transactions committed.",
        m->commits);
    put(b, "almanac_commits_failed_total", "counter",
        "Transactions that failed.", m->commits_failed);
    buf_printf(b,
               "# HELP almanac_commit_seconds_total Time spent in "
               "transactions.\n"
               "# TYPE almanac_commit_seconds_total counter\n"
               "almanac_commit_seconds_total %.6f\n",
               (double)m->commit_us / 1e6);
    put(b, "almanac_group_size", "gauge",
        "Readings of the last transaction.", m->last_group);
    put(b, "almanac_queue", "gauge", "Readings that wait for the disk.",
        m->queued);
    put(b, "almanac_watchers", "gauge", "Streams of events that are open.",
        feed_count(c->app->feed));
    put_http(b, http_count(c->app->http));
    response_header(c->res, "Content-Type",
                    STR("text/plain; version=0.0.4; charset=utf-8"));
    return OK;
}
