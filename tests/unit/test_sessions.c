/* What a session promises, wherever it is kept: on both databases, and in a
 * Redis when ALMANAC_TEST_REDIS names one. */
#include "sessions_rig.h"

#include <pthread.h>

#include "core/redis.h"

static const struct sql password_sql = {
    "SELECT count(*) FROM account WHERE password = 'new'"
};
static const struct sql documents_sql = { "SELECT count(*) FROM document" };

static void an_id_is_43_characters_and_never_the_same(void **state)
{
    struct str a = sign_in(anna), b = sign_in(anna);

    (void)state;
    assert_int_equal(a.n, 43);
    assert_true(session_id_valid(a));
    assert_true(session_id_valid(b));
    assert_false(str_eq(a, b));
    assert_false(str_eq(session_token(arena, a), session_token(arena, b)));
    assert_false(str_eq(session_token(arena, a), a));
    assert_int_equal(session_token(arena, a).n, SESSION_TOKEN);
}

static void finds_what_was_begun(void **state)
{
    struct session found;
    struct str id = sign_in(anna);

    (void)state;
    assert_ok(sessions_find(s, db, arena, id, &found));
    assert_int_equal(found.account.n, anna.n);
    assert_true(str_eq(found.hash, session_hash(arena, id)));
    assert_text(found.agent, "A browser");
    assert_text(found.address, "192.0.2.1");
    assert_int_equal(found.created_at, wall);
    assert_int_equal(found.seen_at, wall);
    assert_int_equal(found.expires_at, wall + 7 * DAYS);
}

/* Without any look-up: there is no database to look into. */
static void another_shape_is_nobodys(void **state)
{
    static const char *const wrong[] = {
        "", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\xc3\xa4",
    };
    struct sessions blind = *s;
    struct session found;

    (void)state;
    blind.kind = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(sessions_find(&blind, NULL, arena, str_of(wrong[i]),
                                       &found),
                         ERR_MISSING);
    assert_int_equal(sessions_find(&blind, NULL, arena, NO_STR, &found),
                     ERR_MISSING);
}

static void an_unknown_id_stays_unknown(void **state)
{
    struct str id = STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

    (void)state;
    assert_int_equal(find(id), ERR_MISSING);
    assert_int_equal(find(id), ERR_MISSING);
}

static void texts_are_cut_or_left_out(void **state)
{
    char agent[SESSION_TEXT_MAX + 2];
    struct session new = { .account = anna }, found;
    struct session_change c = { .begin = &new };

    (void)state;
    memset(agent, 'a', sizeof agent);
    agent[SESSION_TEXT_MAX - 1] = '\xc3';
    agent[SESSION_TEXT_MAX] = '\xa4';
    new.agent = (struct str){ agent, sizeof agent };
    new.address = STR("no \xff text");
    assert_ok(sessions_change(s, arena, &c));
    assert_ok(sessions_find(s, db, arena, c.id, &found));
    assert_int_equal(found.agent.n, SESSION_TEXT_MAX - 1);
    assert_text(found.address, "");
}

static void ends_when_it_is_not_used(void **state)
{
    struct str id = sign_in(anna);

    (void)state;
    pass(7 * DAYS - 1);
    assert_ok(find(id));
    pass(7 * DAYS);
    assert_int_equal(find(id), ERR_MISSING); /* at that very moment */
    assert_int_equal(count_of(anna), 0);
}

static void ends_after_its_longest_time(void **state)
{
    struct str id = sign_in(anna);

    (void)state;
    for (int day = 1; day < 31; day++) {
        pass(DAYS);
        assert_ok(find(id));
    }
    pass(DAYS - 1);
    assert_ok(find(id));
    pass(1);
    assert_int_equal(find(id), ERR_MISSING);
}

static void a_phone_that_polls_writes_six_times_an_hour(void **state)
{
    struct str id = sign_in(anna);
    int64_t before = metrics.commits, last = wall;
    int writes = 0;
    struct session found;

    (void)state;
    for (int i = 0; i < 360; i++) {
        pass(10 * SECONDS);
        assert_ok(sessions_find(s, db, arena, id, &found));
        writes += found.seen_at != last;
        last = found.seen_at;
    }
    assert_in_range(writes, 5, 6);
    assert_int_equal(metrics.commits - before, where ? 0 : writes);
}

static void short_limits_are_noted_more_often(void **state)
{
    const struct session_limits limits = { .absolute_ms = 1 * HOURS,
                                           .idle_ms = 100 * SECONDS };
    struct str id;

    (void)state;
    restart(&limits);
    id = sign_in(anna);
    for (int i = 0; i < 40; i++) {
        pass(99 * SECONDS);
        if (i < 36)
            assert_ok(find(id));
    }
    assert_int_equal(find(id), ERR_MISSING);
}

static void time_never_runs_backwards(void **state)
{
    int64_t first = sessions_now(s);

    (void)state;
    wall -= 3 * DAYS;
    assert_int_equal(sessions_now(s), first);
    steady += 50;
    assert_int_equal(sessions_now(s), first + 50);
    wall = first + 10 * DAYS;
    assert_int_equal(sessions_now(s), first + 10 * DAYS);
}

