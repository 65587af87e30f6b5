#include "store_db.h"

#include <pthread.h>
#include <time.h>

#include "store/account.h"
#include "store/document.h"
#include "store/session.h"

#define HASH_A { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", SESSION_HASH }
#define HASH_B { "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", SESSION_HASH }

static const struct document_limits wide = { 1 << 24, 1 << 26 };
static const struct document_owner a = { .session = HASH_A };
static const struct document_owner b = { .session = HASH_B };

static const struct sql total_sql = { "SELECT bytes FROM document_total" };
static const struct sql sum_sql = {
    "SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM document"
};
static const struct sql count_sql = { "SELECT count(*) FROM document" };

static struct document_owner anns(void)
{
    struct account_id id = { 0 };

    assert_ok(account_add(db, STR("ann"), STR("hash"), false, 1, &id));
    return (struct document_owner){ .account = id };
}

static enum result try(const struct document_owner *owner, struct str body,
                       const struct document_limits *limits,
                       struct document_id *id)
{
    struct document d = { .owner = *owner, .name = STR("x.xml"),
                          .type = STR("application/xml"), .body = body,
                          .expires_at = 1000 };

    return document_add(db, &d, limits, 10, id);
}

static struct document_id add(const struct document_owner *owner,
                              struct str body)
{
    struct document_id id = { 0 };

    assert_ok(try(owner, body, &wide, &id));
    return id;
}

static enum result read_all(struct document_id id, struct str *out)
{
    struct buf got = { 0 };
    enum result rc = document_body(db, id, &got);

    *out = arena_copy(arena, buf_str(&got));
    buf_free(&got);
    return rc;
}

static void the_total_is_right(int64_t want)
{
    assert_int_equal(number(&total_sql), want);
    assert_int_equal(number(&sum_sql), want);
}

static void it_is_found_again(void **state)
{
    struct document d;
    struct str body;
    struct document_id id = add(&a, ((struct str){ "a\0b\xFF", 4 }));

    (void)state;
    assert_ok(document_get(db, arena, id, 999, &d));
    assert_int_equal(d.id.n, id.n);
    assert_int_equal(d.owner.account.n, 0);
    assert_true(str_eq(d.owner.session, a.session));
    assert_text(d.name, "x.xml");
    assert_text(d.type, "application/xml");
    assert_int_equal(d.size, 4);
    assert_int_equal(d.created_at, 10);
    assert_int_equal(d.expires_at, 1000);
    assert_ok(read_all(id, &body));
    assert_true(str_eq(body, (struct str){ "a\0b\xFF", 4 }));
    assert_int_equal(document_get(db, arena, id, 1000, &d), ERR_MISSING);
    assert_ok(document_start(db, arena, id, 3, &body));
    assert_true(str_eq(body, (struct str){ "a\0b", 3 }));
    assert_ok(document_start(db, arena, id, INT32_MAX, &body));
    assert_int_equal(body.n, 4);
    id.n++;
    assert_int_equal(document_get(db, arena, id, 10, &d), ERR_MISSING);
    assert_int_equal(document_start(db, arena, id, 1, &body), ERR_MISSING);
    assert_int_equal(read_all(id, &body), ERR_MISSING);
}

static void an_account_and_not_a_session(void **state)
{
    struct document d;
    struct document_owner ann = anns(), gone = { .account = { 4711 } };

    (void)state;
    ann.session = a.session; /* of no account: the account counts */
    struct document_id id = add(&ann, STR(""));
    assert_ok(document_get(db, arena, id, 1, &d));
    assert_int_equal(d.owner.account.n, ann.account.n);
    assert_null(d.owner.session.p);
    struct str body = NO_STR;
    assert_ok(read_all(id, &body));
    assert_text(body, "");
    assert_ok(document_start(db, arena, id, 9, &body));
    assert_text(body, "");
    assert_int_equal(try(&gone, STR("x"), &wide, &id), ERR_MISSING);
    the_total_is_right(0);
}

static void what_is_no_document(void **state)
{
    static char line[DOCUMENT_NAME_MAX + 1];
    struct document good = { .owner = a, .name = STR("n"), .type = STR("t"),
                             .expires_at = 9 };
    struct document_id id;

    (void)state;
    memset(line, 'x', sizeof line);
    struct document d[8];
    for (int i = 0; i < 8; i++)
        d[i] = good;
    d[0].owner.session = NO_STR;
    d[1].owner.session = STR("short");
    d[2].name = STR("");
    d[3].name = (struct str){ line, sizeof line };
    d[4].name = STR("\xC3");
    d[5].type = STR("");
    d[6].type = STR("text/plain\r\nX: y");
    d[7].type = (struct str){ line, DOCUMENT_TYPE_MAX + 1 };
    for (int i = 0; i < 8; i++)
        assert_int_equal(document_add(db, &d[i], &wide, 1, &id), ERR_INVALID);
    good.name.p = line;
    good.name.n = DOCUMENT_NAME_MAX;
    assert_ok(document_add(db, &good, &wide, 1, &id));
}

