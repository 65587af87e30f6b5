/* Who is asked about, and when: the guard's answer may be older than what has
 * changed, and nobody may be there to answer. */
#include "store_db.h"

#include "base/moment.h"
#include "core/feed.h"
#include "core/reader.h"
#include "run/loop.h"
#include "run/pool.h"

enum { LOOKED_MS = 10, QUIET_MS = 200, PATIENCE_MS = 10 * 1000 };

struct rig {
    struct loop *loop;
    struct pool *pool;
    struct feed *feed;
    int64_t stop_at;
    int wanted; /* times that "one" was asked about */
};

struct one {
    struct watcher watcher; /* first */
    struct rig *rig;
    int asked;
    int64_t asked_at;
};

static struct rig rig;

static bool ask(struct watcher *w)
{
    struct one *one = (struct one *)w;

    one->asked++;
    one->asked_at = moment_steady();
    return true;
}

static bool takes(struct watcher *w)
{
    (void)w;
    return true;
}

static void tell(struct watcher *w, const struct news *news)
{
    (void)w;
    (void)news;
}

static struct one *watch(bool open)
{
    struct one *one = ARENA_NEW(arena, struct one);

    *one = (struct one){ .watcher = { .tell = tell,
                                      .ask = ask,
                                      .takes = takes,
                                      .open = open } };
    feed_join(rig.feed, &one->watcher);
    return one;
}

static struct one *looked_at;

static void look(void *arg)
{
    int64_t now = moment_steady();

    (void)arg;
    if (looked_at->asked >= rig.wanted && now >= rig.stop_at)
        loop_stop(rig.loop);
    assert_true(now < rig.stop_at + PATIENCE_MS);
}

/* Until that one has been asked about so often, and QUIET_MS at least. */
static void go_on(struct one *one, int wanted)
{
    looked_at = one;
    rig.wanted = wanted;
    rig.stop_at = moment_steady() + QUIET_MS;
    loop_run(rig.loop);
}

static int begin(void **state)
{
    open_tables(state);
    rig.loop = loop_new();
    rig.pool = pool_start(1, 10, reader_new, reader_free, (void *)test_url);
    rig.feed = feed_new(rig.loop, rig.pool, NULL);
    loop_every(rig.loop, LOOKED_MS, look, NULL);
    return 0;
}

static int end(void **state)
{
    pool_stop(rig.pool);
    loop_free(rig.loop);
    feed_free(rig.feed);
    return close_tables(state);
}

static void a_change_on_the_way_is_asked_about(void **state)
{
    (void)state;
    feed_changed(rig.feed);
    struct one *open = watch(true), *private = watch(false);
    go_on(private, 1);
    assert_int_equal(private->asked, 1);
    assert_int_equal(open->asked, 0);
    feed_trust(rig.feed, &private->watcher);
    go_on(private, 1);
    assert_int_equal(private->asked, 1);
    feed_changed(rig.feed);
    go_on(private, 2);
    assert_int_equal(private->asked, 2);
    assert_int_equal(open->asked, 0);
    feed_leave(rig.feed, &open->watcher);
    feed_leave(rig.feed, &private->watcher);
}

static void who_cannot_be_asked_about_is_later(void **state)
{
    (void)state;
    feed_changed(rig.feed);
    struct one *one = watch(false);
    go_on(one, 1);
    int64_t first = one->asked_at;
    feed_ask_again(rig.feed, &one->watcher);
    go_on(one, 1);
    assert_int_equal(one->asked, 1);
    go_on(one, 2);
    assert_in_range(one->asked_at - first, 1000, PATIENCE_MS);
    feed_leave(rig.feed, &one->watcher);
}

static int run(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_change_on_the_way_is_asked_about,
                                        begin, end),
        cmocka_unit_test_setup_teardown(who_cannot_be_asked_about_is_later,
                                        begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