static void a_clock_put_back_revives_nothing(void **state)
{
    struct str id = sign_in(anna), unmet = sign_in(anna);

    (void)state;
    pass(8 * DAYS);
    assert_int_equal(find(id), ERR_MISSING);
    wall -= 5 * DAYS;
    assert_int_equal(find(id), ERR_MISSING);
    assert_int_equal(find(unmet), ERR_MISSING);
    restart(&usual);
    assert_int_equal(find(id), ERR_MISSING);
    assert_int_equal(find(unmet), ERR_MISSING);
    steady -= 3000; /* as a machine that was started again */
    restart(&usual);
    assert_int_equal(find(id), ERR_MISSING);
}

static void survives_a_restart(void **state)
{
    struct str id = sign_in(anna);

    (void)state;
    restart(&usual);
    assert_ok(find(id));
    assert_int_equal(count_of(anna), 1);
}

static void shorter_limits_hold_at_once(void **state)
{
    const struct session_limits shorter = { .absolute_ms = 2 * DAYS,
                                            .idle_ms = 1 * DAYS };
    struct str id = sign_in(anna), kept;

    (void)state;
    pass(DAYS);
    kept = sign_in(anna);
    restart(&shorter);
    assert_int_equal(count_of(anna), 1);
    assert_int_equal(find(id), ERR_MISSING);
    assert_ok(find(kept));
    restart(&usual);
    assert_int_equal(find(id), ERR_MISSING);
}

static void ends_and_stays_so(void **state)
{
    struct str id = sign_in(anna), other = sign_in(anna);
    struct session found;

    (void)state;
    assert_ok(sessions_find(s, db, arena, id, &found));
    assert_ok(sign_out(id));
    assert_int_equal(find(id), ERR_MISSING);
    /* a slower request that had met it alive */
    assert_int_equal(s->kind->seen(s, &found), ERR_MISSING);
    assert_int_equal(find(id), ERR_MISSING);
    assert_ok(find(other));
    assert_ok(sign_out(id));
}

static enum result refuse(struct sessions *to, const struct session *used)
{
    (void)to;
    (void)used;
    return ERR_BUSY;
}

static void a_use_that_cannot_be_noted_signs_nobody_out(void **state)
{
    struct str id = sign_in(anna);
    struct sessions_kind sick = *s->kind;

    (void)state;
    sick.seen = refuse;
    s->kind = &sick;
    pass(1 * HOURS);
    assert_ok(find(id));
    s->kind = where ? &sessions_redis : &sessions_database;
    assert_ok(find(id));
}

/* -- several things at once */

static enum result set_password(struct db *to, void *arg)
{
    enum result *rc = arg;
    enum result set = account_set_password(to, anna, STR("new"));

    return *rc == OK ? set : *rc;
}

static void a_password_change_ends_all_and_begins_one(void **state)
{
    struct str old[] = { sign_in(anna), sign_in(anna) }, berts = sign_in(bert);
    struct session new = { .account = anna };
    enum result rc = OK;
    struct session_change c = { .with = set_password, .arg = &rc,
                                .end = session_hash(arena, old[0]),
                                .end_all = anna, .begin = &new };

    (void)state;
    assert_ok(sessions_change(s, arena, &c));
    assert_int_equal(find(old[0]), ERR_MISSING);
    assert_int_equal(find(old[1]), ERR_MISSING);
    assert_ok(find(c.id));
    assert_ok(find(berts));
    assert_int_equal(count_of(anna), 1);
    assert_int_equal(number(&password_sql), 1);
}

static void all_but_one_end(void **state)
{
    struct str mine = sign_in(anna), old[] = { sign_in(anna), sign_in(anna) };
    struct str berts = sign_in(bert);
    struct session_change c = { .end_all = anna,
                                .keep = session_hash(arena, mine) };

    (void)state;
    assert_ok(sessions_change(s, arena, &c));
    assert_ok(find(mine));
    assert_int_equal(find(old[0]), ERR_MISSING);
    assert_int_equal(find(old[1]), ERR_MISSING);
    assert_ok(find(berts));
    assert_int_equal(count_of(anna), 1);
}

static void a_refused_sign_in_leaves_everything_as_it_was(void **state)
{
    struct str old = sign_in(anna);
    struct session new = { .account = anna };
    enum result rc = ERR_DENIED;
    struct session_change c = { .with = set_password, .arg = &rc,
                                .end = session_hash(arena, old),
                                .begin = &new };

    (void)state;
    assert_int_equal(sessions_change(s, arena, &c), ERR_DENIED);
    assert_ok(find(old));
    assert_int_equal(find(c.id), ERR_MISSING);
    assert_int_equal(count_of(anna), 1);
    assert_int_equal(number(&password_sql), 0);
}

static enum result become_bert(struct db *to, void *arg)
{
    struct session *new = arg;

    (void)to;
    new->account = bert;
    return OK;
}