static void an_owner_has_a_limit(void **state)
{
    const struct document_limits tight = { 10, 100 };
    struct document_id id;

    (void)state;
    assert_ok(try(&a, STR("12345"), &tight, &id));
    assert_int_equal(try(&a, STR("123456"), &tight, &id), ERR_TOO_BIG);
    assert_int_equal(document_room(db, &a, 6, &tight, 10), ERR_TOO_BIG);
    assert_ok(document_room(db, &a, 5, &tight, 10));
    assert_ok(try(&a, STR("12345"), &tight, &id));
    assert_int_equal(try(&a, STR("1"), &tight, &id), ERR_TOO_BIG);
    assert_ok(try(&b, STR("1234567890"), &tight, &id));
    the_total_is_right(20);
    assert_ok(document_remove(db, id));
    assert_ok(try(&b, STR("1234567890"), &tight, &id));
    /* what has expired does not count */
    assert_ok(document_room(db, &b, 10, &tight, 1000));
    assert_int_equal(document_room(db, &b, INT64_MAX, &tight, 1000),
                     ERR_TOO_BIG);
}

static void so_many_and_no_more(void **state)
{
    struct document_id id;

    (void)state;
    for (int i = 0; i < DOCUMENTS_MAX; i++)
        add(&a, STR(""));
    assert_int_equal(try(&a, STR(""), &wide, &id), ERR_TOO_BIG);
    add(&b, STR(""));
}

static void all_have_a_limit(void **state)
{
    const struct document_limits tight = { 10, 30 };
    struct document_owner ann = anns();
    struct document_id first, id;

    (void)state;
    /* strangers have half of it */
    assert_ok(try(&a, STR("1234567890"), &tight, &first));
    assert_int_equal(try(&b, STR("123456"), &tight, &id), ERR_BUSY);
    assert_int_equal(document_room(db, &b, 6, &tight, 10), ERR_BUSY);
    assert_ok(try(&b, STR("12345"), &tight, &id));
    assert_int_equal(try(&b, STR("1"), &tight, &id), ERR_BUSY);
    assert_ok(document_remove(db, first));
    assert_ok(try(&b, STR("12345"), &tight, &id));
    the_total_is_right(10);
    /* accounts the rest, and at least half */
    assert_ok(try(&a, STR("12345"), &tight, &id));
    assert_ok(try(&ann, STR("1234567890"), &tight, &id));
    the_total_is_right(25);
    const struct document_limits all = { 100, 30 };
    assert_int_equal(try(&ann, STR("123456"), &all, &id), ERR_BUSY);
    assert_ok(try(&ann, STR("12345"), &all, &id));
    assert_int_equal(try(&ann, STR("1"), &all, &id), ERR_BUSY);
    the_total_is_right(30);
}

static void the_list_is_the_owners(void **state)
{
    struct document *list;
    struct document_owner ann = anns();
    int n;

    (void)state;
    struct document_id one = add(&a, STR("1")), two = add(&a, STR("22"));
    struct document_id hers = add(&ann, STR("333"));
    assert_ok(document_list(db, arena, &a, 10, &list, &n));
    assert_int_equal(n, 2);
    assert_int_equal(list[0].id.n, two.n);
    assert_int_equal(list[0].size, 2);
    assert_int_equal(list[1].id.n, one.n);
    assert_ok(document_list(db, arena, &ann, 10, &list, &n));
    assert_int_equal(n, 1);
    assert_int_equal(list[0].id.n, hers.n);
    assert_ok(document_list(db, arena, &b, 10, &list, &n));
    assert_int_equal(n, 0);
    assert_ok(document_list(db, arena, &a, 1000, &list, &n));
    assert_int_equal(n, 0);
    assert_ok(document_list(db, arena, &(struct document_owner){ 0 }, 10,
                            &list, &n));
    assert_int_equal(n, 0);
}

