/* What is read of a password hash keeps within the limits, whatever it is. */
#include "fuzz.h"

#include "core/password_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str hash = fuzz_text(data, n);
    struct password_form f;

    if (!password_form_read(hash, &f) || f.kind == PASSWORD_ARGON2ID)
        return 0;
    must(f.salt.n > 0 && f.salt.n <= PASSWORD_SALT_MAX);
    must(f.salt.p > hash.p && f.salt.p + f.salt.n < hash.p + hash.n);
    must(f.sum_n >= 20 && f.sum_n <= sizeof f.sum);
    if (f.kind == PASSWORD_PBKDF2) {
        must(f.rounds > 0 && f.rounds <= 4000000);
        return 0;
    }
    must(f.n > 1 && f.r > 0 && f.p > 0);
    must(f.n <= PASSWORD_MEMORY_MAX / 128 / f.r);
    must(f.n * f.r * f.p <= 1024 * 1024);
    return 0;
}
