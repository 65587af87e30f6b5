/* What a client may say, and what it hears. */
#include "server_rig.h"

#include "http/gzip.h"

static void test_lines(void **state)
{
    struct rig *r = begin(&usual);

    (void)state;
    EXPECT(r, "GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n",
           "Content-Length: ", "\r\n\r\n", "<GET|/a|b=1|0:>");
    EXPECT(r, "GET /a HTTP/1.1\n\n", "<GET|/a||0:>");
    EXPECT_OPEN(r, "GET /update?key=K\n", "HTTP/1.1 200 OK", "close",
                "<GET|/update|key=K|0:>");
    EXPECT(r, "GET /a HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK", "Connection: close",
           "<GET|/a||0:>");
    EXPECT(r,
           "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
           "GET /b HTTP/1.0\r\n\r\n",
           "Connection: keep-alive", "<GET|/a||0:>", "close", "<GET|/b||0:>");
    EXPECT(r, "\r\n\n\r\nGET /a HTTP/1.1\r\n\r\n", "<GET|/a||0:>");
    EXPECT(r, "GET http://api.thingspeak.com/u?f=1 HTTP/1.1\r\n\r\n",
           "<GET|/u|f=1|0:>");
    EXPECT(r, "GET /u?f=a b\"<\xc3\xa4>\\^`{|} HTTP/1.1\r\n\r\n",
           "<GET|/u|f=a b\"<\xc3\xa4>\\^`{|}|0:>");
    EXPECT(r, "GET /x%zz[#?a=%1 HTTP/1.1\r\n\r\n", "<GET|/x%zz[#|a=%1|0:>");
    EXPECT(r, "POST api/hook HTTP/1.1\r\n\r\n", "<POST|/api/hook||0:>");
    EXPECT(r, "GET ?&PASSKEY=1 HTTP/1.1\r\n\r\n", "<GET|/|&PASSKEY=1|0:>");
    EXPECT(r, "GET /a HTTP/1.1\r\nHost: x\r\n", "<GET|/a||0:>");
    end(r);
}

static void test_methods(void **state)
{
    struct rig *r = begin(&usual);

    (void)state;
    EXPECT(r, "OPTIONS * HTTP/1.1\r\n\r\n", "200 OK", "<OPTIONS|/||0:>");
    EXPECT(r, "PATCH /p HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi",
           "<PATCH|/p||2:hi>");
    EXPECT(r, "DELETE /p HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi",
           "<DELETE|/p||2:hi>");
    EXPECT(r, "GET /p HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi",
           "<GET|/p||2:hi>");
    EXPECT_OPEN(r, "BREW /p HTTP/1.1\r\n\r\n", "HTTP/1.1 501 ",
                "Access-Control-Allow-Origin: *", "Connection: close",
                "not known");
    EXPECT_OPEN(r, "get /p HTTP/1.1\r\n\r\n", "HTTP/1.1 501 ");
    EXPECT_OPEN(r, "GET /p HTTP/2.0\r\n\r\n", "HTTP/1.1 505 ");
    EXPECT(r, "GET /204 HTTP/1.1\r\n\r\n", "HTTP/1.1 204 No Content\r\n",
           "\r\n\r\n");
    end(r);
}

static void test_head_has_no_body(void **state)
{
    struct rig *r = begin(&usual);
    char *heard = mem_new(HEARD);
    int fd = dial(r);

    (void)state;
    say(fd, "HEAD /a HTTP/1.1\r\n\r\nHEAD /file?70000 HTTP/1.1\r\n"
            "Connection: close\r\n\r\n");
    hear(fd, heard, PATIENCE_MS, NULL);
    assert_non_null(strstr(heard, "Content-Length: 13\r\n"));
    assert_non_null(strstr(heard, "Content-Length: 70000\r\n"));
    assert_null(strstr(heard, "<HEAD"));
    assert_null(strstr(heard, "begin"));
    close(fd);
    free(heard);
    end(r);
}

