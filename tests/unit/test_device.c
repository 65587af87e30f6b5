#include "store_db.h"

#include "store/account.h"
#include "store/channel.h"
#include "store/device.h"
#include "store/key.h"

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

static int64_t epoch(void)
{
    int64_t n;

    assert_ok(key_epoch(db, &n));
    return n;
}

static void case_does_not_count(void **state)
{
    struct device *list;
    int n;

    (void)state;
    assert_ok(device_put(db, channel, STR("6C:RF:7F"), true, 1));
    assert_ok(device_put(db, channel, STR("6c:rf:7f"), true, 2));
    assert_ok(device_put(db, channel, STR("\xC3\x84Z"), false, 3));
    assert_ok(device_list(db, arena, channel, &list, &n));
    assert_int_equal(n, 2);
    assert_text(list[0].name, "6c:rf:7f");
    assert_int_equal(list[0].first_at, 1);
    assert_text(list[1].name, "\xC3\x84z");
    assert_ok(device_remove(db, channel, STR("6C:rf:7F")));
    assert_int_equal(device_remove(db, channel, STR("6C:rf:7F")),
                     ERR_MISSING);
    assert_int_equal(device_remove(db, channel, STR("")), ERR_MISSING);
}

static void a_seen_one_becomes_accepted(void **state)
{
    struct device *list;
    int n;
    int64_t before = epoch();

    (void)state;
    assert_ok(device_put(db, channel, STR("a"), false, 1));
    assert_int_equal(epoch(), before);
    assert_ok(device_put(db, channel, STR("a"), true, 2));
    assert_int_equal(epoch(), before + 1);
    assert_ok(device_put(db, channel, STR("a"), false, 3));
    assert_ok(device_list(db, arena, channel, &list, &n));
    assert_int_equal(n, 1);
    assert_true(list[0].accepted);
    assert_int_equal(list[0].first_at, 1);
    assert_int_equal(epoch(), before + 1);
}

static void names(void **state)
{
    char name[DEVICE_NAME_MAX + 1];

    (void)state;
    memset(name, 'x', sizeof name);
    assert_ok(device_put(db, channel, (struct str){ name, DEVICE_NAME_MAX },
                         true, 1));
    const struct str bad[] = { STR(""), { name, sizeof name }, STR("\x80"),
                               { "\0", 1 } };
    for (int i = 0; i < 4; i++)
        assert_int_equal(device_put(db, channel, bad[i], true, 1),
                         ERR_INVALID);
    channel.n++;
    assert_int_equal(device_put(db, channel, STR("a"), true, 1), ERR_MISSING);
}

static void there_is_a_limit(void **state)
{
    struct device *list;
    char name[16];
    int n;

    (void)state;
    assert_ok(db_begin(db));
    for (int i = 0; i < DEVICES_MAX + 5; i++) {
        snprintf(name, sizeof name, "d%d", i);
        assert_ok(device_put(db, channel, str_of(name), false, 1));
    }
    assert_int_equal(device_put(db, channel, STR("new"), true, 1),
                     ERR_TOO_BIG);
    assert_ok(device_put(db, channel, STR("D7"), true, 1));
    assert_ok(db_end(db, OK));
    assert_ok(device_list(db, arena, channel, &list, &n));
    assert_int_equal(n, DEVICES_MAX);
    for (int i = 1; i < n; i++)
        assert_true(strcmp(list[i - 1].name.p, list[i].name.p) < 0);
}

#define V(name) cmocka_unit_test_setup_teardown(name, set_up, close_tables)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        V(case_does_not_count),
        V(a_seen_one_becomes_accepted),
        V(names),
        V(there_is_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
