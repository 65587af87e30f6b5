#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/chunks.h"
#include "http/intake.h"
#include "http/strict.h"

static enum refusal read_lines(const char *lines, struct framing *f)
{
    struct arena *a = arena_new();
    enum refusal r = strict_lines(str_of(lines), a, f);

    f->headers = NULL;
    arena_free(a);
    return r;
}

static void test_framing(void **state)
{
    struct framing f;

    (void)state;
    assert_int_equal(read_lines("", &f), REFUSE_NOT);
    assert_false(f.has_body);
    assert_int_equal(read_lines("Content-Length: 007\r\nA:b\n", &f),
                     REFUSE_NOT);
    assert_true(f.has_body && f.length == 7 && f.n_headers == 2);
    assert_int_equal(read_lines("transfer-encoding:\tCHUNKED \n", &f),
                     REFUSE_NOT);
    assert_true(f.has_body && f.chunked);
    assert_int_equal(read_lines("Connection: Keep-Alive, x\r\n", &f),
                     REFUSE_NOT);
    assert_true(f.keep && !f.close);
    assert_int_equal(read_lines("Connection: x ,close\r\n", &f), REFUSE_NOT);
    assert_true(f.close);
    assert_int_equal(read_lines("Content-Length: 1\nContent-Length: 1\n", &f),
                     REFUSE_FRAMING);
    assert_int_equal(
        read_lines("Content-Length: 99999999999999999999999\n", &f),
        REFUSE_NOT);
    assert_true(f.length > INT64_MAX / 200);
    assert_int_equal(read_lines("Expect: 200-ok\n", &f), REFUSE_EXPECT);
}

static void test_header_lines(void **state)
{
    static const char *const bad[] = { "a b: c\n", "a : c\n",   ": c\n",
                                       "c\n",      " a: c\n",   "a: c\n d\n",
                                       "\n",       "a: b\rc\n", "a\x7f: b\n" };
    struct framing f;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (read_lines(bad[i], &f) != REFUSE_HEADER)
            fail_msg("accepted: %s", bad[i]);
}

static void test_too_many(void **state)
{
    char lines[(HEADERS_MAX + 1) * 5 + 1];
    struct framing f;

    (void)state;
    for (int i = 0; i <= HEADERS_MAX; i++)
        memcpy(lines + 5 * i, "a: b\n", 6);
    assert_int_equal(read_lines(lines, &f), REFUSE_HEAD);
    assert_int_equal(read_lines(lines + 5, &f), REFUSE_NOT);
}

/* In one piece and byte by byte. */
static void expect_chunks(const char *in, enum chunks_state end,
                          const char *out, size_t left)
{
    size_t n = strlen(in);

    for (size_t step = 1; step <= n; step += n > 1 ? n - 1 : 1) {
        struct chunks c = { 0 };
        char made[256];
        size_t used = 0, total = 0, some;
        while (used < n && c.state < CHUNKS_END) {
            size_t take = step < n - used ? step : n - used;
            used += chunks_take(&c, in + used, take, made + total, &some);
            total += some;
        }
        assert_int_equal(c.state, end);
        if (end == CHUNKS_END) {
            assert_int_equal(n - used, left);
            assert_int_equal(total, strlen(out));
            assert_memory_equal(made, out, total);
        }
    }
}

static void test_chunks(void **state)
{
    (void)state;
    expect_chunks("0\r\n\r\n", CHUNKS_END, "", 0);
    expect_chunks("3\r\nabc\r\n00\r\n\r\nGET", CHUNKS_END, "abc", 3);
    expect_chunks("a\r\n0123456789\r\n1\r\nx\r\n0\r\nT: v\r\nU: w\r\n\r\n",
                  CHUNKS_END, "0123456789x", 0);
    expect_chunks("5\r\nabc", CHUNK_DATA, "", 0);
    expect_chunks("0x5\r\n", CHUNKS_BROKEN, "", 0);
    expect_chunks("+5\r\n", CHUNKS_BROKEN, "", 0);
    expect_chunks(" 5\r\n", CHUNKS_BROKEN, "", 0);
    expect_chunks("5;a=b\r\n", CHUNKS_BROKEN, "", 0);
    expect_chunks("5\n", CHUNKS_BROKEN, "", 0);
    expect_chunks("\r\n", CHUNKS_BROKEN, "", 0);
    expect_chunks("123456789\r\n", CHUNKS_BROKEN, "", 0);
    expect_chunks("1\r\nab\r\n", CHUNKS_BROKEN, "", 0);
}

/* How the bytes are cut makes no difference: whole, and each pair of parts. */
static void test_any_cut(void **state)
{
    static const char text[] =
        "\r\nPOST /a?b=c d HTTP/1.1\nA: b\r\nTransfer-Encoding: chunked\n\r\n"
        "4\r\nbody\r\n0\r\n\r\nGET /2 HTTP/1.1\n\nGET /3\n";
    const struct intake_limits limits = { 1000, 1000 };

    (void)state;
    for (size_t cut = 0; cut < sizeof text - 1; cut++) {
        struct intake t = { 0 };
        char seen[200] = "";

        for (int part = 0; part < 2; part++) {
            size_t from = part ? cut : 0;
            size_t n = (part ? sizeof text - 1 : cut) - from;
            if (n)
                memcpy(intake_room(&t, n), text + from, n);
            while (intake_run(&t, n, &limits) == INTAKE_READY) {
                struct incoming *in = intake_take(&t);
                snprintf(seen + strlen(seen), sizeof seen - strlen(seen),
                         "%s %.*s %.*s %.*s;", method_name(in->req.method),
                         STR_FMT(in->req.path), STR_FMT(in->req.query),
                         STR_FMT(in->req.body));
                free(in->bytes);
                arena_free(in->req.arena);
                n = 0;
            }
        }
        assert_string_equal(seen, "POST /a b=c d body;GET /2  ;GET /3  ;");
        assert_int_equal(t.state, INTAKE_HEAD);
        assert_null(t.p);
        intake_clear(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_framing),  cmocka_unit_test(test_header_lines),
        cmocka_unit_test(test_too_many), cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_any_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