static void test_bodies(void **state)
{
    struct rig *r = begin(&usual);

    (void)state;
    EXPECT(r, "POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
           "<POST|/b||5:hello>");
    /* an uncounted line end behind the body is not the next request */
    EXPECT(r,
           "POST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi\r\n"
           "POST /c HTTP/1.1\r\nContent-Length: 2\r\n\r\nho\r\n",
           "<POST|/b||2:hi>", "200 OK", "<POST|/c||2:ho>");
    EXPECT(r,
           "POST /b HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"
           "3\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n"
           "GET /n HTTP/1.1\r\n\r\n",
           "<POST|/b||13:abc0123456789>", "<GET|/n||0:>");
    EXPECT(r,
           "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n"
           "POST /late HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"
           "GET /d HTTP/1.1\r\n\r\n",
           "<GET|/a||0:>", "<GET|/b||0:>", "<POST|/late||1:x>", "<GET|/d||0:>");
    EXPECT(r, "GET /late HTTP/1.1\r\n\r\n", "<GET|/late||0:>");
    end(r);
}

static const char *const dangerous[] = {
    "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1",
    "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1",
    "POST / HTTP/1.1\r\nContent-Length: 1\r\ncontent-length: 2",
    "POST / HTTP/1.1\r\nContent-Length: +1",
    "POST / HTTP/1.1\r\nContent-Length: 0x1",
    "POST / HTTP/1.1\r\nContent-Length: 1, 1",
    "POST / HTTP/1.1\r\nContent-Length:",
    "POST / HTTP/1.1\r\nContent-Length: -1",
    "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked",
    "POST / HTTP/1.1\r\nTransfer-Encoding: identity",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
    "Transfer-Encoding: chunked",
    "POST / HTTP/1.1\r\nTransfer-Encoding: \x0b"
    "chunked",
    "GET / HTTP/1.1\r\nHost : x",
    "GET / HTTP/1.1\r\n: x",
    "GET / HTTP/1.1\r\nno colon",
    "GET / HTTP/1.1\r\nA b: x",
    "GET / HTTP/1.1\r\nA: x\r\n folded",
    "GET / HTTP/1.1\r\n A: x",
    "GET / HTTP/1.1\r\nA: x\ry",
    "GET / HTTP/1.1\r\nA\xc3\xa4: x",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n 5\r\nhello",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhello",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\r\nhello",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    "123456789\r\nhello",
};

static void test_refusals(void **state)
{
    enum { N = sizeof dangerous / sizeof *dangerous };
    struct rig *r = begin(&usual);
    char text[1024];

    (void)state;
    for (int i = 0; i < N; i++) {
        /* nothing behind it may be taken for a request */
        int n =
            snprintf(text, sizeof text,
                     "%s\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n", dangerous[i]);
        expect(r, text, n, false,
               WANT("HTTP/1.1 400 Bad Request\r\n",
                    "Access-Control-Allow-Origin: *",
                    "Content-Length: ", "Connection: close", "\r\n\r\n"));
    }
    EXPECT_OPEN(r, "GET / HTTP/1.1\r\nA: \0\r\n\r\n", "400 Bad Request");
    EXPECT_OPEN(r, "GET /\0 HTTP/1.1\r\n\r\n", "400 Bad Request");
    EXPECT_OPEN(r, "\x16\x03\x01\x02", "400 Bad Request");
    EXPECT_OPEN(r, "GET\r\n\r\n", "400 Bad Request");
    struct http_counts counts = end(r);
    assert_int_equal(counts.requests, 0);
    assert_int_equal(counts.refused_framing, N + 4);
}

static void test_expect(void **state)
{
    struct rig *r = begin(&usual);
    char *heard = mem_new(HEARD);

    (void)state;
    for (int i = 0; i < 3; i++) {
        int fd = dial(r);
        if (i == 2)
            say(fd, "GET /first HTTP/1.1\r\n\r\n");
        say(fd, "POST /b HTTP/1.1\r\nContent-Length: 5\r\n"
                "Expect: 100-continue\r\n\r\n");
        hear(fd, heard, 300, NULL);
        assert_non_null(strstr(heard, "HTTP/1.1 100 Continue\r\n\r\n"));
        say(fd, "hello");
        hear(fd, heard, 300, NULL);
        assert_non_null(strstr(heard, "HTTP/1.1 200 OK"));
        assert_non_null(strstr(heard, "<POST|/b||5:hello>"));
        close(fd);
    }
    EXPECT_OPEN(r,
                "POST / HTTP/1.1\r\nExpect: a miracle\r\n"
                "Content-Length: 1\r\n\r\n",
                "HTTP/1.1 417 ");
    /* refused before it is sent */
    EXPECT_OPEN(r,
                "POST / HTTP/1.1\r\nExpect: 100-continue\r\n"
                "Content-Length: 1000000000\r\n\r\n",
                "HTTP/1.1 413 ");
    free(heard);
    end(r);
}

