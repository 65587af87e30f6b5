/* Sessions in a Redis: its address, what is kept there and for how long, and
 * what happens while it is away. What needs a real one runs when
 * ALMANAC_TEST_REDIS names it. */
#include "sessions_rig.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <sys/socket.h>

#include "base/moment.h"
#include "core/redis.h"
#include "core/redis_url.h"
#include "core/sessions_pack.h"

static const struct sql password_sql = {
    "SELECT count(*) FROM account WHERE password = 'new'"
};
static const struct sql sessions_sql = { "SELECT count(*) FROM session" };

/* -- pure */

static void an_address_is_read(void **state)
{
    struct arena *a = arena_new();
    struct redis_url at;

    (void)state;
    assert_true(redis_url_parse(STR("redis://localhost"), a, &at));
    assert_text(at.host, "localhost");
    assert_int_equal(at.port, 6379);
    assert_int_equal(at.number, 0);
    assert_text(at.user, NULL);
    assert_text(at.password, NULL);
    assert_true(redis_url_parse(STR("redis://:s%40c:r/t@10.0.0.1:7000/12"), a,
                                &at));
    assert_text(at.host, "10.0.0.1");
    assert_int_equal(at.port, 7000);
    assert_int_equal(at.number, 12);
    assert_text(at.user, NULL);
    assert_text(at.password, "s@c:r/t");
    assert_true(redis_url_parse(STR("redis://u:p@q@[::1]:1/"), a, &at));
    assert_text(at.host, "::1");
    assert_int_equal(at.port, 1);
    assert_text(at.user, "u");
    assert_text(at.password, "p@q");
    assert_true(redis_url_parse(STR("redis://[::1]"), a, &at));
    assert_int_equal(at.port, 6379);
    arena_free(a);
}

static void what_is_no_address_is_refused(void **state)
{
    static const char *const wrong[] = {
        "", "localhost", "redis:", "redis://", "rediss://host", "redis:///1",
        "redis://host:", "redis://host:0", "redis://host:65536",
        "redis://host:x", "redis://host/x", "redis://host/-1",
        "redis://host/1/2", "redis://host?db=1", "redis://user@host",
        "redis://user:@host", "redis://:@host", "redis://@host",
        "redis://[::1", "redis://[::1]1", "redis://ho st", "redis://[]",
        "redis://host:1:2", "postgresql://host/x",
    };
    struct arena *a = arena_new();
    struct redis_url at;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (redis_url_parse(str_of(wrong[i]), a, &at))
            fail_msg("%s was taken for an address", wrong[i]);
    arena_free(a);
}

static void a_session_is_packed_and_unpacked(void **state)
{
    struct arena *a = arena_new();
    struct session in = { .account = { 7 }, .created_at = 1, .seen_at = 20,
                          .expires_at = 300, .address = STR("2001:db8::1"),
                          .agent = STR(" 5 A \"browser\"\tor b") };
    struct session out;

    (void)state;
    assert_true(sessions_unpack(sessions_pack(a, &in), &out));
    assert_int_equal(out.account.n, 7);
    assert_int_equal(out.created_at, 1);
    assert_int_equal(out.seen_at, 20);
    assert_int_equal(out.expires_at, 300);
    assert_text(out.address, "2001:db8::1");
    assert_text(out.agent, " 5 A \"browser\"\tor b");
    in = (struct session){ .address = STR(""), .agent = STR("") };
    assert_true(sessions_unpack(sessions_pack(a, &in), &out));
    assert_int_equal(out.account.n, 0);
    assert_text(out.agent, "");
    arena_free(a);
}

static void what_is_no_session_is_not_unpacked(void **state)
{
    static const char *const wrong[] = {
        "", "1", "1 2 3 4 5", "1 2 3 4 5 0", "1 2 3 4 5 1 ", "2 2 3 4 5 0  ",
        "1 2 3 4 5 9 short", "1 -2 3 4 5 0  ", "1 2 3 4 5 -1 a b",
        "1 2 9223372036854775807 4 5 0  ", "1 x 3 4 5 0  ",
        "1 2 3 4 5 1 ab c", "1 2 3 4 5 0  \xff", "\x80\x04\x95",
    };
    struct session out;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (sessions_unpack(str_of(wrong[i]), &out))
            fail_msg("\"%s\" was taken for a session", wrong[i]);
    assert_false(sessions_unpack(NO_STR, &out));
}

/* -- away */

static char here[64];
static int listener;

/* A port of our own, which takes connections and never says anything. */
static int silent(void **state)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t n = sizeof at;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&at, n), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &n), 0);
    snprintf(here, sizeof here, "redis://:secret@127.0.0.1:%d",
             ntohs(at.sin_port));
    where = here;
    return begin(state);
}

static int silent_end(void **state)
{
    int failed = end(state);

    if (listener >= 0)
        close(listener);
    return failed;
}

static enum result set_password(struct db *to, void *arg)
{
    enum result *rc = arg;
    enum result set = account_set_password(to, anna, STR("new"));

