#include "store_db.h"

#include "base/fold.h"
#include "store/account.h"
#include "store/channel.h"
#include "store/post.h"

enum { DAY = POST_UNDO_MS };

static struct account_id ann, bob;
static struct channel_id open_one, secret_one; /* ann's */

static struct channel_id add_channel(const char *name, bool is_public)
{
    struct channel c = { .owner = ann, .name = str_of(name),
                         .is_public = is_public,
                         .zone = STR("Europe/Berlin") };

    assert_ok(channel_add(db, &c));
    return c.id;
}

static int set_up(void **state)
{
    open_tables(state);
    assert_ok(account_add(db, STR("ann"), STR("hash"), false, 1, &ann));
    assert_ok(account_add(db, STR("bob"), STR("hash"), false, 1, &bob));
    open_one = add_channel("Open", true);
    secret_one = add_channel("Secret", false);
    return 0;
}

static struct post_id add(struct account_id author, struct channel_id channel,
                          const char *title, int64_t at)
{
    struct post p = { .author = author, .channel = channel,
                      .title = str_of(title), .body = STR("body"),
                      .created_at = at, .updated_at = at };
    struct post_id id;

    assert_ok(post_add(db, &p, &id));
    return id;
}

static const struct channel_id none;

/* The titles, a space between them. */
static void gives(struct post_query q, const char *want)
{
    struct post *list;
    char got[512] = "";
    int n;

    if (q.limit == 0)
        q.limit = 50;
    assert_ok(post_list(db, arena, &q, &list, &n));
    for (int i = 0; i < n; i++) {
        if (i > 0)
            strcat(got, " ");
        strncat(got, list[i].title.p, list[i].title.n);
    }
    assert_string_equal(got, want);
}

static void it_comes_back(void **state)
{
    struct post p = { .author = ann, .channel = secret_one, .pinned = true,
                      .at = -5, .title = STR(" <T> "), .body = STR("a\nb"),
                      .created_at = 7, .updated_at = 8 }, got;
    struct post_id id;

    (void)state;
    assert_ok(post_add(db, &p, &id));
    assert_ok(post_get(db, arena, id, &got));
    assert_int_equal(got.id.n, id.n);
    assert_int_equal(got.author.n, ann.n);
    assert_text(got.author_name, "ann");
    assert_int_equal(got.channel.n, secret_one.n);
    assert_text(got.channel_name, "Secret");
    assert_text(got.channel_zone, "Europe/Berlin");
    assert_int_equal(got.channel_owner.n, ann.n);
    assert_false(got.channel_is_public);
    assert_true(got.pinned);
    assert_int_equal(got.at, -5);
    assert_text(got.title, " <T> ");
    assert_text(got.body, "a\nb");
    assert_int_equal(got.created_at, 7);
    assert_int_equal(got.updated_at, 8);
    assert_int_equal(got.deleted_at, 0);
    id.n++;
    assert_int_equal(post_get(db, arena, id, &got), ERR_MISSING);
}

static void without_a_channel(void **state)
{
    struct post got;

    (void)state;
    assert_ok(post_get(db, arena, add(bob, none, "t", 1), &got));
    assert_int_equal(got.channel.n, 0);
    assert_int_equal(got.channel_owner.n, 0);
    assert_text(got.channel_name, NULL);
    assert_true(got.channel_is_public);
    assert_false(got.pinned);
}

static void it_is_written_again(void **state)
{
    struct post p, got;
    struct post_id id = add(ann, secret_one, "old", 5);

    (void)state;
    assert_ok(post_get(db, arena, id, &p));
    p.title = STR("Ärger");
    p.body = NO_STR;
    p.channel = none;
    p.updated_at = 6;
    assert_ok(post_put(db, &p));
    assert_ok(post_get(db, arena, id, &got));
    assert_text(got.title, "Ärger");
    assert_text(got.body, "");
    assert_int_equal(got.channel.n, 0);
    assert_int_equal(got.created_at, 5);
    assert_int_equal(got.updated_at, 6);
    gives((struct post_query){ .words = { STR("arger") } }, "Ärger");
    gives((struct post_query){ .words = { STR("old") } }, "");
    assert_ok(post_remove(db, id, 7));
    assert_int_equal(post_put(db, &p), ERR_MISSING);
    p.id.n++;
    assert_int_equal(post_put(db, &p), ERR_MISSING);
}

