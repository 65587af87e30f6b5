/* The same server behind TLS, with certificates made here. */
#include "server_rig.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "http/tls.h"

static char folder[] = "/tmp/test_tls.XXXXXX";
static char certificate[64], key[64];

static void write_pem(const char *path, X509 *x, EVP_PKEY *k)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    if (x)
        assert_int_equal(PEM_write_X509(f, x), 1);
    if (k)
        assert_int_equal(PEM_write_PrivateKey(f, k, NULL, NULL, 0, NULL, NULL),
                         1);
    fclose(f);
}

/* Either may be left as it is. */
static void make_pair(const char *name, bool new_certificate, bool new_key)
{
    EVP_PKEY *k = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    X509_NAME *n = X509_get_subject_name(x);

    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), 0);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(x, n);
    X509_set_pubkey(x, k);
    assert_true(X509_sign(x, k, EVP_sha256()) > 0);
    if (new_certificate)
        write_pem(certificate, x, NULL);
    if (new_key)
        write_pem(key, NULL, k);
    X509_free(x);
    EVP_PKEY_free(k);
}

struct client {
    int fd;
    SSL_CTX *context;
    SSL *ssl;
};

static struct client secure(struct rig *r)
{
    struct client c = { dial(r), SSL_CTX_new(TLS_client_method()), NULL };

    c.ssl = SSL_new(c.context);
    SSL_set_fd(c.ssl, c.fd);
    assert_int_equal(SSL_connect(c.ssl), 1);
    return c;
}

static void hang_up(struct client *c)
{
    SSL_free(c->ssl);
    SSL_CTX_free(c->context);
    close(c->fd);
}

static void name_of(struct client *c, char *to, int room)
{
    X509 *x = SSL_get1_peer_certificate(c->ssl);

    X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, to,
                              room);
    X509_free(x);
}

/* To the end, which has to be announced. */
static size_t hear_all(struct client *c, char *to, size_t room)
{
    size_t n = 0;
    int some = 0;

    while (n < room - 1
           && (some = SSL_read(c->ssl, to + n, (int)(room - 1 - n))) > 0)
        n += some;
    to[n] = '\0';
    if (n < room - 1)
        assert_int_equal(SSL_get_error(c->ssl, some), SSL_ERROR_ZERO_RETURN);
    return n;
}

/* Until wanted has come; what follows it may have come, too. */
static size_t hear_until(struct client *c, char *to, size_t room,
                         const char *wanted)
{
    size_t n = 0;

    do {
        int some = SSL_read(c->ssl, to + n, (int)(room - 1 - n));
        assert_true(some > 0);
        n += some;
        to[n] = '\0';
    } while (!strstr(to, wanted));
    return n;
}

static void expect_secure(struct rig *r, const char *request,
                          const char *const *wanted)
{
    struct client c = secure(r);
    char *heard = mem_new(HEARD), *at = heard;

    assert_true(SSL_write(c.ssl, request, (int)strlen(request)) > 0);
    hear_all(&c, heard, HEARD);
    for (; *wanted; wanted++) {
        char *found = strstr(at, *wanted);
        if (!found)
            fail_msg("wanted %s heard %.500s", *wanted, heard);
        at = found + strlen(*wanted);
    }
    free(heard);
    hang_up(&c);
}

#define SECURE(r, request, ...) expect_secure(r, request, WANT(__VA_ARGS__))

static int setup(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_non_null(mkdtemp(folder));
    snprintf(certificate, sizeof certificate, "%s/certificate", folder);
    snprintf(key, sizeof key, "%s/key", folder);
    make_pair("first", true, true);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(certificate);
    unlink(key);
    rmdir(folder);
    return 0;
}

static void test_requests(void **state)
{
    struct tls *t;

    (void)state;
    assert_int_equal(tls_new(certificate, key, &t), OK);
    struct rig *r = begin_with(&usual, t);
    SECURE(r, "GET /a?b=c d HTTP/1.0\n\n", "<GET|/a|b=c d|0:>");
    SECURE(r,
           "POST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"
           "GET /late HTTP/1.1\r\n\r\nGET /c HTTP/1.0\r\n\r\n",
           "<POST|/b||2:hi>", "<GET|/late||0:>", "<GET|/c||0:>");
    SECURE(r, "GET /a HTTP/1.1\r\nA : b\r\n\r\n", "HTTP/1.1 400 ");
    SECURE(r, "POST /a HTTP/1.1\r\nContent-Length: 999999\r\n\r\nxx",
           "HTTP/1.1 413 ");
    SECURE(r, "GET /update\n", "HTTP/1.1 200 OK", "<GET|/update||0:>");
    EXPECT(r, "GET / HTTP/1.1\r\n\r\n", ""); /* no TLS at all */
    end(r);
    tls_free(t);
}

