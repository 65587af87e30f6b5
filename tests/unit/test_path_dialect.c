#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/path_dialect.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct path_parts read_one(const char *text)
{
    struct path_parts p;

    path_parts_read(str_of(text), arena, &p);
    return p;
}

static void the_article(void **state)
{
    struct path_parts p = read_one(
        "API_key=PHDNGI2345/mac=6c:rf:7f:2b:0e:g8/field=1/data=72.3");

    (void)state;
    assert_null(p.why);
    assert_true(str_is(p.key, "PHDNGI2345"));
    assert_true(str_is(p.mac, "6c:rf:7f:2b:0e:g8"));
    assert_int_equal(p.field, 1);
    assert_true(str_is(p.data, "72.3"));
}

static void any_order_escapes_and_a_slash(void **state)
{
    struct path_parts p = read_one(
        "DATA=%2D4/field=9/mac=a%20b/api_key=K/");

    (void)state;
    assert_null(p.why);
    assert_true(str_is(p.data, "-4"));
    assert_int_equal(p.field, 9);
    assert_true(str_is(p.mac, "a b"));
    assert_true(str_is(p.key, "K"));
}

static void values_that_are_none(void **state)
{
    static const char *const bad[] = {
        "data=nan/field=1", "data=inf/field=1",   "data=/field=1",
        "data=x/field=1",   "data=0x10/field=1",  "data=1,5/field=1",
        "field=1",          "data=1/field=0",     "data=1/field=10",
        "data=1/field=1.0", "data=1/field=",      "data=1",
        "data=1e999/field=1", "data=1/field=1/x=2", "data=1/field=1/x",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct path_parts p = read_one(bad[i]);

        assert_non_null(p.why);
        assert_true(strlen(p.why) <= PATH_WHY_MAX);
    }
}

static void keys_and_stations_that_are_none(void **state)
{
    char text[128] = "mac=";

    (void)state;
    assert_null(read_one("").mac.p);
    assert_null(read_one("").key.p);
    assert_null(read_one("API_key=%20/mac=").key.p);
    assert_null(read_one("API_key=%20/mac=").mac.p);
    assert_null(read_one("mac=%ff").mac.p);
    memset(text + 4, 'm', 64);
    assert_int_equal(read_one(text).mac.n, 64);
    text[68] = 'm';
    assert_null(read_one(text).mac.p);
}

#define P(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        P(the_article),
        P(any_order_escapes_and_a_slash),
        P(values_that_are_none),
        P(keys_and_stations_that_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