static void limits(void **state)
{
    char text[POST_BODY_MAX + 1];
    struct post p = { .author = ann, .title = { text, POST_TITLE_MAX },
                      .body = { text, POST_BODY_MAX } };
    struct post_id id;

    (void)state;
    memset(text, 'x', sizeof text);
    assert_ok(post_add(db, &p, &p.id));
    assert_ok(post_put(db, &p));
    p.body.n++;
    assert_int_equal(post_add(db, &p, &id), ERR_TOO_BIG);
    assert_int_equal(post_put(db, &p), ERR_TOO_BIG);
    p.body.n = 0;
    p.title.n++;
    assert_int_equal(post_add(db, &p, &id), ERR_TOO_BIG);
    p.title = STR("");
    assert_int_equal(post_add(db, &p, &id), ERR_INVALID);
    assert_int_equal(post_put(db, &p), ERR_INVALID);
    p.title = STR("\xFF");
    assert_int_equal(post_add(db, &p, &id), ERR_GARBLED);
    p.title = STR("t");
    p.body = (struct str){ "a\0b", 3 };
    assert_int_equal(post_add(db, &p, &id), ERR_GARBLED);
}

static void a_channel_that_is_not_there(void **state)
{
    struct post p = { .author = ann, .title = STR("t"), .channel = { 99 } };
    struct post_id id;

    (void)state;
    assert_int_equal(post_add(db, &p, &id), ERR_MISSING);
    p.id = add(ann, none, "t", 1);
    assert_int_equal(post_put(db, &p), ERR_MISSING);
}

static void newest_first(void **state)
{
    (void)state;
    gives((struct post_query){ .reader = ann }, "");
    add(ann, none, "b", 20);
    add(bob, none, "c", 20); /* at the same time: the later id first */
    add(bob, none, "a", 10);
    add(bob, none, "d", 30);
    gives((struct post_query){ .limit = 9 }, "d c b a");
    gives((struct post_query){ .limit = 2 }, "d c");
}

static void page_by_page(void **state)
{
    struct post_id id[5];

    (void)state;
    for (int i = 0; i < 5; i++) /* a b at 1; c d at 2; e at 3 */
        id[i] = add(ann, none, (const char *[]){ "a", "b", "c", "d", "e" }[i],
                    1 + i / 2);
    gives((struct post_query){ .limit = 2, .before = { 2, id[3] } }, "c b");
    gives((struct post_query){ .limit = 2, .before = { 1, id[1] } }, "a");
    gives((struct post_query){ .limit = 2, .before = { 1, id[0] } }, "");
    gives((struct post_query){ .limit = 2, .after = { 1, id[0] } }, "c b");
    gives((struct post_query){ .limit = 2, .after = { 2, id[3] } }, "e");
    gives((struct post_query){ .limit = 2, .after = { 3, id[4] } }, "");
    /* From where a post was that is gone. */
    assert_ok(post_remove(db, id[3], 9));
    gives((struct post_query){ .limit = 2, .before = { 2, id[3] } }, "c b");
    gives((struct post_query){ .limit = 2 }, "e c");
}

