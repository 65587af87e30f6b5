/* What one round of the feed writes: the newest that may be told, and never
 * much more than that, however large the readings are. */
#include "store_db.h"

#include "core/reader.h"
#include "core/round.h"
#include "run/loop.h"
#include "store/account.h"

enum { READINGS = 130 };

static struct channel_id channel;
static size_t size[READINGS + 1]; /* of each, as it is written */
static struct round rounds;

static void write_letters(struct buf *out, struct arena *a,
                          const struct channel *ch, const struct reading *r)
{
    size_t n = size[r->entry];

    (void)a;
    (void)ch;
    memset(buf_more(out, n), 'a' + (int)(r->entry % 26), n);
}

static int open_channel(void **state)
{
    struct account_id owner;
    struct value value = { 1, STR("1") };
    int64_t first, summed;

    open_tables(state);
    assert_ok(account_add(db, STR("ann"), STR("x"), false, 1, &owner));
    struct channel ch = { .owner = owner, .name = STR("c") };
    assert_ok(channel_add(db, &ch));
    channel = ch.id;
    assert_ok(db_begin(db));
    assert_ok(channel_claim(db, channel, READINGS, &first, &summed));
    for (int i = 1; i <= READINGS; i++) {
        struct reading r = { .channel = channel, .entry = i, .at = -i,
                             .values = &value, .n_values = 1 };

        assert_ok(readings_add(db, &r, 1));
    }
    return db_end(db, OK) == OK ? 0 : -1;
}

static int end_round(void **state)
{
    buf_free(&rounds.text);
    return close_tables(state);
}

static void done(void *arg)
{
    (void)arg;
}

static void run_after(int64_t after)
{
    struct loop *loop = loop_new();
    char url[256];

    snprintf(url, sizeof url, "%s", test_url);
    void *reader = reader_new(url);
    buf_free(&rounds.text);
    rounds = (struct round){ .done = { loop, done, NULL },
                             .write = write_letters, .channel = channel,
                             .after = after };
    round_run(reader, &rounds);
    reader_free(reader);
    loop_free(loop);
    assert_ok(rounds.rc);
    assert_int_equal(rounds.newest, READINGS);
}

/* These are told, each as it was written. */
static void expect(int64_t first)
{
    assert_int_equal(rounds.first, first);
    assert_int_equal(rounds.n, READINGS - first + 1);
    for (int i = 0; i < rounds.n; i++) {
        struct piece p = rounds.piece[i];

        assert_int_equal(p.entry, first + i);
        assert_int_equal(p.text.n, size[p.entry]);
        for (size_t k = 0; k < p.text.n; k++)
            assert_int_equal(p.text.p[k], 'a' + (int)(p.entry % 26));
    }
}

static void all_of(size_t n)
{
    for (int i = 0; i <= READINGS; i++)
        size[i] = n;
}

static void as_many_as_may_be_told(void **state)
{
    (void)state;
    all_of(100);
    run_after(0);
    expect(READINGS - FEED_MOST + 1);
    run_after(READINGS - 3);
    expect(READINGS - 2);
    run_after(READINGS);
    expect(READINGS + 1);
    all_of(1);
    run_after(0);
    expect(READINGS - FEED_MOST + 1);
}

static void the_newest_of_large_ones(void **state)
{
    (void)state;
    all_of(FEED_BYTES / 12);
    run_after(0);
    expect(READINGS - 11);
    size[READINGS - 11]++;
    run_after(0);
    expect(READINGS - 10);
    for (int i = 1; i <= READINGS; i++)
        size[i] = 700 + (size_t)i * 37 % 991;
    run_after(0);
    size_t bytes = 0;
    int first = READINGS + 1;
    while (bytes + size[first - 1] <= FEED_BYTES)
        bytes += size[--first];
    expect(first);
}

static void nothing_beyond_one_that_is_too_large(void **state)
{
    (void)state;
    all_of(100);
    size[READINGS - 5] = 3 * FEED_BYTES;
    run_after(0);
    expect(READINGS - 4);
    size[READINGS] = FEED_BYTES + 1;
    run_after(0);
    expect(READINGS + 1);
}

static void in_little_room(void **state)
{
    (void)state;
    all_of(64 * 300);
    run_after(0);
    expect(READINGS - 1);
    assert_true(rounds.text.room <= 4 * FEED_BYTES);
}

#define IN_CHANNEL(name) \
    cmocka_unit_test_setup_teardown(name, open_channel, end_round)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        IN_CHANNEL(as_many_as_may_be_told),
        IN_CHANNEL(the_newest_of_large_ones),
        IN_CHANNEL(nothing_beyond_one_that_is_too_large),
        IN_CHANNEL(in_little_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
