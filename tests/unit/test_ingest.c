/* The way in, with a real loop, writer and database. */
#include "store_db.h"

#include "core/ingest.h"
#include "core/metrics.h"
#include "core/writer.h"
#include "run/loop.h"
#include "store/account.h"
#include "store/channel.h"
#include "store/device.h"

static struct loop *loop;
static struct writer *writer;
static struct ingest *ingest;
static struct metrics metrics;
static struct channel_id home, other;
static int n_pending;

static struct channel_id channel(struct account_id owner)
{
    struct channel c = { .owner = owner, .zone = STR("UTC") };

    assert_ok(channel_add(db, &c));
    return c.id;
}

static int begin(void **state)
{
    struct account_id owner;
    struct db *own;

    open_tables(state);
    assert_ok(account_add(db, STR("a"), STR("x"), false, 1, &owner));
    home = channel(owner);
    other = channel(owner);
    metrics = (struct metrics){ 0 };
    n_pending = 0;
    assert_ok(db_open(test_url, DB_WRITE, &own));
    loop = loop_new();
    writer = writer_start(own, &metrics);
    ingest = ingest_new(loop, writer, &metrics, NULL);
    return 0;
}

static int end(void **state)
{
    writer_stop(writer);
    loop_free(loop);
    ingest_free(ingest);
    return close_tables(state);
}

struct sent {
    struct batch batch; /* first */
    enum result rc;
    bool over;
};

static void done(struct batch *b, enum result rc)
{
    struct sent *s = (struct sent *)b;

    s->rc = rc;
    s->over = true;
    if (--n_pending == 0)
        loop_stop(loop);
}

static struct sent *batch(struct channel_id id, int n, int64_t at)
{
    struct sent *s = ARENA_NEW(arena, struct sent);
    struct value *v = ARENA_NEW(arena, struct value);

    *v = (struct value){ 1, STR("21.20") };
    s->batch = (struct batch){
        .channel = id,
        .list = arena_get(arena, (size_t)n * sizeof(struct reading)),
        .n = (size_t)n,
        .done = done,
    };
    for (int i = 0; i < n; i++)
        s->batch.list[i] = (struct reading){ .at = at + i,
                                             .values = v,
                                             .n_values = 1 };
    return s;
}

static void send(struct sent *s)
{
    assert_ok(ingest_submit(ingest, &s->batch));
    n_pending++;
}

static int64_t stored(struct channel_id id)
{
    struct reading_query q = READINGS_OF(id);
    struct reading r;
    int64_t n = 0, highest = 0;

    struct readings *it = readings_open(db, &q);
    while (readings_next(it, &r)) {
        n++;
        assert_text(reading_value(&r, 1), "21.20");
        if (r.entry > highest)
            highest = r.entry;
    }
    assert_ok(readings_end(it));
    assert_true(n == highest); /* the key is unique, so there is no gap */
    return n;
}

static void numbers_follow_arrival(void **state)
{
    struct sent *s[100];

    (void)state;
    for (int i = 0; i < 100; i++)
        send(s[i] = batch(i % 3 ? home : other, 1 + i % 2, 1000 * i));
    loop_run(loop);
    int64_t next[2] = { 1, 1 };
    for (int i = 0; i < 100; i++) {
        int64_t *n = &next[i % 3 != 0];

        assert_ok(s[i]->rc);
        for (size_t k = 0; k < s[i]->batch.n; k++)
            assert_true(s[i]->batch.list[k].entry == (*n)++);
    }
    assert_true(stored(home) == next[1] - 1);
    assert_true(stored(other) == next[0] - 1);
    assert_true(metrics.stored == next[0] + next[1] - 2);
    assert_true(metrics.queued == 0);
    assert_true(metrics.commits < 10); /* they travelled together */
}

static void a_channel_that_is_gone_harms_no_other(void **state)
{
    struct sent *good = batch(home, 2, 0), *gone = batch(other, 2, 0);

    (void)state;
    assert_ok(channel_remove(db, other));
    send(good);
    send(gone);
    loop_run(loop);
    assert_ok(good->rc);
    assert_int_equal(gone->rc, ERR_MISSING);
    assert_true(stored(home) == 2);
    assert_true(stored(other) == 0);
}

/* A field that the table cannot hold is a mistake nobody makes; it stands here
 * for whatever else could fail in the middle of a group. */
static void a_batch_is_stored_whole_or_not_at_all(void **state)
{
    struct sent *bad = batch(home, 3, 0), *good = batch(home, 1, 9);

    (void)state;
    bad->batch.list[2].status = (struct str){ "\xff", 1 };
    if (on_sqlite())
        return; /* keeps any bytes */
    send(bad);
    send(good);
    loop_run(loop);
    assert_int_equal(bad->rc, ERR_GARBLED);
    assert_ok(good->rc);
    assert_true(good->batch.list[0].entry == 1);
    assert_true(stored(home) == 1);
}

static void small_batches_overtake_large_ones(void **state)
{
    struct sent *large[6], *small;

    (void)state;
    for (int i = 0; i < 6; i++)
        send(large[i] = batch(home, 20000, i));
    send(small = batch(home, 1, 7));
    loop_run(loop);
    assert_ok(small->rc);
    assert_true(small->batch.list[0].entry < large[5]->batch.list[0].entry);
    assert_true(stored(home) == 120001);
}

static void too_much_is_refused_at_the_door(void **state)
{
    struct sent *s = batch(home, 100000, 0);
    int taken = 0;

    (void)state;
    struct sent copy[6];
    for (int i = 0; i < 6; i++) {
        copy[i] = *s;
        copy[i].batch.list = batch(home, 100000, 0)->batch.list;
        if (ingest_submit(ingest, &copy[i].batch) == OK) {
            n_pending++;
            taken++;
        }
    }
    assert_int_equal(taken, INGEST_WAITING / 100000);
    loop_run(loop);
    assert_true(stored(home) == INGEST_WAITING);
}

static void a_new_device_is_remembered(void **state)
{
    struct sent *s = batch(home, 1, 5);
    struct device *list;
    int n;

    (void)state;
    s->batch.new_device = STR("6C:RF");
    s->batch.list[0].device = STR("6C:RF");
    send(s);
    loop_run(loop);
    assert_ok(s->rc);
    assert_ok(device_list(db, arena, home, &list, &n));
    assert_int_equal(n, 1);
    assert_text(list[0].name, "6c:rf");
    assert_false(list[0].accepted);
}

#define I(name) cmocka_unit_test_setup_teardown(name, begin, end)

static int run(void)
{
    static const struct CMUnitTest tests[] = {
        I(numbers_follow_arrival),
        I(a_channel_that_is_gone_harms_no_other),
        I(a_batch_is_stored_whole_or_not_at_all),
        I(small_batches_overtake_large_ones),
        I(too_much_is_refused_at_the_door),
        I(a_new_device_is_remembered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