static void an_account_may_be_made_on_the_way(void **state)
{
    struct session new = { 0 }, found;
    struct session_change c = { .with = become_bert, .arg = &new,
                                .begin = &new };

    (void)state;
    assert_ok(sessions_change(s, arena, &c));
    assert_ok(sessions_find(s, db, arena, c.id, &found));
    assert_int_equal(found.account.n, bert.n);
    assert_int_equal(count_of(bert), 1);
}

static void documents_go_with_their_session(void **state)
{
    struct str id = sign_in((struct account_id){ 0 });
    struct document d = { .owner.session = session_hash(arena, id),
                          .name = STR("a"), .type = STR("text/plain"),
                          .body = STR("b"), .expires_at = wall + HOURS };
    struct document_limits limits = { 1000, 1000 };
    struct document_id made;

    (void)state;
    assert_ok(document_add(db, &d, &limits, wall, &made));
    assert_ok(sign_out(id));
    assert_int_equal(number(&documents_sql), 0);
}

static void lists_the_live_ones_of_an_account(void **state)
{
    struct str id[3];
    struct session *list;
    int n;

    (void)state;
    for (int i = 0; i < 3; i++) {
        id[i] = sign_in(anna);
        pass(HOURS);
    }
    sign_in(bert);
    assert_ok(find(id[0])); /* seen last */
    assert_ok(sign_out(id[1]));
    assert_ok(sessions_list(s, db, arena, anna, &list, &n));
    assert_int_equal(n, 2);
    assert_true(str_eq(list[0].hash, session_hash(arena, id[0])));
    assert_true(str_eq(list[1].hash, session_hash(arena, id[2])));
    assert_int_equal(list[0].account.n, anna.n);
    assert_text(list[0].agent, "A browser");
    pass(7 * DAYS);
    assert_int_equal(count_of(anna), 0);
}

/* -- at the same time */

enum { THREADS = 4, ROUNDS = 60 };

struct visitor {
    pthread_t thread;
    struct str id;
    int met;
};

static int64_t racing(void)
{
    static _Atomic int64_t ms; /* a use is due whenever somebody looks */

    return wall + (ms += HOURS);
}

static void *visit(void *arg)
{
    struct visitor *v = arg;
    struct arena *own = arena_new();
    struct session found;
    struct db *read;
    enum result rc = db_open(test_url, DB_READ, &read);

    for (int i = 0; i < ROUNDS && rc == OK; i++) {
        rc = sessions_find(s, read, own, v->id, &found);
        v->met += rc == OK;
    }
    db_close(read);
    arena_free(own);
    return NULL;
}

/* Everybody's use is being noted while it ends. */
static void no_log_out_is_lost(void **state)
{
    const struct session_limits wide = { .absolute_ms = 10000 * DAYS,
                                         .idle_ms = 2000 * DAYS };
    struct visitor v[THREADS];

    (void)state;
    restart(&wide);
    s->wall = racing;
    for (int round = 0; round < 5; round++) {
        struct str id = sign_in(anna);

        for (int i = 0; i < THREADS; i++) {
            v[i] = (struct visitor){ .id = id };
            assert_int_equal(pthread_create(&v[i].thread, NULL, visit, &v[i]),
                             0);
        }
        usleep(1000 * (useconds_t)round);
        assert_ok(sign_out(id));
        for (int i = 0; i < THREADS; i++)
            pthread_join(v[i].thread, NULL);
        assert_int_equal(find(id), ERR_MISSING);
        assert_int_equal(count_of(anna), 0);
    }
}

/* -- where it runs */

static int empty_redis(void **state)
{
    struct redis *r;
    struct redis_commands c = { 0 };

    if (where) {
        assert_ok(redis_open(where, &r));
        redis_add(&c, "FLUSHDB");
        assert_ok(redis_do(r, &c));
        redis_close(r);
    }
    return begin(state);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, empty_redis, end)

static int run(void)
{
    static const struct CMUnitTest tests[] = {
        BOTH(an_id_is_43_characters_and_never_the_same),
        BOTH(finds_what_was_begun),
        BOTH(another_shape_is_nobodys),
        BOTH(an_unknown_id_stays_unknown),
        BOTH(texts_are_cut_or_left_out),
        BOTH(ends_when_it_is_not_used),
        BOTH(ends_after_its_longest_time),
        BOTH(a_phone_that_polls_writes_six_times_an_hour),
        BOTH(short_limits_are_noted_more_often),
        BOTH(time_never_runs_backwards),
        BOTH(a_clock_put_back_revives_nothing),
        BOTH(survives_a_restart),
        BOTH(shorter_limits_hold_at_once),
        BOTH(ends_and_stays_so),
        BOTH(a_use_that_cannot_be_noted_signs_nobody_out),
        BOTH(a_password_change_ends_all_and_begins_one),
        BOTH(all_but_one_end),
        BOTH(a_refused_sign_in_leaves_everything_as_it_was),
        BOTH(an_account_may_be_made_on_the_way),
        BOTH(documents_go_with_their_session),
        BOTH(lists_the_live_ones_of_an_account),
        BOTH(no_log_out_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    int failed = on_each_database(run);

    if ((where = getenv("ALMANAC_TEST_REDIS")) != NULL)
        failed += on_fresh_file(run);
    return failed;
}
