/* The sessions that the database keeps, as rows. */
#include "store_db.h"

#include "store/account.h"
#include "store/document.h"
#include "store/session.h"

static const struct sql count_sql = { "SELECT count(*) FROM session" };
static const struct sql documents_sql = { "SELECT count(*) FROM document" };

static struct str hash_of(unsigned n)
{
    unsigned char *p = arena_get(arena, SESSION_HASH);

    p[0] = (unsigned char)(n >> 8);
    p[1] = (unsigned char)n;
    return (struct str){ (const char *)p, SESSION_HASH };
}

static struct account_id account(const char *name)
{
    struct account_id id;

    assert_ok(account_add(db, str_of(name), STR("x"), false, 1, &id));
    return id;
}

static void add(unsigned n, struct account_id whose, int64_t seen,
                int64_t expires)
{
    struct session s = { .hash = hash_of(n), .account = whose,
                         .agent = STR("A browser"), .address = STR("::1"),
                         .created_at = 1, .seen_at = seen,
                         .expires_at = expires };

    assert_ok(session_add(db, &s));
}

static void add_document(unsigned n, int64_t expires)
{
    struct document d = { .owner.session = hash_of(n), .name = STR("a"),
                          .type = STR("text/plain"), .body = STR("b"),
                          .expires_at = expires };
    struct document_limits limits = { 1000, 1000 };
    struct document_id id;

    assert_ok(document_add(db, &d, &limits, 1, &id));
}

static void comes_back_as_it_was(void **state)
{
    struct account_id anna = account("anna");
    struct session s;

    (void)state;
    add(1, anna, 7, 9);
    assert_ok(session_get(db, arena, hash_of(1), &s));
    assert_int_equal(s.account.n, anna.n);
    assert_true(str_eq(s.hash, hash_of(1)));
    assert_text(s.agent, "A browser");
    assert_text(s.address, "::1");
    assert_int_equal(s.created_at, 1);
    assert_int_equal(s.seen_at, 7);
    assert_int_equal(s.expires_at, 9);
    assert_int_equal(session_get(db, arena, hash_of(2), &s), ERR_MISSING);
}

static void a_use_is_noted_only_while_it_is_there(void **state)
{
    struct session s;

    (void)state;
    add(1, (struct account_id){ 0 }, 7, 9);
    assert_ok(session_seen(db, hash_of(1), 8, 20));
    assert_ok(session_get(db, arena, hash_of(1), &s));
    assert_int_equal(s.account.n, 0);
    assert_int_equal(s.seen_at, 8);
    assert_int_equal(s.expires_at, 20);
    assert_ok(session_remove(db, hash_of(1)));
    assert_int_equal(session_seen(db, hash_of(1), 8, 20), ERR_MISSING);
    assert_int_equal(number(&count_sql), 0);
    assert_ok(session_remove(db, hash_of(1)));
}

static void its_documents_go_with_it(void **state)
{
    (void)state;
    add(1, (struct account_id){ 0 }, 1, 9);
    add(2, (struct account_id){ 0 }, 1, 9);
    add_document(1, 9);
    add_document(1, 9);
    add_document(2, 9);
    assert_ok(session_remove(db, hash_of(1)));
    assert_int_equal(number(&documents_sql), 1);
    assert_int_equal(number(&count_sql), 1);
}

static void goes_with_its_account(void **state)
{
    struct account_id anna = account("anna"), bert = account("bert");

    (void)state;
    add(1, anna, 1, 9);
    add(2, bert, 1, 9);
    assert_ok(account_remove(db, bert));
    assert_int_equal(number(&count_sql), 1);
}

static void all_of_an_account_end_but_one(void **state)
{
    struct account_id anna = account("anna"), bert = account("bert");

    (void)state;
    for (unsigned i = 1; i <= 3; i++)
        add(i, anna, 1, 9);
    add(4, bert, 1, 9);
    assert_ok(session_remove_all(db, anna, hash_of(2)));
    assert_int_equal(number(&count_sql), 2);
    assert_ok(session_remove_all(db, anna, NO_STR));
    assert_int_equal(number(&count_sql), 1);
}

static void last_seen_is_listed_first(void **state)
{
    struct account_id anna = account("anna");
    struct session *list;
    int n;

    (void)state;
    add(1, anna, 5, 90);
    add(2, anna, 8, 90);
    add(3, anna, 6, 10); /* over at 10 */
    add(4, account("bert"), 7, 90);
    assert_ok(session_list(db, arena, anna, 10, &list, &n));
    assert_int_equal(n, 2);
    assert_true(str_eq(list[0].hash, hash_of(2)));
    assert_true(str_eq(list[1].hash, hash_of(1)));
}

static void expired_ones_go_in_batches(void **state)
{
    struct session s;
    bool more;

    (void)state;
    for (unsigned i = 0; i < 25; i++)
        add(i, (struct account_id){ 0 }, 1, 10 + i);
    add_document(0, 10);
    add_document(24, 34);
    assert_ok(session_expire(db, 33, 10, &more));
    assert_true(more);
    assert_int_equal(number(&count_sql), 15);
    assert_int_equal(session_get(db, arena, hash_of(0), &s), ERR_MISSING);
    assert_int_equal(number(&documents_sql), 1);
    assert_ok(session_expire(db, 33, 10, &more));
    assert_true(more);
    assert_ok(session_expire(db, 33, 10, &more));
    assert_false(more);
    assert_int_equal(number(&count_sql), 1);
    assert_ok(session_get(db, arena, hash_of(24), &s));
}

static void the_latest_use_is_known(void **state)
{
    int64_t latest;

    (void)state;
    assert_ok(session_latest(db, &latest));
    assert_int_equal(latest, 0);
    add(1, (struct account_id){ 0 }, 5, 90);
    add(2, (struct account_id){ 0 }, 8, 9);
    assert_ok(session_latest(db, &latest));
    assert_int_equal(latest, 8);
}

static int run(void)
{
    static const struct CMUnitTest tests[] = {
        T(comes_back_as_it_was),
        T(a_use_is_noted_only_while_it_is_there),
        T(its_documents_go_with_it),
        T(goes_with_its_account),
        T(all_of_an_account_end_but_one),
        T(last_seen_is_listed_first),
        T(expired_ones_go_in_batches),
        T(the_latest_use_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