static void who_sees_what(void **state)
{
    (void)state;
    add(ann, none, "free", 1);
    add(ann, open_one, "open", 2);
    add(ann, secret_one, "secret", 3);
    add(bob, secret_one, "bobs", 4);
    gives((struct post_query){ 0 }, "open free");
    gives((struct post_query){ .reader = ann }, "bobs secret open free");
    gives((struct post_query){ .reader = bob }, "bobs open free");
    gives((struct post_query){ .opened = secret_one },
          "bobs secret open free");
    gives((struct post_query){ .opened = open_one }, "open free");
    gives((struct post_query){ .channel = open_one }, "open");
    gives((struct post_query){ .channel = secret_one }, "");
    gives((struct post_query){ .channel = secret_one, .reader = bob },
          "bobs");
    gives((struct post_query){ .words = { STR("secret") } }, "");
    gives((struct post_query){ .words = { STR("secret") }, .reader = ann },
          "secret");
}

static void words(void **state)
{
    struct post p = { .author = ann, .title = STR("Größe: 100% von_x"),
                      .body = STR("C:\\temp\n'); DROP TABLE post;--") };
    static const struct {
        const char *a, *b;
        bool found;
    } tries[] = {
        { "grosse", NULL, true },
        { "ROSSE", "Ö", true },
        { "grosse", "temp", true },
        { "temp", "grosse", true },
        { "grosse", "missing", false },
        { "100%", NULL, true },
        { "1%0", NULL, false },
        { "%", "_", true },
        { "von_x", NULL, true },
        { "v_n", NULL, false },
        { "c:\\temp", NULL, true },
        { "\\", NULL, true },
        { "\\\\", NULL, false },
        { "x\nc", NULL, true },
        { "xc", NULL, false },
        { "');", "--", true },
        { "'", NULL, true },
        { "' or '1'='1", NULL, false },
    };

    (void)state;
    assert_ok(post_add(db, &p, &p.id));
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct post_query q = {
            .words = { fold(arena, str_of(tries[i].a)),
                       fold(arena, str_of(tries[i].b)) }
        };

        gives(q, tries[i].found ? "Größe: 100% von_x" : "");
    }
}

static void as_many_words_as_there_may_be(void **state)
{
    struct post_query q = { 0 };
    char text[3 * POST_WORD_MAX];

    (void)state;
    add(ann, none, "0a1a2a3a4a5a6a7", 1);
    for (int i = 0; i < POST_WORDS; i++)
        q.words[i] = arena_printf(arena, "%d", i);
    gives(q, "0a1a2a3a4a5a6a7");
    for (int i = 0; i < POST_WORDS; i++) {
        struct post_query other = q;

        other.words[i] = STR("x");
        gives(other, "");
    }
    memset(text, '_', sizeof text);
    struct str marks = { text, sizeof text };
    add(ann, none, arena_copy(arena, str_cap(marks, POST_WORD_MAX)).p, 2);
    gives((struct post_query){ .words = { marks } },
          arena_copy(arena, str_cap(marks, POST_WORD_MAX)).p);
}

static void gone_and_back(void **state)
{
    struct post p;
    struct post_id id = add(ann, none, "t", 1);

    (void)state;
    assert_int_equal(post_restore(db, id, 0), ERR_MISSING);
    assert_ok(post_remove(db, id, 1000));
    assert_int_equal(post_remove(db, id, 1001), ERR_MISSING);
    gives((struct post_query){ .reader = ann }, "");
    assert_ok(post_get(db, arena, id, &p));
    assert_int_equal(p.deleted_at, 1000);
    assert_int_equal(post_restore(db, id, 1000), ERR_MISSING);
    assert_ok(post_restore(db, id, 999));
    gives((struct post_query){ 0 }, "t");
    assert_int_equal(post_restore(db, id, 0), ERR_MISSING);
}

static void removed_ones(void **state)
{
    struct post_id id[4];
    struct post *list;
    int n;

    (void)state;
    for (int i = 0; i < 4; i++) {
        id[i] = add(i == 3 ? bob : ann, none, "t", 1);
        assert_ok(post_remove(db, id[i], 10 + i));
    }
    assert_ok(post_list_removed(db, arena, ann, 10, 9, &list, &n));
    assert_int_equal(n, 2);
    assert_int_equal(list[0].id.n, id[2].n);
    assert_int_equal(list[1].id.n, id[1].n);
    assert_ok(post_list_removed(db, arena, ann, 0, 1, &list, &n));
    assert_int_equal(n, 1);
}

