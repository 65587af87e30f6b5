/* Which readings of an import are there already, on each database. */
#include "store_db.h"

#include "core/already.h"
#include "core/ingest.h"
#include "store/account.h"
#include "store/channel.h"

enum { AT = 1600000000 };

static struct channel_id channel;

static int set_up(void **state)
{
    struct account_id owner;

    open_tables(state);
    assert_ok(account_add(db, STR("ann"), STR("hash"), false, 1, &owner));
    struct channel c = { .owner = owner };
    assert_ok(channel_add(db, &c));
    channel = c.id;
    return 0;
}

/* A reading of field 1, so many milliseconds after AT. */
static struct reading reading(int64_t ms, const char *text)
{
    struct value *v = arena_get(arena, sizeof *v);

    *v = (struct value){ 1, str_of(text) };
    return (struct reading){ .at = INT64_C(1000) * AT + ms, .values = v,
                             .n_values = 1 };
}

static void store(struct reading r)
{
    struct batch b = { .channel = channel, .list = &r, .n = 1 };

    assert_ok(db_begin(db));
    assert_ok(db_end(db, ingest_store(db, &b)));
}

static bool is_known(struct reading r, int64_t last_entry)
{
    bool known;

    assert_ok(already_stored(db, channel, last_entry, &r, 1, &known));
    return known;
}

static void test_same(void **state)
{
    struct reading with_status = reading(0, "5");

    (void)state;
    store(reading(0, "5"));
    assert_true(is_known(reading(0, "5"), 1));
    assert_false(is_known(reading(0, "5.0"), 1));
    assert_false(is_known(reading(1000, "5"), 1));
    assert_false(is_known(reading(-1000, "5"), 1));
    with_status.status = STR("ok");
    assert_false(is_known(with_status, 1));
    store(with_status);
    assert_true(is_known(with_status, 2));
}

static void test_entries_before(void **state)
{
    (void)state;
    store(reading(0, "5"));
    store(reading(0, "6"));
    assert_true(is_known(reading(0, "5"), 1));
    assert_false(is_known(reading(0, "6"), 1));
    assert_false(is_known(reading(0, "5"), 0));
}

static void test_whole_seconds(void **state)
{
    (void)state;
    store(reading(250, "5"));
    assert_true(is_known(reading(250, "5"), 1));
    assert_true(is_known(reading(0, "5"), 1));
    assert_false(is_known(reading(251, "5"), 1));
    assert_false(is_known(reading(1000, "5"), 1));
}

static void test_device(void **state)
{
    struct reading r = reading(0, "5");

    (void)state;
    r.device = STR("aa:bb");
    store(r);
    assert_true(is_known(reading(0, "5"), 1));
    r.device = STR("AA:BB");
    assert_true(is_known(r, 1));
    r.device = STR("cc:dd");
    assert_false(is_known(r, 1));
}

static void test_many(void **state)
{
    enum { N = 3000 };
    static struct reading list[N];
    static bool known[N];

    (void)state;
    for (int i = 0; i < N; i += 3)
        store(reading(i * 500, "5"));
    for (int i = 0; i < N; i++)
        list[i] = reading(i * 500, "5");
    assert_ok(already_stored(db, channel, N, list, N, known));
    for (int i = 0; i < N; i++) /* the half second after a whole one too */
        assert_int_equal(known[i], i % 3 == 0 || (i % 2 == 0 && i % 3 == 2));
    assert_ok(already_stored(db, channel, N, list, 0, known));
}

#define S(name) \
    cmocka_unit_test_setup_teardown(name, set_up, close_tables)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        S(test_same), S(test_entries_before), S(test_whole_seconds),
        S(test_device), S(test_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
