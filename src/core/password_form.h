/* password_form.h -- what a stored password hash says of itself, read with
 * limits before anything is computed. Pure.
 *
 *     $argon2id$v=19$m=65536,t=2,p=1$SALT$HASH      ours, by libsodium
 *     pbkdf2:sha256:50000$SALT$HEX                  sha1, sha256, sha512;
 *     pbkdf2:sha256$SALT$HEX                        without a count 1,000,000
 *     scrypt:32768:8:1$SALT$HEX                     N, r, p; HEX is 64 bytes
 *
 * Source of the last three: Werkzeug, werkzeug/security.py. Their salt is the
 * text itself, never decoded. No hash that passes here takes more than
 * PASSWORD_MEMORY_MAX to check, or more than some seconds on a small board.
 */
#ifndef CORE_PASSWORD_FORM_H
#define CORE_PASSWORD_FORM_H

#include "base/str.h"

enum {
    PASSWORD_MEMORY_MAX = 64 * 1024 * 1024, /* bytes */
    PASSWORD_DIGEST_MAX = 64,               /* bytes */
    PASSWORD_SALT_MAX = 128                 /* bytes */
};

struct password_form {
    enum { PASSWORD_ARGON2ID, PASSWORD_PBKDF2, PASSWORD_SCRYPT } kind;
    enum { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA512 } digest; /* of pbkdf2 */
    uint64_t rounds;  /* of pbkdf2 */
    uint64_t n, r, p; /* of scrypt */
    struct str salt;  /* a view of the hash; not of argon2id */
    unsigned char sum[PASSWORD_DIGEST_MAX]; /* what must come out; likewise */
    size_t sum_n;
};

/* False: no kind of hash that is known here, or one beyond the limits. */
bool password_form_read(struct str hash, struct password_form *out);

#endif