static void purged(void **state)
{
    static const struct sql all_sql = { "SELECT count(*) FROM post" };
    bool more;

    (void)state;
    for (int i = 0; i < 5; i++)
        assert_ok(post_remove(db, add(ann, none, "t", 1), 100 + i));
    add(ann, none, "t", 1);
    assert_ok(post_purge(db, 103, 3, &more));
    assert_true(more);
    assert_int_equal(number(&all_sql), 3);
    assert_ok(post_purge(db, 103, 3, &more));
    assert_false(more);
    assert_int_equal(number(&all_sql), 2);
}

static void notes_of_a_chart(void **state)
{
    static const int64_t at[] = { 30, 10, 20, 40 };
    struct post_id id[4];
    struct post *list;
    int n;

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct post p = { .author = ann, .channel = open_one,
                          .title = STR("t"), .pinned = true, .at = at[i] };

        assert_ok(post_add(db, &p, &id[i]));
    }
    add(ann, open_one, "not pinned", 1);
    assert_ok(post_notes(db, arena, open_one, 10, 30, 9, &list, &n));
    assert_int_equal(n, 3);
    assert_int_equal(list[0].at, 10);
    assert_int_equal(list[2].at, 30);
    assert_ok(post_remove(db, id[2], 1));
    assert_ok(post_notes(db, arena, open_one, 10, 40, 2, &list, &n));
    assert_int_equal(n, 2);
    assert_int_equal(list[0].at, 30);
    assert_int_equal(list[1].at, 40);
    assert_ok(post_notes(db, arena, secret_one, 0, 99, 9, &list, &n));
    assert_int_equal(n, 0);
}

static void they_go_with_channel_and_author(void **state)
{
    static const struct sql all_sql = { "SELECT count(*) FROM post" };
    int64_t n;

    (void)state;
    add(ann, open_one, "a", 1);
    add(bob, open_one, "b", 1);
    assert_ok(post_remove(db, add(ann, open_one, "c", 1), 5));
    add(bob, none, "d", 1);
    add(ann, none, "e", 1);
    assert_ok(post_count(db, open_one, &n));
    assert_int_equal(n, 2);
    assert_ok(channel_remove(db, open_one));
    assert_int_equal(number(&all_sql), 2);
    assert_ok(post_count(db, open_one, &n));
    assert_int_equal(n, 0);
    assert_ok(account_remove(db, bob));
    gives((struct post_query){ 0 }, "e");
}

static void the_seed_stays(void **state)
{
    struct str seed, again;
    char first[64] = "";

    assert_ok(post_seed(db, arena, &seed));
    assert_int_equal(seed.n, 32);
    memcpy(first, seed.p, seed.n);
    assert_ok(post_seed(db, arena, &again));
    assert_text(again, first);
    close_tables(state); /* another database has another */
    assert_ok(open_tables(state));
    assert_ok(post_seed(db, arena, &again));
    assert_string_not_equal(again.p, first);
}

#define V(name) cmocka_unit_test_setup_teardown(name, set_up, close_tables)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        V(it_comes_back),
        V(without_a_channel),
        V(it_is_written_again),
        V(limits),
        V(a_channel_that_is_not_there),
        V(newest_first),
        V(page_by_page),
        V(who_sees_what),
        V(words),
        V(as_many_words_as_there_may_be),
        V(gone_and_back),
        V(removed_ones),
        V(purged),
        V(notes_of_a_chart),
        V(they_go_with_channel_and_author),
        V(the_seed_stays),
    };

    return cmocka_run_group_tests_name("post", tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
