#include "base_test.h"

#include "base/buf.h"

static void test_add(void **state)
{
    struct buf b = { 0 };

    (void)state;
    assert_text(buf_str(&b), "");
    buf_add(&b, NO_STR);
    buf_add(&b, STR("a"));
    buf_char(&b, 'b');
    buf_printf(&b, "%d%s", 1, "c");
    assert_text(buf_str(&b), "ab1c");
    buf_free(&b);
    assert_text(buf_str(&b), "");
    assert_int_equal(b.room, 0);
}

static void test_int(void **state)
{
    struct buf b = { 0 };

    (void)state;
    buf_int(&b, 0);
    buf_char(&b, ' ');
    buf_int(&b, -10);
    buf_char(&b, ' ');
    buf_int(&b, INT64_MAX);
    buf_char(&b, ' ');
    buf_int(&b, INT64_MIN);
    assert_text(buf_str(&b),
                "0 -10 9223372036854775807 -9223372036854775808");
    buf_free(&b);
}

static void test_grows(void **state)
{
    struct buf b = { 0 };
    char line[32];

    (void)state;
    for (int i = 0; i < 20000; i++)
        buf_printf(&b, "%08d", i);
    assert_int_equal(b.n, 160000);
    snprintf(line, sizeof line, "%08d", 12345);
    assert_memory_equal(b.p + 12345 * 8, line, 8);
    buf_free(&b);
}

struct sink {
    size_t bytes, calls;
    enum result rc;
};

static enum result take(void *arg, struct str bytes)
{
    struct sink *s = arg;

    s->bytes += bytes.n;
    s->calls++;
    return s->rc;
}

static void test_sink(void **state)
{
    struct sink s = { .rc = OK };
    struct buf b = { .sink = take, .arg = &s };

    (void)state;
    for (int i = 0; i < 200000; i++)
        buf_char(&b, 'x');
    assert_int_equal(s.calls, 3);
    assert_true(b.room <= 4 * BUF_SINK_AT);
    assert_int_equal(buf_flush(&b), OK);
    assert_int_equal(s.bytes, 200000);
    assert_int_equal(buf_flush(&b), OK);
    assert_int_equal(s.calls, 4);
    buf_free(&b);
}

static void test_sink_fails(void **state)
{
    struct sink s = { .rc = ERR_FAILED };
    struct buf b = { .sink = take, .arg = &s };

    (void)state;
    for (int i = 0; i < 200000; i++)
        buf_char(&b, 'x');
    buf_printf(&b, "%d", 1);
    assert_int_equal(s.calls, 1);
    assert_int_equal(b.rc, ERR_FAILED);
    assert_int_equal(buf_flush(&b), ERR_FAILED);
    assert_int_equal(s.calls, 1);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add),   cmocka_unit_test(test_int),
        cmocka_unit_test(test_grows), cmocka_unit_test(test_sink),
        cmocka_unit_test(test_sink_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
