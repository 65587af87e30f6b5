/* The tables: made once, recorded, wiped without touching anybody else's. */
#include "store_db.h"

#include <pthread.h>

static const struct sql unrelated_count = { "SELECT count(*) FROM unrelated" };

static int open_empty(void **state)
{
    (void)state;
    assert_ok(db_open(test_url, DB_WRITE, &db));
    assert_ok(db_wipe(db));
    assert_ok(db_script(db, "DROP TABLE IF EXISTS unrelated"));
    return 0;
}

static int close_empty(void **state)
{
    (void)state;
    assert_ok(db_script(db, "DROP TABLE IF EXISTS unrelated"));
    db_close(db);
    return 0;
}

static void an_empty_database_has_version_0(void **state)
{
    int version = -1, latest = -1;

    (void)state;
    assert_ok(db_version(db, &version, &latest));
    assert_int_equal(version, 0);
    assert_true(latest >= 1);
}

static void twice_is_once(void **state)
{
    static const struct sql count = { "SELECT count(*) FROM migration" };
    int version, latest, n = 0;

    (void)state;
    assert_ok(db_migrate(db));
    assert_ok(db_migrate(db));
    assert_ok(db_version(db, &version, &latest));
    assert_int_equal(version, latest);
    for (const struct migration *m = migrations; m->number; m++)
        n++;
    assert_int_equal(number(&count), n);
}

static void what_is_not_ours_stays(void **state)
{
    int version, latest;

    (void)state;
    assert_ok(db_script(db, "CREATE TABLE unrelated (n $INT);"
                            "INSERT INTO unrelated VALUES (1)"));
    assert_ok(db_version(db, &version, &latest));
    assert_int_equal(version, 0);
    assert_ok(db_wipe(db));
    assert_ok(db_migrate(db));
    assert_int_equal(number(&unrelated_count), 1);
    assert_ok(db_wipe(db));
    assert_int_equal(number(&unrelated_count), 1);
}

static void wiping_leaves_nothing(void **state)
{
    static const struct sql in_file = {
        "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    };
    static const struct sql in_server = {
        "SELECT count(*) FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace"
    };

    (void)state;
    assert_ok(db_migrate(db));
    assert_ok(db_wipe(db));
    assert_int_equal(number(on_sqlite() ? &in_file : &in_server), 0);
    assert_ok(db_migrate(db));
}

static void a_newer_database_is_refused(void **state)
{
    (void)state;
    assert_ok(db_migrate(db));
    assert_ok(db_script(db, "INSERT INTO migration VALUES (9999, 'x', 0)"));
    assert_int_equal(db_migrate(db), ERR_CONFLICT);
}

static void *migrate(void *arg)
{
    struct db *mine;
    enum result *rc = arg;

    *rc = db_open(test_url, DB_WRITE, &mine);
    if (*rc == OK) {
        *rc = db_migrate(mine);
        db_close(mine);
    }
    return NULL;
}

static void starters_wait_for_each_other(void **state)
{
    enum { STARTERS = 6 };
    pthread_t thread[STARTERS];
    enum result rc[STARTERS];

    (void)state;
    for (int i = 0; i < STARTERS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, migrate, &rc[i]),
                         0);
    for (int i = 0; i < STARTERS; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < STARTERS; i++)
        assert_ok(rc[i]);
}

static void parts_for_one_database(void **state)
{
    static const struct sql which = { "SELECT n FROM unrelated" };

    (void)state;
    assert_ok(db_script(db, "CREATE TABLE unrelated (n $INT);\n"
                            "-- only sqlite\n"
                            "INSERT INTO unrelated VALUES (1);\n"
                            "-- end\n"
                            "-- only postgresql\n"
                            "INSERT INTO unrelated VALUES (2);\n"
                            "-- end\n"));
    assert_int_equal(number(&which), on_sqlite() ? 1 : 2);
}

#define E(name) cmocka_unit_test_setup_teardown(name, open_empty, close_empty)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        E(an_empty_database_has_version_0),
        E(twice_is_once),
        E(what_is_not_ours_stays),
        E(wiping_leaves_nothing),
        E(a_newer_database_is_refused),
        E(starters_wait_for_each_other),
        E(parts_for_one_database),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
