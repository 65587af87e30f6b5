#include "base_test.h"

#include <sodium.h>

#include "core/trials.h"

static struct trials *t;

static int set_up(void **state)
{
    (void)state;
    t = trials_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    trials_free(t);
    return 0;
}

static int64_t take(const char *name, const char *address, int64_t now)
{
    struct trial what = { .name = str_of(name), .address = str_of(address) };

    return trials_take(t, &what, now);
}

static void give(const char *name, const char *address)
{
    struct trial what = { .name = str_of(name), .address = str_of(address) };

    trials_return(t, &what);
}

/* How many tries there are at once. */
static int tries(const char *name, const char *address, int64_t now)
{
    int n = 0;

    while (take(name, address, now) == 0)
        n++;
    return n;
}

static void a_person_may_mistype(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++)
        assert_int_equal(take("ann", "192.0.2.1", 1000 * i), 0);
}

static void guessing_is_slow(void **state)
{
    int n = 0;

    (void)state;
    assert_in_range(tries("ann", "192.0.2.1", 5000), 8, 12);
    for (int64_t now = 5000; now < 5000 + 60 * 60 * 1000; now += 100)
        n += take("ann", "192.0.2.1", now) == 0;
    assert_in_range(n, 60, 360);
    tries("ann", "192.0.2.1", 5000 + 60 * 60 * 1000);
    int64_t wait = take("ann", "192.0.2.1", 5000 + 60 * 60 * 1000);
    assert_in_range(wait, 1, 60 * 1000);
}

/* The wait is what it says: not a millisecond less, not one more. */
static void the_wait_is_exact(void **state)
{
    (void)state;
    tries("ann", "192.0.2.1", 0);
    int64_t wait = take("ann", "192.0.2.1", 0);
    assert_true(take("ann", "192.0.2.1", wait - 1) > 0);
    assert_int_equal(take("ann", "192.0.2.1", wait), 0);
    assert_true(take("ann", "192.0.2.1", wait) > 0);
}

static void all_come_back(void **state)
{
    int64_t hour = 60 * 60 * 1000;

    (void)state;
    int first = tries("ann", "192.0.2.1", 0);
    assert_int_equal(tries("ann", "192.0.2.1", hour), first);
    assert_int_equal(tries("ann", "192.0.2.1", 100 * hour), first);
}

static void success_costs_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(take("ann", "192.0.2.1", 7), 0);
        give("ann", "192.0.2.1");
    }
    assert_true(tries("ann", "192.0.2.1", 7) > 5);
}

static void somebody_else_is_not_held_up(void **state)
{
    (void)state;
    tries("ann", "192.0.2.1", 0);
    assert_int_equal(take("bob", "192.0.2.1", 0), 0);
    assert_int_equal(take("ann", "192.0.2.2", 0), 0);
    assert_int_equal(take("ann ", "192.0.2.1", 0), 0);
    assert_int_equal(take("ANN", "192.0.2.1", 0), 0);
}

static void one_address_and_many_names(void **state)
{
    char name[20];
    int n = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "name%d", i);
        n += take(name, "192.0.2.1", 0) == 0;
    }
    assert_in_range(n, 20, 60);
    assert_true(take("nobody", "192.0.2.1", 0) > 0);
    assert_int_equal(take("nobody", "192.0.2.2", 0), 0);
}

static void one_name_and_many_addresses(void **state)
{
    char address[20];
    int n = 0;

    (void)state;
    for (int i = 0; i < 250; i++) {
        snprintf(address, sizeof address, "192.0.2.%d", i);
        n += take("ann", address, 0) == 0;
    }
    assert_in_range(n, 20, 60);
}

static void networks(void **state)
{
    (void)state;
    tries("ann", "2001:db8:1:2::1", 0);
    assert_true(take("ann", "2001:db8:1:2:ffff::9", 0) > 0);
    assert_int_equal(take("ann", "2001:db8:1:3::1", 0), 0);
    tries("bob", "::ffff:192.0.2.1", 0);
    assert_true(take("bob", "192.0.2.1", 0) > 0);
    assert_int_equal(take("bob", "::ffff:192.0.2.2", 0), 0);
    tries("carl", "", 0);
    assert_int_equal(take("carl", "192.0.2.3", 0), 0);
}

static void newcomers(void **state)
{
    struct trial what = { .address = STR("192.0.2.1"), .registering = true };
    int n = 0;

    (void)state;
    while (trials_take(t, &what, 0) == 0)
        n++;
    assert_in_range(n, 10, 50);
    assert_int_equal(take("ann", "192.0.2.1", 0), 0);
    trials_return(t, &what);
    assert_int_equal(trials_take(t, &what, 0), 0);
    assert_true(trials_take(t, &what, 0) > 0);
}

static int64_t keep(const char *address, int parts, int64_t now)
{
    struct trial what = { .address = str_of(address), .parts = parts };

    return trials_take(t, &what, now);
}

static void strangers_keep_a_little(void **state)
{
    const int64_t day = 24 * 60 * 60 * 1000;
    struct trial large = { .address = STR("192.0.2.1"), .parts = 64 };
    int n = 0;

    (void)state;
    while (keep("192.0.2.1", 64, 0) == 0)
        n++;
    assert_int_equal(n, 4);
    assert_int_equal(keep("192.0.2.2", 1, 0), 0);
    assert_int_equal(take("ann", "192.0.2.1", 0), 0);
    trials_return(t, &large);
    assert_int_equal(keep("192.0.2.1", 65, 0), 5 * 60 * 1000);
    assert_int_equal(keep("192.0.2.1", 64, 0), 0);
    assert_true(keep("192.0.2.1", 1, 0) > 0);
    n = 0;
    while (keep("192.0.2.1", 1, day) == 0)
        n++;
    assert_int_equal(n, 256);
}

/* Whoever tries a great many names does not free a name by that. */
static void a_full_table(void **state)
{
    char name[20], address[20];

    (void)state;
    tries("ann", "192.0.2.1", 0);
    for (int i = 0; i < 100000; i++) {
        snprintf(name, sizeof name, "name%d", i);
        snprintf(address, sizeof address, "10.%d.%d.%d", i >> 16, i >> 8 & 255,
                 i & 255);
        assert_int_equal(take(name, address, 1), 0);
    }
    assert_true(take("ann", "192.0.2.1", 1) > 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_person_may_mistype),       T(guessing_is_slow),
        T(the_wait_is_exact),          T(all_come_back),
        T(success_costs_nothing),      T(somebody_else_is_not_held_up),
        T(one_address_and_many_names), T(one_name_and_many_addresses),
        T(networks),                   T(newcomers),
        T(strangers_keep_a_little),    T(a_full_table),
    };

    return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
