#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"

struct tls {
    char *certificate, *key;
    SSL_CTX *context;
};

static enum result failed(const char *file, SSL_CTX *context)
{
    char reason[256], room[LOG_QUOTE_ROOM], why[LOG_QUOTE_ROOM];

    ERR_error_string_n(ERR_peek_last_error(), reason, sizeof reason);
    ERR_clear_error();
    log_fail("tls.load", "file=%s reason=%s", log_quote(str_of(file), room),
             log_quote(str_of(reason), why));
    SSL_CTX_free(context);
    return ERR_INVALID;
}

static enum result load(const char *certificate, const char *key, SSL_CTX **out)
{
    SSL_CTX *c = SSL_CTX_new(TLS_server_method());

    if (!c || !SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION))
        return failed(certificate, c);
    SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION
                               | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS
                            | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                            | SSL_MODE_ENABLE_PARTIAL_WRITE);
    SSL_CTX_set_session_id_context(c, (const unsigned char *)"almanac", 7);
    if (SSL_CTX_use_certificate_chain_file(c, certificate) != 1)
        return failed(certificate, c);
    if (SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1
        || SSL_CTX_check_private_key(c) != 1)
        return failed(key, c);
    *out = c;
    return OK;
}

enum result tls_new(const char *certificate, const char *key, struct tls **out)
{
    SSL_CTX *context;
    enum result rc = load(certificate, key, &context);

    if (rc != OK)
        return rc;
    *out = NEW(struct tls);
    (*out)->certificate = mem_copy(certificate, strlen(certificate));
    (*out)->key = mem_copy(key, strlen(key));
    (*out)->context = context;
    return OK;
}

enum result tls_reload(struct tls *t)
{
    SSL_CTX *context;
    enum result rc = load(t->certificate, t->key, &context);

    if (rc != OK)
        return rc;
    SSL_CTX_free(t->context); /* sessions that use it hold it */
    t->context = context;
    return OK;
}

struct ssl_st *tls_session(struct tls *t)
{
    return SSL_new(t->context);
}

void tls_free(struct tls *t)
{
    SSL_CTX_free(t->context);
    free(t->certificate);
    free(t->key);
    free(t);
}
