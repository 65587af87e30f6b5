/* What an account has chosen for its home page, as rows. */
#include "store_db.h"

#include "store/account.h"
#include "store/channel.h"
#include "store/home.h"

static struct account_id account(const char *name)
{
    struct account_id id;

    assert_ok(account_add(db, str_of(name), STR("x"), false, 1, &id));
    return id;
}

static struct channel_id channel(struct account_id owner)
{
    struct channel c = { .owner = owner, .zone = STR("UTC") };

    assert_ok(channel_add(db, &c));
    return c.id;
}

static struct home_field *list;
static int n;

static void cards_keep_their_order(void **state)
{
    struct account_id anna = account("anna"), bert = account("bert");
    struct channel_id a = channel(anna), b = channel(bert);

    (void)state;
    assert_ok(home_cards(db, arena, anna, &list, &n));
    assert_int_equal(n, 0);
    assert_ok(home_cards_put(db, anna,
                             (struct home_field[]){ { b, 3 }, { a, 1 },
                                                    { b, 2 } }, 3));
    assert_ok(home_cards_put(db, bert, (struct home_field[]){ { a, 9 } }, 1));
    assert_ok(home_cards(db, arena, anna, &list, &n));
    assert_int_equal(n, 3);
    assert_int_equal(list[0].channel.n, b.n);
    assert_int_equal(list[0].field, 3);
    assert_int_equal(list[1].channel.n, a.n);
    assert_int_equal(list[2].field, 2);
    assert_ok(home_cards_put(db, anna, NULL, 0));
    assert_ok(home_cards(db, arena, anna, &list, &n));
    assert_int_equal(n, 0);
    assert_ok(home_cards(db, arena, bert, &list, &n));
    assert_int_equal(n, 1);
    assert_int_equal(home_cards_put(db, bert, list, HOME_CARDS + 1),
                     ERR_TOO_BIG);
}

static void channels_go_with_their_cards(void **state)
{
    struct account_id anna = account("anna"), bert = account("bert");
    struct channel_id a = channel(anna), b = channel(bert);
    struct home_advice h = { .sensor = { { a, 1 }, { b, 2 } },
                             .has_comfort = true, .comfort = 23.5 };

    (void)state;
    assert_ok(home_cards_put(db, anna,
                             (struct home_field[]){ { a, 1 }, { b, 2 } }, 2));
    assert_ok(home_advice_put(db, anna, &h));
    assert_ok(channel_remove(db, b));
    assert_ok(home_cards(db, arena, anna, &list, &n));
    assert_int_equal(n, 1);
    assert_ok(home_advice_get(db, anna, &h));
    assert_int_equal(h.sensor[0].channel.n, a.n);
    assert_int_equal(h.sensor[1].channel.n, 0);
    assert_ok(channel_remove(db, a));
    assert_ok(account_remove(db, anna));
    assert_ok(home_advice_get(db, anna, &h));
    assert_false(h.has_comfort);
}

static void advice_comes_back(void **state)
{
    struct account_id anna = account("anna");
    struct channel_id a = channel(anna);
    struct home_advice h;

    (void)state;
    assert_ok(home_advice_get(db, anna, &h));
    assert_false(h.has_comfort);
    for (int i = 0; i < 2; i++) {
        h = (struct home_advice){ .sensor = { { a, 1 }, { a, 2 }, { { 0 }, 0 },
                                              { a, 4 + i } },
                                  .has_comfort = true, .comfort = 21.25 + i };
        assert_ok(home_advice_put(db, anna, &h));
        assert_ok(home_advice_get(db, anna, &h));
        assert_int_equal(h.sensor[1].field, 2);
        assert_int_equal(h.sensor[2].channel.n, 0);
        assert_int_equal(h.sensor[3].field, 4 + i);
        assert_true(h.comfort == 21.25 + i);
    }
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        T(cards_keep_their_order),
        T(channels_go_with_their_cards),
        T(advice_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
