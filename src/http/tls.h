/* tls.h -- a certificate and its key, for the listeners that use them.
 *
 * Loop thread. Connections that are open keep the certificate they have. */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include "base/result.h"

struct tls;

/* PEM files; the chain in certificate. TLS 1.2 and later. ERR_INVALID: they
 * cannot be read or do not fit each other; the reason is in the log. */
MUST_USE enum result tls_new(const char *certificate, const char *key,
                             struct tls **out);
/* Reads the files again; when they are not good the old ones stay. */
MUST_USE enum result tls_reload(struct tls *t);
void tls_free(struct tls *t);

/* For the listener: an OpenSSL session for one connection, or NULL. */
struct ssl_st *tls_session(struct tls *t);

#endif
