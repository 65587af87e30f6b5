/* store_db.h -- the databases that the tests of db/ and store/ run on.
 *
 * ALMANAC_TEST_DATABASE names one; without it each group of tests runs on a
 * fresh SQLite file and, when ALMANAC_TEST_POSTGRES names a server, on that
 * as well. Whatever is there of ours is dropped before each test.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "db/db.h"
#include "db/migrate.h"

static char test_folder[64];
static const char *test_url;
static struct db *db;
static struct arena *arena;

static inline bool on_sqlite(void)
{
    return strncmp(test_url, "sqlite", 6) == 0;
}

#define assert_ok(what) assert_int_equal((what), OK)

static inline void assert_text(struct str s, const char *want)
{
    if (!want) {
        assert_null(s.p);
        return;
    }
    assert_non_null(s.p);
    assert_int_equal(s.n, strlen(want));
    assert_memory_equal(s.p, want, s.n);
}

/* Empty tables, a connection that writes, an arena. */
static inline int open_tables(void **state)
{
    (void)state;
    arena = arena_new();
    assert_ok(db_open(test_url, DB_WRITE, &db));
    assert_ok(db_wipe(db));
    assert_ok(db_migrate(db));
    return 0;
}

static inline int close_tables(void **state)
{
    (void)state;
    db_close(db);
    db = NULL;
    arena_free(arena);
    return 0;
}

static inline int64_t number(const struct sql *sql)
{
    struct rows q;
    int64_t n = -1;

    for (db_query(db, sql, NO_ARGS, &q); rows_next(&q);)
        n = rows_int(&q, 0);
    assert_ok(rows_end(&q));
    return n;
}

static inline int on_fresh_file(int (*run)(void))
{
    char url[128], remove[128];

    snprintf(test_folder, sizeof test_folder, "/tmp/almanac-test.XXXXXX");
    if (!mkdtemp(test_folder))
        return 1;
    snprintf(url, sizeof url, "sqlite:%s/test.db", test_folder);
    test_url = url;
    int failed = run();
    snprintf(remove, sizeof remove, "rm -rf '%s'", test_folder);
    return system(remove) == 0 ? failed : failed + 1;
}

static inline int on_each_database(int (*run)(void))
{
    const char *server = getenv("ALMANAC_TEST_POSTGRES");

    if ((test_url = getenv("ALMANAC_TEST_DATABASE")) != NULL)
        return run();
    int failed = on_fresh_file(run);
    if ((test_url = server) != NULL)
        failed += run();
    return failed;
}

#define T(name) \
    cmocka_unit_test_setup_teardown(name, open_tables, close_tables)

#endif