    return rc && *rc != OK ? *rc : set;
}

static void one_that_says_nothing_is_not_waited_for_twice(void **state)
{
    struct str id = STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    int64_t began = moment_steady();

    (void)state; /* that it says nothing was found out a moment ago */
    for (int i = 0; i < 100; i++)
        assert_int_equal(find(id), ERR_BUSY);
    assert_in_range(moment_steady() - began, 0, 500);
}

static void without_it_nothing_changes(void **state)
{
    struct session new = { .account = anna };
    struct session_change c = { .with = set_password, .end_all = anna,
                                .begin = &new };
    struct session *list;
    int n;

    (void)state;
    assert_int_equal(sessions_change(s, arena, &c), ERR_BUSY);
    c.end_all.n = 0;
    assert_int_equal(sessions_change(s, arena, &c), ERR_BUSY);
    c.with = NULL;
    assert_int_equal(sessions_change(s, arena, &c), ERR_BUSY);
    assert_int_equal(number(&password_sql), 0);
    assert_int_equal(number(&sessions_sql), 0); /* not there instead */
    assert_int_equal(sessions_list(s, db, arena, anna, &list, &n), ERR_BUSY);
}

static void a_closed_port_is_busy(void **state)
{
    struct str id = STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

    (void)state;
    close(listener);
    listener = -1;
    usleep(1100 * 1000); /* until one may try again */
    int64_t began = moment_steady();
    assert_int_equal(find(id), ERR_BUSY);
    assert_in_range(moment_steady() - began, 0, 500);
}

static void another_address_is_no_store(void **state)
{
    struct sessions *other;

    (void)state;
    assert_int_equal(sessions_open("redis://", writer, db, &usual, &other),
                     ERR_INVALID);
    assert_int_equal(sessions_open("sqlite:x", writer, db, &usual, &other),
                     ERR_INVALID);
}

/* -- a real one */

static struct redis *redis;

static int real(void **state)
{
    struct redis_commands c = { 0 };

    where = getenv("ALMANAC_TEST_REDIS");
    assert_ok(redis_open(where, &redis));
    redis_add(&c, "FLUSHDB");
    assert_ok(redis_do(redis, &c));
    return begin(state);
}

static int real_end(void **state)
{
    redis_close(redis);
    return end(state);
}

static redisReply *ask(const char *command, const char *word)
{
    struct redis_commands c = { 0 };
    redisReply *reply;

    redis_add(&c, command, word);
    assert_ok(redis_run(redis, &c, &reply));
    return reply;
}

static int64_t ask_int(const char *command, const char *word)
{
    redisReply *reply = ask(command, word);
    int64_t n = reply->integer;

    assert_int_equal(reply->type, REDIS_REPLY_INTEGER);
    freeReplyObject(reply);
    return n;
}

static const char *hex_of(struct str id)
{
    static char room[2 * SESSION_HASH + 1];
    struct str hash = session_hash(arena, id);

    return sodium_bin2hex(room, sizeof room, (const unsigned char *)hash.p,
                          hash.n);
}

static void only_the_hash_is_kept(void **state)
{
    struct str id = sign_in(anna);

    (void)state;
    assert_int_equal(ask_int("DBSIZE", ""), 2);
    assert_int_equal(ask_int("EXISTS almanac:session:%s", hex_of(id)), 1);
    redisReply *r = ask("GET almanac:session:%s", hex_of(id));
    assert_null(memmem(r->str, r->len, id.p, id.n));
    freeReplyObject(r);
    assert_int_equal(number(&sessions_sql), 0);
}

static void redis_forgets_it_in_time(void **state)
{
    const struct session_limits limits = { .absolute_ms = 30 * HOURS,
                                           .idle_ms = 20 * HOURS };
    struct str id;

    (void)state;
    restart(&limits);
    id = sign_in(anna);
    assert_in_range(ask_int("PTTL almanac:session:%s", hex_of(id)),
                    20 * HOURS - MINUTES, 20 * HOURS);
    assert_in_range(ask_int("PTTL almanac:account:%s", "1"),
                    30 * HOURS - MINUTES, 30 * HOURS);
    pass(15 * HOURS);
    assert_ok(find(id));
    assert_in_range(ask_int("PTTL almanac:session:%s", hex_of(id)),
                    15 * HOURS - MINUTES, 15 * HOURS);
    assert_ok(sign_out(id));
    assert_int_equal(ask_int("EXISTS almanac:session:%s", hex_of(id)), 0);
}

static void a_lost_connection_is_made_again(void **state)
{
    struct str id = sign_in(anna);

    (void)state;
    redis_close(redis);
    assert_ok(redis_open(where, &redis));
    freeReplyObject(ask("CLIENT KILL TYPE normal SKIPME %s", "yes"));
    assert_ok(find(id));
    assert_ok(find(id));
}

