#include "core/password.h"

#include <sodium.h>

enum result password_hash(struct arena *a, struct str password,
                          struct str *out)
{
    char hash[crypto_pwhash_STRBYTES];

    if (password.n == 0)
        return ERR_INVALID;
    if (password.n > PASSWORD_MAX)
        return ERR_TOO_BIG;
    if (sodium_init() < 0
        || crypto_pwhash_str_alg(hash, password.p, password.n,
                                 crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                 crypto_pwhash_MEMLIMIT_INTERACTIVE,
                                 crypto_pwhash_ALG_ARGON2ID13)
               != 0)
        return ERR_BUSY;
    *out = arena_copy(a, str_of(hash));
    return OK;
}

void password_pretend(struct str password)
{
    unsigned char out[crypto_pwhash_STRBYTES / 4];
    static const unsigned char salt[crypto_pwhash_SALTBYTES];

    if (crypto_pwhash(out, sizeof out, password.n ? password.p : "",
                      password.n, salt, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                      crypto_pwhash_MEMLIMIT_INTERACTIVE,
                      crypto_pwhash_ALG_ARGON2ID13)
        == 0)
        sodium_memzero(out, sizeof out);
}

bool password_outdated(struct str hash)
{
    char z[crypto_pwhash_STRBYTES] = { 0 };

    if (hash.n >= sizeof z || !str_starts(hash, STR("$argon2id$")))
        return true;
    memcpy(z, hash.p, hash.n);
    return crypto_pwhash_str_needs_rehash(z,
                                          crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                          crypto_pwhash_MEMLIMIT_INTERACTIVE)
           != 0;
}
