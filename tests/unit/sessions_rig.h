/* sessions_rig.h -- sessions with clocks that a test turns, a writer, and two
 * accounts. */
#ifndef SESSIONS_RIG_H
#define SESSIONS_RIG_H

#include "store_db.h"

#include "core/metrics.h"
#include "core/sessions_kind.h"
#include "core/writer.h"
#include "store/account.h"
#include "store/document.h"

enum { SECONDS = 1000, MINUTES = 60 * SECONDS, HOURS = 60 * MINUTES };

#define DAYS (INT64_C(24) * HOURS)

static const struct session_limits usual = { .absolute_ms = 31 * DAYS,
                                             .idle_ms = 7 * DAYS };

/* NULL, or the address of a Redis. */
static const char *where;
static struct sessions *s;
static struct writer *writer;
static struct metrics metrics;
static struct account_id anna, bert;
static int64_t wall, steady;

static int64_t read_wall(void)
{
    return wall;
}

static int64_t read_steady(void)
{
    return steady;
}

/* As a start of the server does. */
static inline void open_sessions(const struct session_limits *limits)
{
    assert_ok(sessions_open(where, writer, db, limits, &s));
    s->wall = read_wall;
    s->steady = read_steady;
    s->now_steady = steady;
}

static inline void restart(const struct session_limits *limits)
{
    sessions_close(s);
    open_sessions(limits);
}

static inline void pass(int64_t ms)
{
    wall += ms;
    steady += ms;
}

static inline int begin(void **state)
{
    struct db *own;

    open_tables(state);
    assert_ok(account_add(db, STR("anna"), STR("old"), false, 1, &anna));
    assert_ok(account_add(db, STR("bert"), STR("x"), false, 1, &bert));
    assert_ok(db_open(test_url, DB_WRITE, &own));
    metrics = (struct metrics){ 0 };
    writer = writer_start(own, &metrics);
    wall = INT64_C(1800000000000);
    steady = 5000;
    open_sessions(&usual);
    return 0;
}

static inline int end(void **state)
{
    writer_stop(writer);
    sessions_close(s);
    return close_tables(state);
}

static inline struct str sign_in(struct account_id whose)
{
    struct session new = { .account = whose, .agent = STR("A browser"),
                           .address = STR("192.0.2.1") };
    struct session_change c = { .begin = &new };

    assert_ok(sessions_change(s, arena, &c));
    return c.id;
}

static inline enum result find(struct str id)
{
    struct session found;

    return sessions_find(s, db, arena, id, &found);
}

static inline int count_of(struct account_id whose)
{
    struct session *list;
    int n;

    assert_ok(sessions_list(s, db, arena, whose, &list, &n));
    return n;
}

static inline enum result sign_out(struct str id)
{
    struct session_change c = { .end = session_hash(arena, id) };

    return sessions_change(s, arena, &c);
}

#define SESSIONS(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
