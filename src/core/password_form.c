#include "core/password_form.h"

enum {
    DEFAULT_ROUNDS = 1000000,
    ROUNDS_MAX = 4000000,
    SCRYPT_UNIT = 128,            /* bytes for each of N times r */
    SCRYPT_WORK_MAX = 1024 * 1024 /* N times r times p */
};
enum { ARGON_PASSES_MAX = 16, ARGON_LANES_MAX = 16, ARGON_TEXT_MAX = 100 };

/* A decimal number from 1 to max and nothing else. */
static bool number(struct str s, int64_t max, uint64_t *out)
{
    int64_t n;

    if (s.n == 0 || s.p[0] < '1' || s.p[0] > '9' || !str_int(s, &n) || n > max)
        return false;
    *out = (uint64_t)n;
    return true;
}

static bool setting(struct str s, const char *name, int64_t max,
                    uint64_t *out)
{
    return str_starts(s, str_of(name))
           && number(str_from(s, strlen(name)), max, out);
}

/* libsodium reads the rest, and refuses what is wrong with it. */
static bool read_argon(struct str rest, struct password_form *out)
{
    uint64_t memory, passes, lanes;
    struct str costs;

    if (rest.n > ARGON_TEXT_MAX || !str_is(str_cut(&rest, '$'), "v=19"))
        return false;
    costs = str_cut(&rest, '$');
    out->kind = PASSWORD_ARGON2ID;
    return setting(str_cut(&costs, ','), "m=", PASSWORD_MEMORY_MAX / 1024,
                   &memory)
           && setting(str_cut(&costs, ','), "t=", ARGON_PASSES_MAX, &passes)
           && setting(costs, "p=", ARGON_LANES_MAX, &lanes);
}

static int nibble(char ch)
{
    if (ch >= '0' && ch <= '9')
        return ch - '0';
    return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

static bool read_sum(struct str hex, size_t n, struct password_form *out)
{
    if (hex.n != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int high = nibble(hex.p[2 * i]), low = nibble(hex.p[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out->sum[i] = (unsigned char)(high << 4 | low);
    }
    out->sum_n = n;
    return true;
}

/* method is what follows "pbkdf2:". */
static bool read_pbkdf2(struct str method, struct str hex,
                        struct password_form *out)
{
    static const struct {
        const char *name;
        size_t n;
    } digests[] = {
        [DIGEST_SHA1] = { "sha1", 20 },
        [DIGEST_SHA256] = { "sha256", 32 },
        [DIGEST_SHA512] = { "sha512", 64 },
    };
    struct str name = str_cut(&method, ':');

    out->kind = PASSWORD_PBKDF2;
    out->rounds = DEFAULT_ROUNDS;
    if (method.p && !number(method, ROUNDS_MAX, &out->rounds))
        return false;
    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++)
        if (str_is(name, digests[i].name)) {
            out->digest = i;
            return read_sum(hex, digests[i].n, out);
        }
    return false;
}

/* costs is what follows "scrypt:"; without any they are 32768:8:1. */
static bool read_scrypt(struct str costs, struct str hex,
                        struct password_form *out)
{
    int64_t most = PASSWORD_MEMORY_MAX / SCRYPT_UNIT;

    out->kind = PASSWORD_SCRYPT;
    out->n = 32768;
    out->r = 8;
    out->p = 1;
    if (costs.p
        && (!number(str_cut(&costs, ':'), most, &out->n)
            || !number(str_cut(&costs, ':'), most, &out->r)
            || !number(costs, most, &out->p)))
        return false;
    if (out->n < 2 || (out->n & (out->n - 1)) != 0)
        return false;
    /* Each is at most 2^19, so the product is below 2^57. p blocks are held
     * beside the N of the first. */
    return (out->n + out->p + 2) * out->r <= (uint64_t)most
           && out->n * out->r * out->p <= SCRYPT_WORK_MAX
           && read_sum(hex, PASSWORD_DIGEST_MAX, out);
}

bool password_form_read(struct str hash, struct password_form *out)
{
    struct str argon = STR("$argon2id$");

    *out = (struct password_form){ 0 };
    if (str_starts(hash, argon))
        return read_argon(str_from(hash, argon.n), out);
    struct str method = str_cut(&hash, '$');
    out->salt = str_cut(&hash, '$');
    if (out->salt.n == 0 || out->salt.n > PASSWORD_SALT_MAX || !hash.p)
        return false;
    struct str kind = str_cut(&method, ':');
    if (str_is(kind, "pbkdf2") && method.p)
        return read_pbkdf2(method, hash, out);
    return str_is(kind, "scrypt") && read_scrypt(method, hash, out);
}
