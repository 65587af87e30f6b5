#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/keyring.h"
#include "core/secret.h"
#include "store/device.h"

static struct key_fact fact(const char *text, int64_t channel)
{
    struct key_fact f = {
        .found = true,
        .kind = KEY_WRITE,
        .channel = { channel },
        .any_device = true,
    };

    key_hash(str_of(text), f.hash);
    return f;
}

static void put(struct keyring *k, const struct key_fact *f)
{
    keyring_put(k, f, keyring_generation(k));
}

static void finds_what_was_put(void **state)
{
    struct keyring *k = keyring_new();
    struct key_fact a = fact("AAAA", 1), b = fact("BBBB", 2);

    (void)state;
    assert_null(keyring_find(k, STR("AAAA")));
    put(k, &a);
    put(k, &b);
    assert_true(keyring_find(k, STR("AAAA"))->channel.n == 1);
    assert_true(keyring_find(k, STR("BBBB"))->channel.n == 2);
    assert_null(keyring_find(k, STR("aaaa")));
    keyring_empty(k);
    assert_null(keyring_find(k, STR("AAAA")));
    keyring_free(k);
}

static void a_key_that_is_none_is_not_kept(void **state)
{
    struct keyring *k = keyring_new();
    struct key_fact a = fact("AAAA", 1);

    (void)state;
    a.found = false;
    put(k, &a);
    assert_null(keyring_find(k, STR("AAAA")));
    keyring_free(k);
}

static void an_answer_from_before_it_was_emptied_is_not_kept(void **state)
{
    struct keyring *k = keyring_new();
    struct key_fact a = fact("AAAA", 1);

    (void)state;
    uint64_t asked_in = keyring_generation(k);
    keyring_empty(k); /* the key is revoked meanwhile */
    keyring_put(k, &a, asked_in);
    assert_null(keyring_find(k, STR("AAAA")));
    put(k, &a);
    assert_non_null(keyring_find(k, STR("AAAA")));
    keyring_free(k);
}

static void listed_devices_keep_others_out(void **state)
{
    struct str listed[] = { STR("6c:rf:7f:2b:0e:g8") };
    struct key_fact f = fact("K", 1);

    (void)state;
    f.any_device = false;
    f.devices = listed;
    f.n_devices = 1;
    assert_int_equal(keyring_admit(&f, STR("6C:RF:7F:2B:0E:G8")), ADMIT);
    assert_int_equal(keyring_admit(&f, STR("6c:rf:7f:2b:0e:g9")), ADMIT_NO);
}

static void where_any_may_come_new_ones_are_remembered(void **state)
{
    struct keyring *k = keyring_new();
    struct key_fact f = fact("K", 1);

    (void)state;
    put(k, &f);
    assert_int_equal(keyring_admit(keyring_find(k, STR("K")), STR("m1")),
                     ADMIT_NEW);
    keyring_saw(k, STR("K"), STR("m1"));
    keyring_saw(k, STR("K"), STR("M1"));
    assert_int_equal(keyring_find(k, STR("K"))->n_devices, 1);
    assert_int_equal(keyring_admit(keyring_find(k, STR("K")), STR("M1")),
                     ADMIT);
    for (int i = 0; i < 2 * DEVICES_MAX; i++) {
        char name[16];

        snprintf(name, sizeof name, "d%d", i);
        keyring_saw(k, STR("K"), str_of(name));
    }
    assert_int_equal(keyring_find(k, STR("K"))->n_devices, DEVICES_MAX);
    keyring_free(k);
}

static void strangers_cannot_fill_it(void **state)
{
    struct keyring *k = keyring_new();

    (void)state;
    for (int i = 0; i < 100000; i++) {
        char text[16];

        snprintf(text, sizeof text, "KEY%d", i);
        struct key_fact f = fact(text, i);
        put(k, &f);
        assert_non_null(keyring_find(k, str_of(text)));
    }
    keyring_free(k);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put),
        cmocka_unit_test(a_key_that_is_none_is_not_kept),
        cmocka_unit_test(an_answer_from_before_it_was_emptied_is_not_kept),
        cmocka_unit_test(listed_devices_keep_others_out),
        cmocka_unit_test(where_any_may_come_new_ones_are_remembered),
        cmocka_unit_test(strangers_cannot_fill_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