static void what_has_ended_leaves_the_account(void **state)
{
    struct str id = sign_in(anna);

    (void)state;
    sign_in(anna);
    assert_int_equal(ask_int("DEL almanac:session:%s", hex_of(id)), 1);
    assert_int_equal(ask_int("SCARD almanac:account:%s", "1"), 2);
    assert_int_equal(count_of(anna), 1);
    assert_int_equal(ask_int("SCARD almanac:account:%s", "1"), 1);
}

static void something_else_is_no_session(void **state)
{
    struct str id = sign_in(anna);

    (void)state;
    freeReplyObject(ask("SET almanac:session:%s rubbish", hex_of(id)));
    assert_int_equal(find(id), ERR_MISSING);
    assert_int_equal(count_of(anna), 0);
}

/* The worst is that somebody has to sign in again. */
static void a_failed_password_change_leaves_no_old_session(void **state)
{
    struct str old = sign_in(anna), berts = sign_in(bert);
    struct session new = { .account = anna };
    enum result rc = ERR_BUSY;
    struct session_change c = { .with = set_password, .arg = &rc,
                                .end_all = anna, .begin = &new };

    (void)state;
    assert_int_equal(sessions_change(s, arena, &c), ERR_BUSY);
    assert_int_equal(number(&password_sql), 0);
    assert_int_equal(find(old), ERR_MISSING);
    assert_int_equal(find(c.id), ERR_MISSING);
    assert_ok(find(berts));
}

/* Somebody with the old password comes in while the database changes it. */
static enum result let_one_in(struct db *to, void *arg)
{
    *(struct str *)arg = sign_in(anna);
    return account_set_password(to, anna, STR("new"));
}

static void one_that_began_meanwhile_ends_too(void **state)
{
    struct session new = { .account = anna };
    struct str meanwhile = NO_STR;
    struct session_change c = { .with = let_one_in, .arg = &meanwhile,
                                .end_all = anna, .begin = &new };

    (void)state;
    assert_ok(sessions_change(s, arena, &c));
    assert_int_equal(find(meanwhile), ERR_MISSING);
    assert_ok(find(c.id));
}

/* The password is checked in with; by then its session is there, for whoever
 * changes the password to end it. */
static enum result count_keys(struct db *to, void *arg)
{
    (void)to;
    *(int64_t *)arg = ask_int("SCARD almanac:account:%s", "1");
    return ERR_DENIED;
}

static void a_session_is_there_before_it_is_allowed(void **state)
{
    struct session new = { .account = anna };
    int64_t n = 0;
    struct session_change c = { .with = count_keys, .arg = &n,
                                .begin = &new };

    (void)state;
    assert_int_equal(sessions_change(s, arena, &c), ERR_DENIED);
    assert_int_equal(n, 1);
    assert_int_equal(find(c.id), ERR_MISSING);
}

/* From before sessions were moved to the Redis. */
static void none_stays_in_the_database(void **state)
{
    struct session old = { .hash = session_hash(arena, STR("x")),
                           .account = anna, .agent = STR(""),
                           .address = STR(""), .expires_at = MOMENT_MAX };
    bool more;

    (void)state;
    assert_ok(session_add(db, &old));
    assert_ok(sessions_expire(s, db, &more));
    assert_false(more);
    assert_int_equal(number(&sessions_sql), 0);
}

static void a_wrong_password_is_busy(void **state)
{
    char wrong[128];
    struct str id = sign_in(anna);
    const char *host = strrchr(where, '@');

    (void)state;
    if (!host)
        skip();
    snprintf(wrong, sizeof wrong, "redis://:wrong%s", host);
    where = wrong;
    restart(&usual);
    assert_int_equal(find(id), ERR_BUSY);
    where = getenv("ALMANAC_TEST_REDIS");
    restart(&usual);
    assert_ok(find(id));
}

#define AWAY(name) cmocka_unit_test_setup_teardown(name, silent, silent_end)
#define THERE(name) cmocka_unit_test_setup_teardown(name, real, real_end)

static int run_without(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_read),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(a_session_is_packed_and_unpacked),
        cmocka_unit_test(what_is_no_session_is_not_unpacked),
        AWAY(one_that_says_nothing_is_not_waited_for_twice),
        AWAY(without_it_nothing_changes),
        AWAY(a_closed_port_is_busy),
        AWAY(another_address_is_no_store),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

static int run_with(void)
{
    static const struct CMUnitTest tests[] = {
        THERE(only_the_hash_is_kept),
        THERE(redis_forgets_it_in_time),
        THERE(a_lost_connection_is_made_again),
        THERE(what_has_ended_leaves_the_account),
        THERE(something_else_is_no_session),
        THERE(a_failed_password_change_leaves_no_old_session),
        THERE(one_that_began_meanwhile_ends_too),
        THERE(a_session_is_there_before_it_is_allowed),
        THERE(none_stays_in_the_database),
        THERE(a_wrong_password_is_busy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    int failed = on_fresh_file(run_without);

    if (getenv("ALMANAC_TEST_REDIS"))
        failed += on_fresh_file(run_with);
    return failed;
}
