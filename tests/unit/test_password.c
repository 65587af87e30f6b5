#include "base_test.h"

#include <sodium.h>

#include "core/password.h"
#include "core/password_form.h"

/* Made by Python's hashlib. */
#define SEED_TEST                                                      \
    "pbkdf2:sha256:50000$TCI4GzcX$0de171a4f4dac32e3364c7ddc7c14f3e2fa" \
    "61f2d17574483f7ffbb431b4acb2f"
#define SEED_OTHER                                                     \
    "pbkdf2:sha256:50000$kJPKsz6N$d2d4784f1b030a9761f5ccaeeaca413f27f" \
    "2ecb76d6168407af962ddce849f79"
#define SHA1 \
    "pbkdf2:sha1:1000$abcdEFGH$3dee2378c15dce47354691d602e2e56e34db7bd5"
#define SHA512                                                           \
    "pbkdf2:sha512:1000$abcdEFGH$1452ddd5bb07f511f64fcad32d3de886c428a1" \
    "5fc37a96226bb7602a951e31bdc7e23d92b85090a8d09de2fbc9d8e173f55bebde" \
    "0eb073015aa32f0b71ba9314"
#define NO_COUNT                                                      \
    "pbkdf2:sha256$abcdEFGH$22c2a24065da34f0a15734ed8ef0e732ed1a5c91" \
    "ec2a11116d8f297626d4a717"
#define SCRYPT_SUM                                                       \
    "2be893439e6f439304175b7d09f3f39dc8841c42a6093e9703017f7fee0d8e7d5" \
    "4ed79475e754c7edde543dbf03d430fed25e098e99bad746788cdf51617d20b"
#define SCRYPT "scrypt:32768:8:1$0123456789abcDEF$" SCRYPT_SUM
#define SCRYPT_EMPTY                                                       \
    "scrypt:2:1:1$s$2063580ddd8e48891ca6d2cc2e66987a96d11e870264cb5f12d63" \
    "1549167e13010a87d6d2eb6e824900c2133f061ac2cb21ee293c624edb5c754a20ae" \
    "1be63d8"
#define ARGON_END "$c29tZXNhbHRzb21lc2FsdA$" \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static bool check(const char *password, const char *hash)
{
    return password_check(str_of(password), str_of(hash));
}

static void ours(void **state)
{
    struct arena *a = arena_new();
    struct str hash, again;

    (void)state;
    assert_int_equal(password_hash(a, STR("correct horse"), &hash), OK);
    assert_true(str_starts(hash, STR("$argon2id$v=19$m=65536,t=2,p=1$")));
    assert_true(password_check(STR("correct horse"), hash));
    assert_false(password_check(STR("correct horsf"), hash));
    assert_false(password_check(STR(""), hash));
    assert_false(password_check(NO_STR, hash));
    assert_false(password_outdated(hash));
    assert_int_equal(password_hash(a, STR("correct horse"), &again), OK);
    assert_false(str_eq(hash, again));
    arena_free(a);
}

static void lengths(void **state)
{
    struct arena *a = arena_new();
    char text[PASSWORD_MAX + 1];
    struct str hash, longest = { text, PASSWORD_MAX };

    (void)state;
    memset(text, 'x', sizeof text);
    assert_int_equal(password_hash(a, STR(""), &hash), ERR_INVALID);
    assert_int_equal(password_hash(a, (struct str){ text, sizeof text },
                                   &hash),
                     ERR_TOO_BIG);
    assert_int_equal(password_hash(a, longest, &hash), OK);
    assert_true(password_check(longest, hash));
    longest.n++;
    assert_false(password_check(longest, hash));
    arena_free(a);
}

static void from_elsewhere(void **state)
{
    static const char *const known[][2] = {
        { "test", SEED_TEST },      { "other", SEED_OTHER },
        { "test", SHA1 },           { "test", SHA512 },
        { "test", NO_COUNT },       { "p\xC3\xA4ssword", SCRYPT },
        { "p\xC3\xA4ssword", "scrypt$0123456789abcDEF$" SCRYPT_SUM },
    };

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_true(check(known[i][0], known[i][1]));
        assert_false(check("tesT", known[i][1]));
        assert_false(check("", known[i][1]));
        assert_true(password_outdated(str_of(known[i][1])));
    }
    assert_true(check("", SCRYPT_EMPTY));
    assert_false(check("test", SEED_OTHER));
}

