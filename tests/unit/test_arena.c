#include "base_test.h"

#include <stdalign.h>

#include "base/arena.h"

static void test_get(void **state)
{
    static const size_t sizes[] = { 0, 1, 15, 16, 17, 2048, 2049, 4096, 70000 };
    struct arena *a = arena_new();

    (void)state;
    for (int round = 0; round < 50; round++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            unsigned char *p = arena_get(a, sizes[i]);

            assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
            for (size_t k = 0; k < sizes[i]; k++)
                assert_int_equal(p[k], 0);
            memset(p, 0xA5, sizes[i]);
        }
    arena_free(a);
    arena_free(NULL);
}

/* What was handed out stays as it was, whatever comes after. */
static void test_keeps(void **state)
{
    struct arena *a = arena_new();
    struct str list[2000];

    (void)state;
    for (int i = 0; i < 2000; i++)
        list[i] = arena_printf(a, "%d:%*s", i, i, "x");
    for (int i = 0; i < 2000; i++) {
        int64_t n;
        struct str s = list[i];

        assert_int_equal(s.p[s.n], '\0');
        assert_true(str_ends(s, STR("x")));
        assert_true(str_int(str_cut(&s, ':'), &n) && n == i);
        assert_int_equal(s.n, i > 1 ? i : 1);
    }
    arena_free(a);
}

static void test_copy(void **state)
{
    struct arena *a = arena_new();
    struct str s = arena_copy(a, (struct str){ "a\0b", 3 });

    (void)state;
    assert_int_equal(s.n, 3);
    assert_memory_equal(s.p, "a\0b", 4);
    assert_text(arena_copy(a, NO_STR), NULL);
    assert_text(arena_copy(a, STR("")), "");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_keeps),
        cmocka_unit_test(test_copy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