static void test_byte_by_byte(void **state)
{
    const char *text = "\r\nPOST /b?x=y z HTTP/1.1\nHost: x\nTransfer-"
                       "Encoding: chunked\r\n\n5\r\nhello\r\n0\r\n\r\n"
                       "GET /next HTTP/1.1\r\n\r\n";
    struct rig *r = begin(&usual);
    char *heard = mem_new(HEARD);
    int fd = dial(r), on = 1;

    (void)state;
    setsockopt(fd, IPPROTO_TCP, 1 /* TCP_NODELAY */, &on, sizeof on);
    for (const char *p = text; *p; p++) {
        say_n(fd, p, 1);
        usleep(500);
    }
    hear(fd, heard, 500, NULL);
    assert_non_null(strstr(heard, "<POST|/b|x=y z|5:hello>"));
    assert_non_null(strstr(heard, "<GET|/next||0:>"));
    close(fd);
    free(heard);
    end(r);
}

static void test_gzip(void **state)
{
    /* printf hello | gzip -n */
    static const char hello[] =
        "POST /z HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 25"
        "\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\xcd\xc9\xc9\x07\0\x86"
        "\xa6\x10\x36\x05\0\0\0";
    struct rig *r = begin(&usual);

    (void)state;
    expect(r, hello, sizeof hello - 1, true, WANT("<POST|/z||5:hello>"));
    EXPECT(r,
           "POST / HTTP/1.1\r\nContent-Encoding: gzip\r\n"
           "Content-Length: 4\r\n\r\nhuch",
           "HTTP/1.1 400 ");
    EXPECT(r,
           "POST / HTTP/1.1\r\nContent-Encoding: br\r\n"
           "Content-Length: 4\r\n\r\nhuch",
           "HTTP/1.1 415 ");
    end(r);
}

static void expect_of_zeros(struct rig *r, size_t n, const char *wanted)
{
    struct arena *a = arena_new();
    char *plain = memset(arena_get(a, n), '0', n);
    struct str packed = gzip_pack((struct str){ plain, n }, a);
    struct buf b = { 0 };

    buf_printf(&b,
               "POST /z HTTP/1.1\r\nContent-Encoding: gzip\r\n"
               "Content-Length: %zu\r\n\r\n",
               packed.n);
    buf_add(&b, packed);
    expect(r, b.p, b.n, true, WANT(wanted));
    buf_free(&b);
    arena_free(a);
}

static void test_gzip_limits(void **state)
{
    struct http_limits limits = usual;
    struct rig *r;

    (void)state;
    limits.held = 20000;
    r = begin(&limits);
    for (int i = 0; i < 5; i++) /* what was unpacked is given back */
        expect_of_zeros(r, 15000, "|15000:");
    expect_of_zeros(r, 50000, "HTTP/1.1 503 ");
    expect_of_zeros(r, 15000, "|15000:");
    end(r);
    r = begin(&usual);
    expect_of_zeros(r, usual.body, "|100000:");
    expect_of_zeros(r, usual.body + 1, "HTTP/1.1 413 ");
    end(r);
}

static void test_one_segment(void **state)
{
    struct rig *r = begin(&usual);
    char heard[4096];
    int fd = dial(r);
    ssize_t n;

    (void)state;
    for (int i = 0; i < 20; i++) {
        say(fd, "GET /big?1000 HTTP/1.1\r\n\r\n");
        n = recv(fd, heard, sizeof heard - 1, 0);
        assert_true(n > 1000);
        heard[n] = '\0';
        assert_int_equal(strlen(strstr(heard, "\r\n\r\n") + 4), 1000);
        assert_non_null(strstr(heard, "\r\nDate: "));
        assert_null(strstr(heard, "chunked"));
    }
    close(fd);
    end(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_head_has_no_body),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_expect),
        cmocka_unit_test(test_byte_by_byte),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_gzip_limits),
        cmocka_unit_test(test_one_segment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
