#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <zlib.h>

#include <cmocka.h>

#include "http/gzip.h"

enum { GZIP = 15 + 16, ZLIB = 15, BARE = -15, N = 300 * 1000 };

static char plain[N], packed[2 * N];

static struct str pack(size_t n, int bits)
{
    z_stream z = { .next_in = (Bytef *)plain,
                   .avail_in = (uInt)n,
                   .next_out = (Bytef *)packed,
                   .avail_out = sizeof packed };

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, bits, 8, 0), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return (struct str){ packed, sizeof packed - z.avail_out };
}

static int setup(void **state)
{
    (void)state;
    for (int i = 0; i < N; i++)
        plain[i] = (char)("abcdefgh"[i % 8] + i % 7 * (i % 97 == 0));
    return 0;
}

static void test_forms(void **state)
{
    static const int forms[] = { GZIP, ZLIB, BARE };
    struct buf out;

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(gzip_unpack(pack(N, forms[i]), N, &out), OK);
        assert_int_equal(out.n, N);
        assert_memory_equal(out.p, plain, N);
        buf_free(&out);
    }
}

static void test_cap(void **state)
{
    struct buf out;

    (void)state;
    assert_int_equal(gzip_unpack(pack(N, GZIP), N - 1, &out), ERR_TOO_BIG);
    assert_int_equal(gzip_unpack(pack(N, BARE), 0, &out), ERR_TOO_BIG);
    assert_int_equal(gzip_unpack(pack(0, GZIP), 0, &out), OK);
    assert_int_equal(out.n, 0);
}

static void test_broken(void **state)
{
    struct str whole = pack(5000, GZIP);
    struct buf out;

    (void)state;
    for (size_t n = 1; n < whole.n; n++)
        if (gzip_unpack((struct str){ whole.p, n }, N, &out) != ERR_INVALID)
            fail_msg("cut at %zu of %zu", n, whole.n);
    packed[whole.n - 6] ^= 1; /* the check sum */
    assert_int_equal(gzip_unpack(whole, N, &out), ERR_INVALID);
    assert_int_equal(gzip_unpack(STR("hello"), N, &out), ERR_INVALID);
}

static void test_members(void **state)
{
    struct str one = pack(100, GZIP);
    struct buf out;

    (void)state;
    memcpy(packed + one.n, packed, one.n);
    memcpy(packed + 2 * one.n, "\r\n", 2);
    assert_int_equal(
        gzip_unpack((struct str){ packed, 2 * one.n + 2 }, 200, &out), OK);
    assert_int_equal(out.n, 200);
    buf_free(&out);
    assert_int_equal(
        gzip_unpack((struct str){ packed, 2 * one.n }, 199, &out),
        ERR_TOO_BIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_cap),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_members),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
