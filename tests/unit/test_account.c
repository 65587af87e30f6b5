#include "store_db.h"

#include "store/account.h"
#include "store/channel.h"
#include "store/key.h"

static struct account_id add(struct str name, bool admin)
{
    struct account_id id = { 0 };

    assert_ok(account_add(db, name, STR("hash"), admin, 77, &id));
    return id;
}

static void it_is_found_again(void **state)
{
    struct account a;

    (void)state;
    struct account_id id = add(STR("ann"), true);
    assert_ok(account_named(db, arena, STR("ann"), &a));
    assert_int_equal(a.id.n, id.n);
    assert_text(a.name, "ann");
    assert_text(a.password, "hash");
    assert_true(a.admin);
    assert_int_equal(a.created_at, 77);
    assert_ok(account_get(db, arena, id, &a));
    assert_text(a.name, "ann");
    assert_int_equal(account_named(db, arena, STR("Ann"), &a), ERR_MISSING);
    assert_int_equal(account_named(db, arena, STR("\xFF"), &a), ERR_MISSING);
    id.n++;
    assert_int_equal(account_get(db, arena, id, &a), ERR_MISSING);
}

static void names(void **state)
{
    char name[ACCOUNT_NAME_MAX + 1];
    struct account_id id;

    (void)state;
    memset(name, 'x', sizeof name);
    add(((struct str){ name, ACCOUNT_NAME_MAX }), false);
    const struct str bad[] = { STR(""), NO_STR, { name, sizeof name },
                               STR("\xC3"), { "a\0b", 3 } };
    for (int i = 0; i < 5; i++)
        assert_int_equal(account_add(db, bad[i], STR("h"), false, 1, &id),
                         ERR_INVALID);
    add(STR("ann"), false);
    assert_int_equal(account_add(db, STR("ann"), STR("h"), false, 1, &id),
                     ERR_CONFLICT);
}

static void all_of_them(void **state)
{
    struct account *list;
    int n;

    (void)state;
    assert_ok(account_list(db, arena, &list, &n));
    assert_int_equal(n, 0);
    add(STR("c"), false);
    add(STR("a"), false);
    add(STR("b"), false);
    assert_ok(account_list(db, arena, &list, &n));
    assert_int_equal(n, 3);
    assert_text(list[0].name, "c");
    assert_text(list[1].name, "a");
    assert_text(list[2].name, "b");
}

static void another_password(void **state)
{
    struct account a;
    struct account_id id = add(STR("ann"), false), other = { id.n + 1 };

    (void)state;
    assert_ok(account_set_password(db, id, STR("new")));
    assert_ok(account_get(db, arena, id, &a));
    assert_text(a.password, "new");
    assert_int_equal(account_set_password(db, other, STR("x")), ERR_MISSING);
}

static void one_that_owns_channels_stays(void **state)
{
    struct account a;
    struct account_id id = add(STR("ann"), false);
    struct channel c = { .owner = id };
    struct key k = { .kind = KEY_USER, .account = id,
                     .hash = STR("0123456789abcdef0123456789abcdef"),
                     .sealed = STR("s"), .hint = STR("0123") };
    int64_t before, after;

    (void)state;
    assert_ok(channel_add(db, &c));
    assert_ok(key_add(db, &k, &k.id));
    assert_int_equal(account_remove(db, id), ERR_CONFLICT);
    assert_int_equal(account_may_leave(db, id), ERR_CONFLICT);
    assert_ok(channel_remove(db, c.id));
    assert_ok(key_epoch(db, &before));
    assert_ok(account_remove(db, id));
    assert_ok(key_epoch(db, &after));
    assert_true(after > before);
    assert_int_equal(account_get(db, arena, id, &a), ERR_MISSING);
    assert_int_equal(key_find(db, arena, k.hash, &k), ERR_MISSING);
    assert_int_equal(account_remove(db, id), ERR_MISSING);
}

static void pages_of_the_list(void **state)
{
    struct account_id ann = add(STR("ann"), false);
    struct channel c = { .owner = ann };
    struct account *list;
    int64_t total;
    int n;

    (void)state;
    add(STR("bob"), false);
    add(STR("carl"), true);
    assert_ok(channel_add(db, &c));
    assert_ok(account_list_after(db, arena, (struct account_id){ 0 }, 2, &list,
                                 &n));
    assert_int_equal(n, 2);
    assert_text(list[0].name, "ann");
    assert_int_equal(list[0].channels, 1);
    assert_int_equal(list[1].channels, 0);
    assert_ok(account_list_after(db, arena, list[1].id, 2, &list, &n));
    assert_int_equal(n, 1);
    assert_text(list[0].name, "carl");
    assert_true(list[0].admin);
    assert_ok(account_count(db, &total));
    assert_int_equal(total, 3);
    assert_ok(account_channels(db, ann, &total));
    assert_int_equal(total, 1);
    assert_ok(account_posts(db, ann, &total));
    assert_int_equal(total, 0);
}

static void others_keep_an_administrator(void **state)
{
    struct account_id ann = add(STR("ann"), true);
    struct account a;

    (void)state;
    assert_ok(account_may_step_down(db, ann)); /* there are no others */
    struct account_id bob = add(STR("bob"), false);
    assert_int_equal(account_may_step_down(db, ann), ERR_DENIED);
    assert_int_equal(account_may_leave(db, ann), ERR_DENIED);
    assert_ok(account_may_leave(db, bob));
    assert_ok(account_may_step_down(db, bob));
    assert_ok(account_set_admin(db, bob, true));
    assert_ok(account_may_step_down(db, ann));
    assert_ok(account_set_admin(db, ann, false));
    assert_ok(account_get(db, arena, ann, &a));
    assert_false(a.admin);
    assert_int_equal(account_may_step_down(db, bob), ERR_DENIED);
    assert_ok(account_may_step_down(db, ann));
    assert_ok(account_remove(db, ann));
    assert_ok(account_may_step_down(db, bob));
    assert_int_equal(account_set_admin(db, ann, true), ERR_MISSING);
}

/* Else an old link would lead to somebody else. */
static void an_id_is_never_used_again(void **state)
{
    struct account_id first = add(STR("a"), false);

    (void)state;
    assert_ok(account_remove(db, first));
    assert_true(add(STR("b"), false).n > first.n);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        T(it_is_found_again),  T(names),
        T(all_of_them),        T(another_password),
        T(one_that_owns_channels_stays), T(an_id_is_never_used_again),
        T(pages_of_the_list),  T(others_keep_an_administrator),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
