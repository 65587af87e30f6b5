#include "store_db.h"

#include <sys/stat.h>

#include "core/password.h"
#include "core/secret.h"
#include "store/account.h"

static char path[80];

static struct secret *open_secret(void)
{
    struct secret *s;

    assert_ok(secret_open(path, &s));
    return s;
}

static struct key user_key(void)
{
    struct key k = { .kind = KEY_USER, .created_at = 1 };

    assert_ok(account_add(db, STR("a"), STR("x"), false, 1, &k.account));
    return k;
}

static void is_made_once_and_private(void **state)
{
    struct secret *a = open_secret(), *b = open_secret();
    struct key k = user_key();
    struct str made;
    struct stat st;

    (void)state;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_ok(key_issue(db, a, arena, &k, NO_STR, &made));
    assert_true(str_eq(key_text(b, arena, &k), made));
    secret_close(a);
    secret_close(b);
    unlink(path);
}

static void a_lost_secret_costs_only_the_display(void **state)
{
    struct secret *old = open_secret();
    struct key k = user_key(), found;
    unsigned char hash[KEY_HASH];
    struct str made;

    (void)state;
    assert_ok(key_issue(db, old, arena, &k, STR("PHDNGI2345"), &made));
    secret_close(old);
    unlink(path);
    struct secret *new = open_secret();
    key_hash(STR("PHDNGI2345"), hash);
    assert_ok(key_find(db, arena, (struct str){ (char *)hash, KEY_HASH },
                       &found));
    assert_int_equal(found.kind, KEY_USER);
    assert_text(found.hint, "PHDN");
    assert_null(key_text(new, arena, &found).p);
    secret_close(new);
    unlink(path);
}

static void another_file_is_not_a_secret(void **state)
{
    struct secret *s;
    FILE *f = fopen(path, "w");

    (void)state;
    assert_non_null(f);
    fputs("not thirty-two bytes", f);
    fclose(f);
    assert_int_equal(secret_open(path, &s), ERR_INVALID);
    unlink(path);
    assert_int_equal(secret_open("/nowhere/at/all", &s), ERR_DENIED);
}

static void keys_are_sixteen_letters(void **state)
{
    struct secret *s = open_secret();
    struct key k = user_key();
    struct str made;

    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_ok(key_issue(db, s, arena, &k, NO_STR, &made));
        assert_int_equal(made.n, 16);
        for (size_t c = 0; c < made.n; c++)
            assert_non_null(strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                                   made.p[c]));
    }
    assert_ok(key_issue(db, s, arena, &k, STR("chosen"), &made));
    assert_int_equal(key_issue(db, s, arena, &k, STR("chosen"), &made),
                     ERR_CONFLICT);
    secret_close(s);
    unlink(path);
}

static void which_texts_may_be_keys(void **state)
{
    char text[65];

    (void)state;
    memset(text, 'k', sizeof text);
    assert_true(key_text_valid((struct str){ text, 64 }));
    assert_false(key_text_valid((struct str){ text, 65 }));
    assert_true(key_text_valid(STR("~!#")));
    assert_false(key_text_valid(STR("")));
    assert_false(key_text_valid(STR("a b")));
    assert_false(key_text_valid(STR("a\n")));
    assert_false(key_text_valid(STR("\xc3\xa9")));
}

static void passwords(void **state)
{
    struct str a, b;

    (void)state;
    assert_ok(password_hash(arena, STR("secret"), &a));
    assert_ok(password_hash(arena, STR("secret"), &b));
    assert_false(str_eq(a, b)); /* salted */
    assert_true(str_starts(a, STR("$argon2id$")));
    assert_int_equal(password_hash(arena, STR(""), &a), ERR_INVALID);
    assert_int_equal(password_hash(arena, (struct str){ path, 1025 }, &a),
                     ERR_TOO_BIG);
}

static int run(void)
{
    static const struct CMUnitTest tests[] = {
        T(is_made_once_and_private),
        T(a_lost_secret_costs_only_the_display),
        T(another_file_is_not_a_secret),
        T(keys_are_sixteen_letters),
        T(which_texts_may_be_keys),
        T(passwords),
    };

    snprintf(path, sizeof path, "/tmp/almanac-secret.%d", (int)getpid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
