/* The seam: what one database does, the other does. */
#include "store_db.h"

#include <malloc.h>

static const struct sql insert = {
    "INSERT INTO t (n, name, f, b) VALUES ($1, $2, $3, $4)"
};
static const struct sql twisted = {
    "SELECT n, name, f, b FROM t WHERE name = $2 AND n = $1"
};
static const struct sql count = { "SELECT count(*) FROM t" };
static const struct sql wrong = { "INSERT INTO nowhere VALUES ($1)" };

static int set_up(void **state)
{
    (void)state;
    assert_ok(db_open(test_url, DB_WRITE, &db));
    assert_ok(db_script(db, "DROP TABLE IF EXISTS child;\n"
                            "DROP TABLE IF EXISTS t;\n"
                            "CREATE TABLE t (n $INT PRIMARY KEY,"
                            " name TEXT, f $REAL, b $BYTES)$STRICT;\n"
                            "CREATE TABLE child (n $INT NOT NULL"
                            " PRIMARY KEY REFERENCES t)"
                            "$STRICT$CLUSTERED;"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_ok(db_script(db, "DROP TABLE child; DROP TABLE t"));
    db_close(db);
    return 0;
}

static enum result put(int64_t n, struct str name)
{
    return db_run(db, &insert, ARGS(INT(n), TEXT(name), NONE, NONE));
}

static void every_type_comes_back(void **state)
{
    static const char bytes[] = { 0, 1, '\\', '\'', (char)0xFF };
    static const struct sql all = {
        "SELECT n, name, f, b FROM t ORDER BY n"
    };
    struct rows q;

    (void)state;
    assert_ok(db_run(db, &insert,
                     ARGS(INT(INT64_MIN), TEXT(STR("\xC3\xBC")), REAL(0.1),
                          BYTES(((struct str){ bytes, sizeof bytes })))));
    assert_ok(db_run(db, &insert, ARGS(INT(INT64_MAX), TEXT(STR("")),
                                       REAL(-1e308), BYTES(STR("")))));
    assert_ok(db_run(db, &insert,
                     ARGS(INT(0), TEXT(NO_STR), NONE, BYTES(NO_STR))));
    db_query(db, &all, NO_ARGS, &q);
    assert_true(rows_next(&q));
    assert_true(rows_int(&q, 0) == INT64_MIN);
    assert_text(rows_text(&q, 1), "\xC3\xBC");
    assert_true(rows_real(&q, 2) == 0.1);
    assert_int_equal(rows_bytes(&q, 3).n, sizeof bytes);
    assert_memory_equal(rows_bytes(&q, 3).p, bytes, sizeof bytes);
    assert_true(rows_next(&q));
    assert_true(rows_null(&q, 1) && !rows_text(&q, 1).p);
    assert_true(rows_null(&q, 2) && !rows_bytes(&q, 3).p);
    assert_true(rows_next(&q));
    assert_true(rows_int(&q, 0) == INT64_MAX);
    assert_text(rows_text(&q, 1), "");
    assert_true(rows_real(&q, 2) == -1e308);
    assert_text(rows_bytes(&q, 3), "");
    assert_false(rows_next(&q));
    assert_false(rows_next(&q));
    assert_ok(rows_end(&q));
}

/* $2 before $1: SQLite would number them by where they first stand. */
static void arguments_go_by_their_number(void **state)
{
    struct rows q;

    (void)state;
    assert_ok(put(1, STR("one")));
    db_query(db, &twisted, ARGS(INT(1), TEXT(STR("one"))), &q);
    assert_true(rows_next(&q));
    assert_ok(rows_end(&q));
}

static void what_went_wrong_has_a_name(void **state)
{
    static const struct sql child = { "INSERT INTO child VALUES ($1)" };

    (void)state;
    assert_ok(put(1, STR("a")));
    assert_int_equal(put(1, STR("b")), ERR_CONFLICT);
    assert_int_equal(db_run(db, &child, ARGS(INT(9))), ERR_MISSING);
    assert_int_equal(put(2, STR("\xC0\x80")), ERR_GARBLED);
    assert_int_equal(put(2, ((struct str){ "a\0b", 3 })), ERR_GARBLED);
    assert_int_equal(db_run(db, &wrong, ARGS(INT(1))), ERR_FAILED);
    assert_int_equal(number(&count), 1);
}

static void a_failure_spoils_its_transaction(void **state)
{
    (void)state;
    assert_ok(db_begin(db));
    assert_ok(put(1, STR("a")));
    assert_int_equal(put(1, STR("b")), ERR_CONFLICT);
    assert_int_equal(put(2, STR("c")), ERR_CONFLICT);
    assert_int_equal(db_run_many(db, &insert, NULL, 0), ERR_CONFLICT);
    assert_int_equal(db_end(db, OK), ERR_CONFLICT);
    assert_int_equal(number(&count), 0);
    assert_ok(db_begin(db));
    assert_ok(put(1, STR("a")));
    assert_ok(db_end(db, OK));
    assert_ok(db_begin(db));
    assert_ok(put(2, STR("a")));
    assert_int_equal(db_end(db, ERR_TOO_SOON), ERR_TOO_SOON);
    assert_int_equal(number(&count), 1);
}

enum { MANY = 2000 };

static enum result put_many(int n, int twice)
{
    static struct arg arg[MANY][4];
    static struct args list[MANY];

    for (int i = 0; i < n; i++) {
        const struct arg row[] = { INT(i == twice ? 0 : i), TEXT(STR("x")),
                                   REAL(i), NONE };

        memcpy(arg[i], row, sizeof row);
        list[i] = (struct args){ arg[i], 4 };
    }
    return db_run_many(db, &insert, list, (size_t)n);
}

static void a_batch_of_any_size(void **state)
{
    static const struct sql empty = { "DELETE FROM t" };
    static const struct sql sum = {
        "SELECT CAST(sum(n) + sum(f) AS BIGINT) FROM t"
    };
    static const int sizes[] = { 0, 1, 31, 32, 33, 64, 100, MANY };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int n = sizes[i];

        assert_ok(put_many(n, -1));
        assert_int_equal(number(&count), n);
        if (n)
            assert_int_equal(number(&sum), n * (n - 1));
        assert_ok(db_run(db, &empty, NO_ARGS));
    }
}

static void a_batch_that_fails(void **state)
{
    (void)state;
    for (int twice = 1; twice < 40; twice += 37) {
        assert_ok(db_begin(db));
        assert_int_equal(put_many(40, twice), ERR_CONFLICT);
        assert_int_equal(db_end(db, OK), ERR_CONFLICT);
        assert_int_equal(number(&count), 0);
    }
    assert_ok(put_many(40, -1));
}

static void a_loop_may_be_left_early(void **state)
{
    static const struct sql all = { "SELECT n FROM t ORDER BY n" };
    struct rows q;

    (void)state;
    assert_ok(put_many(MANY, -1));
    for (int i = 0; i < 3; i++) {
        db_query(db, &all, NO_ARGS, &q);
        assert_true(rows_next(&q));
        assert_int_equal(rows_int(&q, 0), 0);
        assert_ok(rows_end(&q));
    }
}

static void reading_sees_one_moment(void **state)
{
    struct db *reader;
    struct rows q;
    int64_t n = -1;

    (void)state;
    assert_ok(db_open(test_url, DB_READ, &reader));
    assert_ok(db_begin_read(reader));
    for (int i = 0; i < 2; i++) {
        for (db_query(reader, &count, NO_ARGS, &q); rows_next(&q);)
            n = rows_int(&q, 0);
        assert_ok(rows_end(&q));
        assert_int_equal(n, 0);
        assert_ok(put(i, STR("a")));
    }
    assert_ok(db_end(reader, OK));
    assert_int_equal(db_run(reader, &insert, ARGS(INT(7), NONE, NONE, NONE)),
                     ERR_BUSY);
    db_close(reader);
}

static void what_cannot_be_opened(void **state)
{
    struct db *none;
    char url[160];

    (void)state;
    assert_int_equal(db_open("mysql://x", DB_WRITE, &none), ERR_INVALID);
    assert_int_equal(db_open("sqlite", DB_WRITE, &none), ERR_INVALID);
    assert_int_equal(db_open("sqlite:", DB_WRITE, &none), ERR_INVALID);
    snprintf(url, sizeof url, "sqlite:%s/nowhere.db", "/tmp/almanac-none");
    assert_int_equal(db_open(url, DB_READ, &none), ERR_MISSING);
    assert_int_equal(db_open(url, DB_WRITE, &none), ERR_BUSY);
    assert_int_equal(db_open("postgresql://127.0.0.1:1/x", DB_READ, &none),
                     ERR_BUSY);
    assert_null(none);
    db_close(none);
}

static void many_statements_are_kept(void **state)
{
    enum { N = 300 };
    static char text[N][40];
    static struct sql sql[N];

    (void)state;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < N; i++) {
            snprintf(text[i], sizeof text[i], "SELECT %d", i);
            sql[i].text = text[i];
            assert_int_equal(number(&sql[i]), i);
        }
}