static void signing_in_adopts(void **state)
{
    struct document *list;
    struct document_owner ann = anns();
    int n;

    (void)state;
    add(&a, STR("1"));
    add(&a, STR("22"));
    add(&b, STR("333"));
    assert_ok(document_adopt(db, a.session, ann.account));
    assert_ok(document_list(db, arena, &a, 10, &list, &n));
    assert_int_equal(n, 0);
    assert_ok(document_list(db, arena, &ann, 10, &list, &n));
    assert_int_equal(n, 2);
    assert_null(list[0].owner.session.p);
    assert_ok(session_remove(db, a.session)); /* takes nothing with it now */
    the_total_is_right(6);
    assert_ok(document_list(db, arena, &b, 10, &list, &n));
    assert_int_equal(n, 1);
}

static void it_goes_with_its_owner(void **state)
{
    struct document_owner ann = anns();

    (void)state;
    add(&a, STR("1"));
    add(&ann, STR("22"));
    add(&b, STR("333"));
    assert_ok(session_remove(db, a.session));
    the_total_is_right(5);
    assert_ok(account_remove(db, ann.account));
    the_total_is_right(3);
    assert_int_equal(number(&count_sql), 1);
}

static void it_expires_in_batches(void **state)
{
    struct document d = { .owner = a, .name = STR("n"), .type = STR("t"),
                          .body = STR("1234") };
    struct document_id id;
    bool more;

    (void)state;
    for (int i = 1; i <= 5; i++) {
        d.expires_at = i * 100;
        assert_ok(document_add(db, &d, &wide, 1, &id));
    }
    assert_ok(document_expire(db, 99, 2, &more));
    assert_false(more);
    assert_int_equal(number(&count_sql), 5);
    assert_ok(document_expire(db, 400, 3, &more));
    assert_true(more);
    the_total_is_right(8);
    assert_ok(document_expire(db, 400, 3, &more));
    assert_false(more);
    the_total_is_right(4);
    assert_ok(document_get(db, arena, id, 400, &d));
}

static const struct document_limits for_one = { 10, 30 }; /* strangers: half */

static void *add_elsewhere(void *arg)
{
    enum result *rc = arg;
    struct db *other;
    struct document d = { .owner = b, .name = STR("n"), .type = STR("t"),
                          .body = STR("1234567890"), .expires_at = 1000 };
    struct document_id id;

    *rc = db_open(test_url, DB_WRITE, &other);
    if (*rc != OK)
        return NULL;
    *rc = db_begin(other);
    if (*rc == OK)
        *rc = db_end(other, document_add(other, &d, &for_one, 10, &id));
    db_close(other);
    return NULL;
}

/* Two processes, on a database that lets both write: the second one waits for
 * the end of the first one's transaction, and only then looks. */
static void another_process_waits(void **state)
{
    struct timespec pause = { 0, 100 * 1000 * 1000 };
    enum result rc = OK;
    pthread_t thread;
    struct document_id id;

    (void)state;
    if (on_sqlite())
        return;
    assert_ok(db_begin(db));
    assert_ok(try(&a, STR("1234567890"), &for_one, &id));
    assert_int_equal(pthread_create(&thread, NULL, add_elsewhere, &rc), 0);
    nanosleep(&pause, NULL);
    assert_ok(db_end(db, OK));
    pthread_join(thread, NULL);
    assert_int_equal(rc, ERR_BUSY);
    the_total_is_right(10);
}

/* An old link must not lead to somebody else's. */
static void an_id_is_never_used_again(void **state)
{
    struct document_id first = add(&a, STR("1"));

    (void)state;
    assert_ok(document_remove(db, first));
    assert_int_equal(document_remove(db, first), ERR_MISSING);
    assert_true(add(&b, STR("2")).n > first.n);
}

/* One that is as long as the parts that it is read in, and its neighbours. */
static void large_ones(void **state)
{
    static const int sizes[] = { 524287, 524288, 524289, 1048576, 4194304 };
    char *p = malloc(4194304);
    struct str body;
    struct document d;

    (void)state;
    for (int i = 0; i < 4194304; i++)
        p[i] = (char)(i * 7 + i / 251);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct document_id id = add(&a, (struct str){ p, (size_t)sizes[i] });

        assert_ok(document_get(db, arena, id, 1, &d));
        assert_int_equal(d.size, sizes[i]);
        assert_ok(read_all(id, &body));
        assert_int_equal(body.n, sizes[i]);
        assert_memory_equal(body.p, p, sizes[i]);
    }
    free(p);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        T(it_is_found_again),    T(an_account_and_not_a_session),
        T(what_is_no_document),  T(an_owner_has_a_limit),
        T(so_many_and_no_more),  T(all_have_a_limit),
        T(the_list_is_the_owners), T(signing_in_adopts),
        T(it_goes_with_its_owner), T(it_expires_in_batches),
        T(an_id_is_never_used_again), T(large_ones),
        T(another_process_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
