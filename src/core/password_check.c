/* password_check.c -- the other half of password.h: hashes that came from
 * elsewhere. */
#include "core/password.h"

#include <openssl/evp.h>
#include <sodium.h>

#include "core/password_form.h"

static bool check_argon(struct str password, struct str hash)
{
    char z[crypto_pwhash_STRBYTES] = { 0 };

    if (hash.n >= sizeof z)
        return false;
    memcpy(z, hash.p, hash.n);
    return crypto_pwhash_str_verify(z, password.p, password.n) == 0;
}

static bool check_scrypt(struct str password, const struct password_form *f)
{
    unsigned char sum[PASSWORD_DIGEST_MAX];

    return EVP_PBE_scrypt(password.p, password.n,
                          (const unsigned char *)f->salt.p, f->salt.n, f->n,
                          f->r, f->p, PASSWORD_MEMORY_MAX, sum, f->sum_n)
               == 1
           && sodium_memcmp(sum, f->sum, f->sum_n) == 0;
}

static const EVP_MD *digest_of(const struct password_form *f)
{
    switch (f->digest) {
    case DIGEST_SHA1:
        return EVP_sha1();
    case DIGEST_SHA256:
        return EVP_sha256();
    case DIGEST_SHA512:
        break;
    }
    return EVP_sha512();
}

static bool check_pbkdf2(struct str password, const struct password_form *f)
{
    unsigned char sum[PASSWORD_DIGEST_MAX];

    return PKCS5_PBKDF2_HMAC(password.p, (int)password.n,
                             (const unsigned char *)f->salt.p,
                             (int)f->salt.n, (int)f->rounds, digest_of(f),
                             (int)f->sum_n, sum)
               == 1
           && sodium_memcmp(sum, f->sum, f->sum_n) == 0;
}

bool password_check(struct str password, struct str hash)
{
    struct password_form f;

    if (password.n > PASSWORD_MAX || !password_form_read(hash, &f))
        return false;
    if (!password.p)
        password = STR("");
    switch (f.kind) {
    case PASSWORD_ARGON2ID:
        return check_argon(password, hash);
    case PASSWORD_SCRYPT:
        return check_scrypt(password, &f);
    case PASSWORD_PBKDF2:
        break;
    }
    return check_pbkdf2(password, &f);
}