static enum result fill_up(void)
{
    static char text[8000];
    enum result rc = OK;

    memset(text, 'x', sizeof text);
    for (int i = 0; i < MANY && rc == OK; i++)
        rc = put(i, (struct str){ text, sizeof text });
    return rc;
}

static void a_full_disk_is_not_the_end(void **state)
{
    (void)state;
    if (!on_sqlite())
        return;
    assert_ok(db_script(db, "PRAGMA max_page_count = 1"));
    assert_ok(db_begin(db));
    assert_int_equal(fill_up(), ERR_BUSY);
    assert_int_equal(put(MANY, STR("a")), ERR_BUSY);
    assert_int_equal(db_end(db, OK), ERR_BUSY);
    assert_int_equal(number(&count), 0);
    assert_ok(db_script(db, "PRAGMA max_page_count = 1000000"));
    assert_ok(db_begin(db));
    assert_ok(put_many(MANY, -1));
    assert_ok(db_end(db, OK));
}

static void a_file_that_others_hold(void **state)
{
    struct db *other;

    (void)state;
    if (!on_sqlite())
        return;
    assert_ok(db_open(test_url, DB_WRITE, &other));
    assert_ok(db_begin(other));
    assert_int_equal(db_begin(db), ERR_BUSY);
    assert_int_equal(number(&count), 0);
    assert_ok(db_end(other, OK));
    db_close(other);
    assert_ok(db_begin(db));
    assert_ok(db_end(db, OK));
}

