#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/pace.h"

static struct channel_id id(int64_t n)
{
    return (struct channel_id){ n };
}

static void without_a_limit_always(void **state)
{
    struct pace *p = pace_new(0);

    (void)state;
    for (int i = 0; i < 10; i++)
        assert_true(pace_take(p, id(1), 5));
    pace_free(p);
}

static void each_channel_by_itself(void **state)
{
    struct pace *p = pace_new(15000);

    (void)state;
    assert_true(pace_take(p, id(1), 0));
    assert_true(pace_take(p, id(2), 1));
    assert_false(pace_take(p, id(1), 14999));
    assert_true(pace_take(p, id(1), 15000));
    assert_false(pace_take(p, id(1), 15001));
    assert_true(pace_take(p, id(2), 15001));
    pace_free(p);
}

static void what_was_not_stored_is_given_back(void **state)
{
    struct pace *p = pace_new(15000);

    (void)state;
    assert_true(pace_take(p, id(1), 100));
    pace_return(p, id(1));
    assert_true(pace_take(p, id(1), 101));
    assert_false(pace_take(p, id(1), 102));
    pace_free(p);
}

static void many_channels(void **state)
{
    struct pace *p = pace_new(1000);

    (void)state;
    for (int64_t i = 1; i <= 50000; i++)
        assert_true(pace_take(p, id(i), 0));
    for (int64_t i = 1; i <= 50000; i++)
        assert_false(pace_take(p, id(i), 999));
    for (int64_t i = 1; i <= 50000; i++)
        assert_true(pace_take(p, id(i), 1000));
    pace_free(p);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_limit_always),
        cmocka_unit_test(each_channel_by_itself),
        cmocka_unit_test(what_was_not_stored_is_given_back),
        cmocka_unit_test(many_channels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
