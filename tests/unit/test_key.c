#include "store_db.h"

#include "store/account.h"
#include "store/channel.h"
#include "store/key.h"

static struct account_id owner;
static struct channel_id channel;
static char hash[KEY_HASH];

static int set_up(void **state)
{
    open_tables(state);
    assert_ok(account_add(db, STR("ann"), STR("hash"), false, 1, &owner));
    struct channel c = { .owner = owner };
    assert_ok(channel_add(db, &c));
    channel = c.id;
    return 0;
}

/* A key whose hash is this letter, after a zero byte. */
static struct key key(enum key_kind kind, char letter)
{
    memset(hash, letter, sizeof hash);
    hash[0] = '\0';
    return (struct key){
        .kind = kind,
        .channel.n = kind == KEY_USER ? 0 : channel.n,
        .account.n = kind == KEY_USER ? owner.n : 0,
        .hash = { hash, sizeof hash },
        .sealed = { "\0\xFF seal", 7 },
        .hint = STR("ABCD"),
        .created_at = 5,
    };
}

static enum result add(enum key_kind kind, char letter, struct key_id *id)
{
    struct key k = key(kind, letter);

    return key_add(db, &k, id);
}

static void it_is_found_by_its_hash(void **state)
{
    struct key got, k = key(KEY_WRITE, 'a');

    (void)state;
    assert_int_equal(key_find(db, arena, k.hash, &got), ERR_MISSING);
    assert_ok(key_add(db, &k, &k.id));
    assert_ok(key_find(db, arena, k.hash, &got));
    assert_int_equal(got.id.n, k.id.n);
    assert_int_equal(got.kind, KEY_WRITE);
    assert_int_equal(got.channel.n, channel.n);
    assert_int_equal(got.account.n, 0);
    assert_int_equal(got.hash.n, KEY_HASH);
    assert_memory_equal(got.hash.p, hash, KEY_HASH);
    assert_int_equal(got.sealed.n, 7);
    assert_memory_equal(got.sealed.p, "\0\xFF seal", 7);
    assert_text(got.hint, "ABCD");
    assert_int_equal(got.created_at, 5);
    k = key(KEY_READ, 'a');
    assert_int_equal(key_add(db, &k, &k.id), ERR_CONFLICT);
}

static void lists(void **state)
{
    struct key_id read, write, user, second;
    struct key *list;
    int n;

    (void)state;
    assert_ok(add(KEY_READ, 'a', &read));
    assert_ok(add(KEY_WRITE, 'b', &write));
    assert_ok(add(KEY_USER, 'c', &user));
    assert_ok(add(KEY_READ, 'd', &second));
    assert_ok(key_list_channel(db, arena, channel, &list, &n));
    assert_int_equal(n, 3);
    assert_int_equal(list[0].id.n, write.n);
    assert_int_equal(list[1].id.n, read.n);
    assert_int_equal(list[2].id.n, second.n);
    assert_ok(key_list_account(db, arena, owner, &list, &n));
    assert_int_equal(n, 1);
    assert_int_equal(list[0].id.n, user.n);
    assert_int_equal(list[0].account.n, owner.n);
}

static void what_it_opens_must_be_there(void **state)
{
    struct key k = key(KEY_WRITE, 'a');

    (void)state;
    k.channel.n++;
    assert_int_equal(key_add(db, &k, &k.id), ERR_MISSING);
}

static void every_change_raises_the_epoch(void **state)
{
    int64_t first, now;
    struct key_id id;

    (void)state;
    assert_ok(key_epoch(db, &first));
    assert_ok(add(KEY_WRITE, 'a', &id));
    assert_ok(key_epoch(db, &now));
    assert_int_equal(now, first + 1);
    assert_ok(key_remove(db, id));
    assert_ok(key_epoch(db, &now));
    assert_int_equal(now, first + 2);
    assert_int_equal(key_remove(db, id), ERR_MISSING);
    assert_ok(key_epoch_raise(db));
    assert_ok(key_epoch(db, &now));
    assert_int_equal(now, first + 3);
}

#define K(name) cmocka_unit_test_setup_teardown(name, set_up, close_tables)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        K(it_is_found_by_its_hash),
        K(lists),
        K(what_it_opens_must_be_there),
        K(every_change_raises_the_epoch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