/* Ends the server's side of the connection. */
static void cut(void)
{
    static const struct sql pid = { "SELECT pg_backend_pid()" };
    static const struct sql kill = { "SELECT pg_terminate_backend($1)" };
    struct db *other;

    int64_t n = number(&pid);
    assert_ok(db_open(test_url, DB_WRITE, &other));
    assert_ok(db_run(other, &kill, ARGS(INT(n))));
    db_close(other);
    usleep(100000);
}

static void a_lost_connection_is_made_again(void **state)
{
    (void)state;
    if (on_sqlite())
        return;
    assert_ok(put_many(40, -1));
    cut();
    assert_int_equal(put(100, STR("a")), ERR_BUSY);
    assert_ok(put(100, STR("a")));
    assert_int_equal(number(&count), 41);
    assert_ok(db_begin(db));
    assert_ok(put(101, STR("a")));
    cut();
    assert_int_equal(put_many(40, -1), ERR_BUSY);
    assert_int_equal(put(103, STR("a")), ERR_BUSY);
    assert_int_equal(db_end(db, OK), ERR_BUSY);
    assert_int_equal(number(&count), 41);
    assert_ok(db_begin(db));
    assert_ok(put(101, STR("a")));
    assert_ok(db_end(db, OK));
    assert_ok(db_begin(db));
    cut();
    assert_int_equal(db_end(db, OK), ERR_BUSY);
    assert_ok(db_begin(db));
    assert_ok(db_end(db, OK));
}

static void a_large_answer_needs_little_memory(void **state)
{
    static const struct sql large = {
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 300000) SELECT i, 'a text of some length, to fill memory,"
        " if it were all taken in at once, with 100 bytes of it' FROM n"
    };
    struct rows q;
    size_t before = mallinfo2().uordblks;

    (void)state;
    db_query(db, &large, NO_ARGS, &q);
    for (int i = 0; i < 300000; i++) {
        assert_true(rows_next(&q));
        assert_true(mallinfo2().uordblks < before + 4 * 1024 * 1024);
    }
    assert_false(rows_next(&q));
    assert_ok(rows_end(&q));
}

static void it_is_whole(void **state)
{
    (void)state;
    assert_ok(put_many(MANY, -1));
    assert_ok(db_integrity(db));
}

#define D(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* What kill -9 cannot show: a commit waits for the disk, not for the system. */
static void a_commit_is_on_disk(void **state)
{
    static const struct sql sqlite = { "PRAGMA synchronous" };
    static const struct sql postgres = {
        "SELECT count(*) FROM pg_settings"
        " WHERE name = 'synchronous_commit' AND setting = 'on'"
    };

    (void)state;
    if (on_sqlite())
        assert_int_equal(number(&sqlite), 2); /* FULL */
    else
        assert_int_equal(number(&postgres), 1);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        T(a_commit_is_on_disk),
        D(every_type_comes_back),
        D(arguments_go_by_their_number),
        D(what_went_wrong_has_a_name),
        D(a_failure_spoils_its_transaction),
        D(a_batch_of_any_size),
        D(a_batch_that_fails),
        D(a_loop_may_be_left_early),
        D(reading_sees_one_moment),
        D(what_cannot_be_opened),
        D(many_statements_are_kept),
        D(a_full_disk_is_not_the_end),
        D(a_file_that_others_hold),
        D(a_lost_connection_is_made_again),
        D(a_large_answer_needs_little_memory),
        D(it_is_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
