/* What has expired is taken away, a little at a time, and nothing else. */
#include "store_db.h"

#include "base/moment.h"
#include "core/feed.h"
#include "core/keyring.h"
#include "core/metrics.h"
#include "core/reader.h"
#include "core/sessions.h"
#include "core/upkeep.h"
#include "core/writer.h"
#include "run/loop.h"
#include "run/pool.h"
#include "store/account.h"
#include "store/document.h"
#include "store/post.h"

enum { SESSIONS = 1101, DOCUMENTS = 30, POSTS = 501, PATIENCE_MS = 60 * 1000 };

#define HOUR (INT64_C(3600) * 1000)

static const struct sql count_sql[] = {
    { "SELECT count(*) FROM session" },
    { "SELECT count(*) FROM document" },
    { "SELECT count(*) FROM post" },
};

static struct account_id anna;

static struct str hash_of(int n)
{
    char *p = arena_get(arena, SESSION_HASH);

    memcpy(p, &n, sizeof n);
    return (struct str){ p, SESSION_HASH };
}

static void add_session(int n, int64_t expires)
{
    struct session s = { .hash = hash_of(n), .agent = STR(""),
                         .address = STR(""), .expires_at = expires };

    assert_ok(session_add(db, &s));
}

static void add_document(int n, int64_t expires)
{
    struct document d = { .owner.session = hash_of(n), .name = STR("a"),
                          .type = STR("text/plain"), .body = STR("b"),
                          .expires_at = expires };
    struct document_limits limits = { 10000, 10000 };
    struct document_id id;

    assert_ok(document_add(db, &d, &limits, 0, &id));
}

static void add_post(int64_t removed)
{
    struct post p = { .author = anna, .title = STR("t"), .body = STR("") };
    struct post_id id;

    assert_ok(post_add(db, &p, &id));
    if (removed)
        assert_ok(post_remove(db, id, removed));
}

/* All of it in one transaction, to be quick. Two of each stay: one that is
 * there, and one whose time is not yet over. */
static void fill(void)
{
    int64_t now = moment_now();

    assert_ok(account_add(db, STR("anna"), STR("x"), false, 1, &anna));
    assert_ok(db_begin(db));
    for (int i = 0; i < SESSIONS; i++)
        add_session(i, now - 1 - i);
    add_session(SESSIONS, now + HOUR);
    add_session(SESSIONS + 1, now + 100 * HOUR);
    for (int i = 0; i < DOCUMENTS; i++)
        add_document(i % 3, now - 1 - i);
    add_document(SESSIONS, now + HOUR);
    add_document(SESSIONS, now + 100 * HOUR);
    for (int i = 0; i < POSTS; i++)
        add_post(now - 24 * HOUR - i);
    add_post(now - 23 * HOUR);
    add_post(0);
    assert_ok(db_end(db, OK));
}

struct patience {
    struct loop *loop;
    int64_t until;
};

static void look(void *arg)
{
    struct patience *w = arg;

    for (int i = 0; i < 3; i++)
        if (number(&count_sql[i]) != 2 && moment_steady() < w->until)
            return;
    loop_stop(w->loop);
}

static void takes_away_what_has_expired(void **state)
{
    const struct session_limits limits = { 1000 * HOUR, 1000 * HOUR };
    struct metrics m = { 0 };
    struct patience watch = { loop_new(), moment_steady() + PATIENCE_MS };
    struct keyring *keyring = keyring_new();
    struct sessions *sessions;
    struct feed *feed;
    struct db *own;

    (void)state;
    fill();
    assert_ok(db_open(test_url, DB_WRITE, &own));
    struct writer *writer = writer_start(own, &m);
    struct pool *pool = pool_start(1, 10, reader_new, reader_free,
                                   (void *)test_url);
    assert_ok(sessions_open(NULL, writer, db, &limits, &sessions));
    feed = feed_new(watch.loop, pool, NULL); /* nobody watches */
    struct upkeep *upkeep = upkeep_start(watch.loop, writer, pool, keyring,
                                         feed, sessions);
    loop_every(watch.loop, 50, look, &watch);
    loop_run(watch.loop);
    for (int i = 0; i < 3; i++)
        assert_int_equal(number(&count_sql[i]), 2);
    assert_in_range(m.commits, 3, 100);
    upkeep_stop(upkeep);
    pool_stop(pool);
    writer_stop(writer);
    loop_free(watch.loop);
    upkeep_free(upkeep);
    feed_free(feed);
    sessions_close(sessions);
    keyring_free(keyring);
}

static int run(void)
{
    static const struct CMUnitTest tests[] = {
        T(takes_away_what_has_expired),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