static void unknown(void **state)
{
    static const char *const bad[] = {
        "", "test", "plain$$test", "$", "$$", "$$$", "md5$a$b", "pbkdf2",
        "pbkdf2$s$00", "pbkdf2:$s$00", "scrypt:1:1:1", "scrypt", "$argon2id$",
        "pbkdf2:sha256:1000$salt$",              /* no sum */
        "pbkdf2:sha256:1000$salt$00",            /* too short */
        SEED_TEST "00",                          /* too long */
        "pbkdf2:md5:1000$a$d41d8cd98f00b204e9800998ecf8427e",
        "pbkdf2:sha1:0$abcdEFGH$3dee2378c15dce47354691d602e2e56e34db7bd5",
        "pbkdf2:sha1:-1$abcdEFGH$3dee2378c15dce47354691d602e2e56e34db7bd5",
        "pbkdf2:sha1:$abcdEFGH$3dee2378c15dce47354691d602e2e56e34db7bd5",
        "pbkdf2:sha1:1000:$abcdEFGH$3dee2378c15dce47354691d602e2e56e34db7bd5",
        "pbkdf2:sha1:1000$abcdEFGH$3DEE2378C15DCE47354691D602E2E56E34DB7BD5",
        "pbkdf2:sha1:1000$$3dee2378c15dce47354691d602e2e56e34db7bd5",
        "scrypt:3:1:1$s$" SCRYPT_SUM,            /* no power of two */
        "scrypt:1:1:1$s$" SCRYPT_SUM,
        "scrypt:2:1$s$" SCRYPT_SUM,
        "scrypt:2:1:1:1$s$" SCRYPT_SUM,
    };
    struct password_form f;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (password_form_read(str_of(bad[i]), &f)
            && f.kind != PASSWORD_ARGON2ID)
            fail_msg("expected no form: %s", bad[i]);
        assert_false(check("test", bad[i]));
    }
    assert_false(password_check(STR("test"), NO_STR));
}

/* A hash that somebody put into the database must not take the machine. */
static void what_would_take_too_much(void **state)
{
    static const char *const bad[] = {
        "pbkdf2:sha1:4000001$s$3dee2378c15dce47354691d602e2e56e34db7bd5",
        "pbkdf2:sha1:99999999999999999999$s$"
        "3dee2378c15dce47354691d602e2e56e34db7bd5",
        "scrypt:65536:8:1$s$" SCRYPT_SUM,        /* 64 MiB and some bytes */
        "scrypt:2:524288:1$s$" SCRYPT_SUM,
        "scrypt:2:1:524288$s$" SCRYPT_SUM,
        "scrypt:32768:8:5$s$" SCRYPT_SUM,
        "scrypt:9223372036854775807:9223372036854775807:9223372036854775807"
        "$s$" SCRYPT_SUM,
        "$argon2id$v=19$m=65537,t=2,p=1" ARGON_END,
        "$argon2id$v=19$m=4194304,t=2,p=1" ARGON_END,
        "$argon2id$v=19$m=65536,t=17,p=1" ARGON_END,
        "$argon2id$v=19$m=65536,t=2,p=17" ARGON_END,
        "$argon2i$v=19$m=65536,t=2,p=1" ARGON_END,
        "$argon2id$v=16$m=65536,t=2,p=1" ARGON_END,
    };
    struct password_form f;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (password_form_read(str_of(bad[i]), &f))
            fail_msg("expected it to be refused: %s", bad[i]);
    assert_true(password_form_read(
        STR("$argon2id$v=19$m=65536,t=16,p=1" ARGON_END), &f));
    assert_true(password_form_read(STR("scrypt:32768:8:4$s$" SCRYPT_SUM),
                                   &f));
    assert_true(password_form_read(
        STR("pbkdf2:sha1:4000000$s$3dee2378c15dce47354691d602e2e56e34db7bd5"),
        &f));
}

static void what_is_read(void **state)
{
    struct password_form f;

    (void)state;
    assert_true(password_form_read(STR(SEED_TEST), &f));
    assert_int_equal(f.kind, PASSWORD_PBKDF2);
    assert_int_equal(f.digest, DIGEST_SHA256);
    assert_int_equal(f.rounds, 50000);
    assert_text(f.salt, "TCI4GzcX");
    assert_int_equal(f.sum_n, 32);
    assert_int_equal(f.sum[0], 0x0d);
    assert_true(password_form_read(STR(NO_COUNT), &f));
    assert_int_equal(f.rounds, 1000000);
    assert_true(password_form_read(STR(SCRYPT), &f));
    assert_int_equal(f.kind, PASSWORD_SCRYPT);
    assert_int_equal(f.n, 32768);
    assert_int_equal(f.r, 8);
    assert_int_equal(f.p, 1);
    assert_int_equal(f.sum_n, 64);
}

static void weaker_ones_are_replaced(void **state)
{
    char weak[crypto_pwhash_STRBYTES];

    (void)state;
    assert_int_equal(crypto_pwhash_str(weak, "test", 4, 1, 8192), 0);
    assert_true(check("test", weak));
    assert_true(password_outdated(str_of(weak)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ours),
        cmocka_unit_test(lengths),
        cmocka_unit_test(from_elsewhere),
        cmocka_unit_test(unknown),
        cmocka_unit_test(what_would_take_too_much),
        cmocka_unit_test(what_is_read),
        cmocka_unit_test(weaker_ones_are_replaced),
    };

    return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
