#include "sessions_rig.h"

#include <sodium.h>

#include "core/password.h"
#include "core/signin.h"

#define OLD                                                            \
    "pbkdf2:sha256:50000$TCI4GzcX$0de171a4f4dac32e3364c7ddc7c14f3e2fa" \
    "61f2d17574483f7ffbb431b4acb2f"

static const struct document_limits wide = { 1000, 1000 };

static struct signin as(const char *name, const char *password)
{
    return (struct signin){ .name = str_of(name),
                            .password = str_of(password),
                            .agent = STR("A browser"),
                            .address = STR("192.0.2.1") };
}

static enum result attempt(const char *name, const char *password)
{
    struct signin in = as(name, password);

    return signin_try(s, db, arena, &in);
}

struct setting {
    struct job job; /* first */
    struct account_id id;
    struct str hash;
};

static enum result set(struct db *on, struct job *job)
{
    struct setting *it = (struct setting *)job;

    return account_set_password(on, it->id, it->hash);
}

static void set_hash(struct account_id id, const char *hash)
{
    struct setting it = { .job = { .do_it = set }, .id = id,
                          .hash = str_of(hash) };

    assert_ok(writer_do(writer, &it.job));
}

static struct str hash_of(struct account_id id)
{
    struct account a;

    assert_ok(account_get(db, arena, id, &a));
    return a.password;
}

static void a_name_and_its_password(void **state)
{
    struct session found;
    struct signin in = as("anna", "test");

    (void)state;
    set_hash(anna, OLD);
    assert_int_equal(attempt("nobody", "test"), ERR_MISSING);
    assert_int_equal(attempt("anna", "tesT"), ERR_DENIED);
    assert_int_equal(attempt("anna", ""), ERR_DENIED);
    assert_int_equal(attempt("bert", "test"), ERR_DENIED); /* no hash at all */
    assert_int_equal(count_of(anna), 0);
    assert_text(hash_of(anna), OLD);
    assert_ok(signin_try(s, db, arena, &in));
    assert_int_equal(in.account.n, anna.n);
    assert_ok(sessions_find(s, db, arena, in.id, &found));
    assert_int_equal(found.account.n, anna.n);
    assert_text(found.agent, "A browser");
}

static void an_old_hash_is_replaced_once(void **state)
{
    (void)state;
    set_hash(anna, OLD);
    assert_ok(attempt("anna", "test"));
    struct str first = hash_of(anna);
    assert_false(password_outdated(first));
    assert_ok(attempt("anna", "test"));
    assert_true(str_eq(hash_of(anna), first));
    assert_int_equal(attempt("anna", "tesT"), ERR_DENIED);
}

/* The check takes a while. Meanwhile the owner may have changed it. */
static void a_password_that_was_just_changed(void **state)
{
    struct signin in = { .account = anna, .password = STR("test") };

    (void)state;
    set_hash(anna, OLD);
    assert_ok(db_begin_read(db));
    assert_text(hash_of(anna), OLD);
    set_hash(anna, "another");
    assert_int_equal(attempt("anna", "test"), ERR_DENIED);
    assert_int_equal(signin_change(s, db, arena, &in, STR("new")), ERR_DENIED);
    assert_ok(db_end(db, OK));
    assert_text(hash_of(anna), "another");
    assert_int_equal(count_of(anna), 0);
}

static void what_it_leaves(void **state)
{
    struct str before = sign_in((struct account_id){ 0 });
    struct signin in = as("anna", "test");
    struct document d = {
        .owner = { .session = session_hash(arena, before) },
        .name = STR("n"), .type = STR("text/plain"), .body = STR("b"),
        .expires_at = wall + DAYS,
    };
    struct document_owner owner = { .account = anna };
    struct document *list;
    int n;

    (void)state;
    set_hash(anna, OLD);
    assert_ok(document_add(db, &d, &wide, wall, &d.id));
    in.leaves = d.owner.session;
    in.password = STR("wrong");
    assert_int_equal(signin_try(s, db, arena, &in), ERR_DENIED);
    assert_ok(find(before));
    in.password = STR("test");
    assert_ok(signin_try(s, db, arena, &in));
    assert_int_equal(find(before), ERR_MISSING);
    assert_ok(document_list(db, arena, &owner, wall, &list, &n));
    assert_int_equal(n, 1);
    assert_int_equal(list[0].id.n, d.id.n);
}

static void another_password(void **state)
{
    struct str here = sign_in(anna), there = sign_in(anna);
    struct str other = sign_in(bert);
    struct signin in = { .account = anna, .password = STR("wrong"),
                         .leaves = session_hash(arena, here) };

    (void)state;
    set_hash(anna, OLD);
    assert_int_equal(signin_change(s, db, arena, &in, STR("new")), ERR_DENIED);
    assert_ok(find(there));
    in.password = STR("test");
    assert_int_equal(signin_change(s, db, arena, &in, STR("")), ERR_INVALID);
    assert_ok(find(there));
    assert_ok(signin_change(s, db, arena, &in, STR("new")));
    assert_int_equal(find(here), ERR_MISSING);
    assert_int_equal(find(there), ERR_MISSING);
    assert_ok(find(other));
    assert_ok(find(in.id));
    assert_int_equal(count_of(anna), 1);
    assert_ok(signin_prove(db, arena, anna, STR("new")));
    assert_int_equal(signin_prove(db, arena, anna, STR("test")), ERR_DENIED);
    in.account.n = bert.n + 1;
    assert_int_equal(signin_change(s, db, arena, &in, STR("x")), ERR_MISSING);
}

static int run(void)
{
    static const struct CMUnitTest tests[] = {
        SESSIONS(a_name_and_its_password),
        SESSIONS(an_old_hash_is_replaced_once),
        SESSIONS(a_password_that_was_just_changed),
        SESSIONS(what_it_leaves),
        SESSIONS(another_password),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return sodium_init() < 0 || on_each_database(run);
}