static void test_large(void **state)
{
    enum { SIZE = 5000000 };
    char *heard = mem_new(SIZE + 1000);
    struct tls *t;

    (void)state;
    assert_int_equal(tls_new(certificate, key, &t), OK);
    struct rig *r = begin_with(&usual, t);
    for (int i = 0; i < 4; i++) {
        const char *request = i % 2 ? "GET /file?5000000 HTTP/1.0\r\n\r\n"
                                    : "GET /big?5000000 HTTP/1.0\r\n\r\n";
        struct client c = secure(r);

        SSL_write(c.ssl, request, (int)strlen(request));
        if (i < 2) {
            usleep(30 * 1000);
            size_t n = hear_all(&c, heard, SIZE + 1000);
            char *body = strstr(heard, "\r\n\r\n") + 4;
            assert_int_equal(n - (body - heard), SIZE);
        } /* the others leave in the middle */
        hang_up(&c);
    }
    free(heard);
    end(r);
    tls_free(t);
}

/* What a client that sends before it has been told to go on may bring about. */
static void test_continue(void **state)
{
    char heard[4096];
    struct tls *t;

    (void)state;
    assert_int_equal(tls_new(certificate, key, &t), OK);
    struct rig *r = begin_with(&usual, t);
    for (int i = 0; i < 20; i++) {
        struct client c = secure(r);
        const char *head = "GET /first HTTP/1.1\r\n\r\nPOST /b HTTP/1.1\r\n"
                           "Expect: 100-continue\r\nConnection: close\r\n"
                           "Content-Length: 5\r\n\r\n";
        SSL_write(c.ssl, head, (int)strlen(head));
        size_t n = i % 2 ? hear_until(&c, heard, sizeof heard, "100 ") : 0;
        SSL_write(c.ssl, "hello", 5);
        hear_all(&c, heard + n, sizeof heard - n);
        assert_non_null(strstr(heard, "<GET|/first||0:>"));
        assert_non_null(strstr(heard, "<POST|/b||5:hello>"));
        hang_up(&c);
    }
    end(r);
    tls_free(t);
}

/* It has said that it will send no more, and waits for its answer. */
static void test_half_closed(void **state)
{
    char *heard = mem_new(HEARD);
    struct tls *t;

    (void)state;
    assert_int_equal(tls_new(certificate, key, &t), OK);
    struct rig *r = begin_with(&usual, t);
    for (int i = 0; i < 2; i++) {
        const char *request = i == 0 ? "GET /late HTTP/1.1\r\n\r\n"
                                     : "GET /file?900000 HTTP/1.1\r\n\r\n";
        struct client c = secure(r);

        SSL_write(c.ssl, request, (int)strlen(request));
        usleep(30 * 1000);
        SSL_shutdown(c.ssl);
        size_t n = hear_all(&c, heard, HEARD);
        assert_non_null(strstr(heard, i == 0 ? "<GET|/late||0:>" : "begin"));
        assert_true(i == 0 || n > 900000);
        hang_up(&c);
    }
    free(heard);
    end(r);
    tls_free(t);
}

static void reload(void *arg)
{
    assert_int_equal(tls_reload(arg), OK);
}

static void test_reload(void **state)
{
    char name[32];
    struct tls *t;

    (void)state;
    assert_int_equal(tls_new(certificate, key, &t), OK);
    make_pair("other", true, false); /* does not fit the key */
    assert_int_equal(tls_reload(t), ERR_INVALID);
    struct rig *r = begin_with(&usual, t);
    struct client old = secure(r);
    name_of(&old, name, sizeof name);
    assert_string_equal(name, "first");
    make_pair("second", true, true);
    loop_post(r->loop, reload, t);
    usleep(50 * 1000);
    struct client new = secure(r);
    name_of(&new, name, sizeof name);
    assert_string_equal(name, "second");
    SSL_write(old.ssl, "GET /a HTTP/1.0\n\n", 17);
    char heard[1000];
    hear_all(&old, heard, sizeof heard);
    assert_non_null(strstr(heard, "200 OK"));
    hang_up(&old);
    hang_up(&new);
    end(r);
    tls_free(t);
    assert_int_equal(tls_new("/nonexistent", key, &t), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_continue),
        cmocka_unit_test(test_half_closed),
        cmocka_unit_test(test_reload),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
