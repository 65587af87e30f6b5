/* A channel with its keys, and what an import has to tell apart. */
#include "store_db.h"

#include "core/channel_change.h"
#include "core/import.h"
#include "core/ingest.h"
#include "core/secret.h"
#include "store/account.h"

static struct account_id owner;
static struct secret *secret;

static int set_up(void **state)
{
    char path[64];

    open_tables(state);
    assert_ok(account_add(db, STR("ann"), STR("hash"), false, 1, &owner));
    snprintf(path, sizeof path, "/tmp/almanac-test-secret.%d", getpid());
    assert_ok(secret_open(path, &secret));
    unlink(path);
    return 0;
}

static int tear_down(void **state)
{
    secret_close(secret);
    return close_tables(state);
}

static void a_new_channel_has_two_keys(void **state)
{
    struct channel ch = { .owner = owner, .created_at = 7 }, got;
    struct channel_keys made;
    struct key *keys;
    int n;

    (void)state;
    assert_ok(channel_make(db, secret, arena, &ch, &made));
    assert_ok(channel_get(db, arena, ch.id, &got));
    assert_int_equal(got.n_fields, 1);
    assert_text(got.fields[0].label, "Field Label 1");
    assert_ok(key_list_channel(db, arena, ch.id, &keys, &n));
    assert_int_equal(n, 2);
    assert_int_equal(keys[0].kind, KEY_WRITE);
    assert_int_equal(keys[1].kind, KEY_READ);
    assert_int_equal(keys[0].created_at, 7);
    assert_true(str_eq(key_text(secret, arena, &keys[0]), made.write));
    assert_true(str_eq(key_text(secret, arena, &keys[1]), made.read));
    assert_false(str_eq(made.write, made.read));
}

static void a_channel_that_cannot_be_is_refused(void **state)
{
    static const char bytes[] = "\xff";
    struct channel ch = { .owner = owner, .name = { bytes, 1 } };
    struct channel_keys made;

    (void)state;
    assert_int_equal(channel_make(db, secret, arena, &ch, &made),
                     ERR_GARBLED);
}

static struct reading reading(int64_t at, const struct value *v)
{
    return (struct reading){ .at = at, .values = v, .n_values = 1 };
}

static void an_import_keeps_what_is_new(void **state)
{
    static const struct value a = { 1, { "a", 1 } }, b = { 1, { "b", 1 } };
    struct channel ch = { .owner = owner };
    struct channel_keys made;
    struct import im;
    size_t kept;

    (void)state;
    assert_ok(channel_make(db, secret, arena, &ch, &made));
    struct reading old[] = { reading(1000, &a) };
    struct batch batch = { .channel = ch.id, .list = old, .n = 1 };
    assert_ok(ingest_store(db, &batch));
    assert_ok(channel_get(db, arena, ch.id, &ch));
    struct reading list[] = { reading(1000, &a), reading(1000, &b),
                              reading(2000, &a) };
    import_start(&im, &ch);
    assert_ok(import_keep_new(&im, db, list, 3, &kept));
    assert_int_equal(kept, 2);
    assert_text(list[0].values->text, "b");
    assert_int_equal(list[1].at, 2000);
    assert_int_equal(im.stored + im.known, 0);
    import_count(&im, 3, kept);
    assert_int_equal(im.stored, 2);
    assert_int_equal(im.known, 1);
}

static void refusals_are_counted_by_their_reason(void **state)
{
    struct channel ch = { .id.n = 1 };
    struct import im;

    (void)state;
    import_start(&im, &ch);
    import_refuse(&im, "one", 50);
    import_refuse(&im, "two", 60);
    import_refuse(&im, "one", 40);
    assert_int_equal(im.refused, 3);
    assert_int_equal(im.n_reasons, 2);
    assert_int_equal(im.reasons[0].n, 2);
    assert_int_equal(im.reasons[0].first, 40);
    for (int i = 0; i < 20; i++)
        import_refuse(&im, arena_printf(arena, "why %d", i).p, i);
    assert_int_equal(im.n_reasons, IMPORT_REASONS);
    assert_int_equal(im.refused, 23);
}

#define C(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        C(a_new_channel_has_two_keys),
        C(a_channel_that_cannot_be_is_refused),
        C(an_import_keeps_what_is_new),
        C(refusals_are_counted_by_their_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
