#include "store_db.h"

#include <pthread.h>

#include "base/moment.h"
#include "store/account.h"
#include "store/channel.h"
#include "store/device.h"
#include "store/key.h"
#include "store/reading.h"

static struct account_id ann, bob;

static int set_up(void **state)
{
    open_tables(state);
    assert_ok(account_add(db, STR("ann"), STR("hash"), false, 1, &ann));
    assert_ok(account_add(db, STR("bob"), STR("hash"), false, 1, &bob));
    return 0;
}

static struct channel_id add(struct account_id owner, bool open,
                             const char *tag)
{
    struct tag t = { .name = str_of(tag) };
    struct field f = { .number = 1, .label = STR("f") };
    struct channel c = { .owner = owner, .is_public = open, .fields = &f,
                         .n_fields = 1, .tags = &t, .n_tags = tag != NULL };

    assert_ok(channel_add(db, &c));
    return c.id;
}

static void all_of_it_comes_back(void **state)
{
    struct field fields[] = {
        { .number = 9, .label = STR("late") },
        { .number = 1, .label = STR("In"), .unit = STR("\xC2\xB0" "C"),
          .display = STR("F"), .colour = STR("#123456") },
        { .number = 64 },
    };
    struct tag tags[] = { { .name = STR("z") }, { .name = STR("a") },
                          { .name = STR("z") } };
    struct channel got, c = {
        .owner = ann, .name = STR("Garden"), .description = STR("d"),
        .metadata = STR("{}"), .url = STR("http://x"),
        .latitude = STR("40.44"), .longitude = STR("-79.9965"),
        .zone = STR("Europe/Paris"), .is_public = true, .created_at = 3,
        .updated_at = 4, .fields = fields, .n_fields = 3, .tags = tags,
        .n_tags = 3,
    };

    (void)state;
    assert_ok(channel_add(db, &c));
    assert_ok(channel_get(db, arena, c.id, &got));
    assert_int_equal(got.id.n, c.id.n);
    assert_int_equal(got.owner.n, ann.n);
    assert_text(got.owner_name, "ann");
    assert_text(got.name, "Garden");
    assert_text(got.description, "d");
    assert_text(got.metadata, "{}");
    assert_text(got.url, "http://x");
    assert_text(got.latitude, "40.44");
    assert_text(got.longitude, "-79.9965");
    assert_text(got.elevation, NULL);
    assert_text(got.zone, "Europe/Paris");
    assert_true(got.is_public);
    assert_int_equal(got.created_at, 3);
    assert_int_equal(got.updated_at, 4);
    assert_int_equal(got.last_entry, 0);
    assert_int_equal(got.n_fields, 3);
    assert_int_equal(got.fields[0].number, 1);
    assert_text(got.fields[0].label, "In");
    assert_text(got.fields[0].unit, "\xC2\xB0" "C");
    assert_text(got.fields[0].display, "F");
    assert_text(got.fields[0].colour, "#123456");
    assert_int_equal(got.fields[1].number, 9);
    assert_text(got.fields[2].label, "");
    assert_int_equal(got.n_tags, 2);
    assert_text(got.tags[0].name, "z");
    assert_text(got.tags[1].name, "a");
}

static void what_was_not_said(void **state)
{
    struct channel got, c = { .owner = ann };
    char want[32];

    (void)state;
    assert_ok(channel_add(db, &c));
    snprintf(want, sizeof want, "Channel %d", (int)c.id.n);
    assert_ok(channel_get(db, arena, c.id, &got));
    assert_text(got.name, want);
    assert_text(got.zone, "UTC");
    assert_text(got.description, NULL);
    assert_false(got.is_public);
    assert_int_equal(got.n_fields + got.n_tags, 0);
    c.owner.n = 999;
    assert_int_equal(channel_add(db, &c), ERR_MISSING);
}

/* However coarse the clock is, and when it is put back. */
static void each_change_is_later(void **state)
{
    struct channel got, c = { .owner = ann, .updated_at = 500 };

    (void)state;
    assert_ok(channel_add(db, &c));
    assert_ok(channel_put(db, &c));
    assert_ok(channel_clear(db, c.id, 400));
    assert_ok(channel_get(db, arena, c.id, &got));
    assert_int_equal(got.updated_at, 502);
    c.updated_at = 600;
    assert_ok(channel_put(db, &c));
    assert_ok(channel_get(db, arena, c.id, &got));
    assert_int_equal(got.updated_at, 600);
}

static void limits(void **state)
{
    static char text[CHANNEL_LONG_MAX + 1];
    struct field fields[] = { { .number = 1 }, { .number = 1 } };
    struct channel c = { .owner = ann, .fields = fields };

    (void)state;
    memset(text, 'x', sizeof text);
    c.description = (struct str){ text, CHANNEL_LONG_MAX };
    c.name = (struct str){ text, CHANNEL_TEXT_MAX };
    assert_ok(channel_add(db, &c));
    c.name.n++;
    assert_int_equal(channel_put(db, &c), ERR_TOO_BIG);
    c.name.n = 1;
    c.description.n++;
    assert_int_equal(channel_put(db, &c), ERR_TOO_BIG);
    c.description = STR("\xFF");
    assert_int_equal(channel_put(db, &c), ERR_GARBLED);
    c.description = NO_STR;
    c.n_fields = 2;
    assert_int_equal(channel_put(db, &c), ERR_INVALID);
    fields[1].number = 65;
    assert_int_equal(channel_put(db, &c), ERR_INVALID);
    fields[1].number = 0;
    assert_int_equal(channel_put(db, &c), ERR_INVALID);
    fields[1].number = 64;
    assert_ok(channel_put(db, &c));
    c.id.n++;
    assert_int_equal(channel_put(db, &c), ERR_MISSING);
}

static void writing_again(void **state)
{
    struct channel got, c;
    struct channel_id id = add(ann, true, "a");
    int64_t first, until, before, after;
    struct tag t = { .name = STR("b") };

    (void)state;
    assert_ok(channel_claim(db, id, 5, &first, &until));
    assert_ok(channel_get(db, arena, id, &c));
    c.owner = bob;
    c.name = NO_STR;
    c.n_fields = 0;
    c.tags = &t;
    c.is_public = false;
    c.created_at = 99;
    assert_ok(key_epoch(db, &before));
    assert_ok(channel_put(db, &c));
    assert_ok(key_epoch(db, &after));
    assert_true(after > before);
    assert_ok(channel_get(db, arena, id, &got));
    assert_int_equal(got.owner.n, ann.n);
    assert_int_equal(got.created_at, 0);
    assert_int_equal(got.last_entry, 5);
    assert_int_equal(got.n_fields, 0);
    assert_int_equal(got.n_tags, 1);
    assert_text(got.tags[0].name, "b");
    assert_false(got.is_public);
    assert_memory_equal(got.name.p, "Channel ", 8);
}

static void expect_list(struct channel_query q, int want, int64_t want_total,
                        struct channel_id first)
{
    struct channel *list;
    int n;
    int64_t total;

    assert_ok(channel_list(db, arena, &q, &list, &n, &total));
    assert_int_equal(n, want);
    assert_int_equal(total, want_total);
    if (n) {
        assert_int_equal(list[0].id.n, first.n);
        assert_int_equal(list[0].n_fields, 1);
    }
    for (int i = 1; i < n; i++)
        assert_true(list[i - 1].id.n < list[i].id.n);
    assert_ok(channel_list(db, arena, &q, &list, &n, NULL));
}

static void lists(void **state)
{
    struct channel_id c[6];
    struct channel_query q = { 0 };

    (void)state;
    for (int i = 0; i < 6; i++)
        c[i] = add(i % 2 ? bob : ann, i >= 2, i % 3 ? NULL : "sun");
    expect_list(q, 6, 6, c[0]);
    q.public_only = true;
    expect_list(q, 4, 4, c[2]);
    q.offset = 1;
    q.limit = 2;
    expect_list(q, 2, 4, c[3]);
    q.offset = 9;
    expect_list(q, 0, 4, c[0]);
    q = (struct channel_query){ .owner = bob };
    expect_list(q, 3, 3, c[1]);
    q.tag = STR("sun");
    expect_list(q, 1, 1, c[3]);
    q.owner.n = 0;
    expect_list(q, 2, 2, c[0]);
    q.tag = STR("");
    expect_list(q, 0, 0, c[0]);
}

static void claims(void **state)
{
    struct channel_id id = add(ann, true, NULL), none = { id.n + 1 };
    int64_t first, until;

    (void)state;
    assert_ok(channel_claim(db, id, 1, &first, &until));
    assert_int_equal(first, 1);
    assert_true(until == MOMENT_MIN);
    assert_ok(channel_claim(db, id, 10, &first, &until));
    assert_int_equal(first, 2);
    assert_ok(channel_claim(db, id, 1, &first, &until));
    assert_int_equal(first, 12);
    assert_int_equal(channel_claim(db, none, 1, &first, &until), ERR_MISSING);
}

enum { WRITERS = 4, CLAIMS = 50 };

static struct channel_id contested;

static void *claim_often(void *arg)
{
    struct db *mine;
    int64_t first, until, *sum = arg;

    if (db_open(test_url, DB_WRITE, &mine) != OK)
        return NULL;
    for (int i = 0; i < CLAIMS; i++) {
        enum result rc = db_begin(mine);

        if (rc == OK)
            rc = channel_claim(mine, contested, 1, &first, &until);
        if (rc == OK && db_end(mine, rc) == OK)
            *sum += first;
    }
    db_close(mine);
    return NULL;
}

static void no_number_is_given_twice(void **state)
{
    pthread_t thread[WRITERS];
    int64_t sum[WRITERS] = { 0 }, all = 0, n = WRITERS * CLAIMS;

    (void)state;
    contested = add(ann, true, NULL);
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(
            pthread_create(&thread[i], NULL, claim_often, &sum[i]), 0);
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(thread[i], NULL);
        all += sum[i];
    }
    assert_int_equal(all, n * (n + 1) / 2);
}

static void fill(struct channel_id id)
{
    struct reading r = { .channel = id, .at = 5 };
    int64_t until;

    assert_ok(channel_claim(db, id, 1, &r.entry, &until));
    assert_ok(readings_add(db, &r, 1));
}

static void cleared(void **state)
{
    struct channel_id id = add(ann, true, NULL), other = add(bob, true, NULL);
    struct reading r;
    int64_t first, until;

    (void)state;
    fill(id);
    fill(other);
    assert_ok(channel_clear(db, id, 1));
    assert_int_equal(reading_last(db, arena, id, 0, &r), ERR_MISSING);
    assert_ok(reading_last(db, arena, other, 0, &r));
    assert_ok(channel_claim(db, id, 1, &first, &until));
    assert_int_equal(first, 1);
    assert_true(until == MOMENT_MIN);
    id.n += 2;
    assert_int_equal(channel_clear(db, id, 1), ERR_MISSING);
}

static void removed(void **state)
{
    static const struct sql left = {
        "SELECT (SELECT count(*) FROM reading) + (SELECT count(*) FROM device)"
        " + (SELECT count(*) FROM key) + (SELECT count(*) FROM progress)"
        " + (SELECT count(*) FROM field) + (SELECT count(*) FROM channel)"
        " + (SELECT count(*) FROM channel_tag)"
    };
    struct channel got;
    struct channel_id id = add(ann, true, "a");
    struct key k = { .kind = KEY_READ, .channel = id,
                     .hash = STR("0123456789abcdef0123456789abcdef"),
                     .sealed = STR("s"), .hint = STR("0123") };

    (void)state;
    fill(id);
    assert_ok(key_add(db, &k, &k.id));
    assert_ok(device_put(db, id, STR("a"), true, 1));
    assert_int_equal(number(&left), 7);
    assert_ok(channel_remove(db, id));
    assert_int_equal(number(&left), 0);
    assert_int_equal(channel_get(db, arena, id, &got), ERR_MISSING);
    assert_int_equal(channel_remove(db, id), ERR_MISSING);
}

#define C(name) cmocka_unit_test_setup_teardown(name, set_up, close_tables)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        C(all_of_it_comes_back),
        C(what_was_not_said),
        C(each_change_is_later),
        C(limits),
        C(writing_again),
        C(lists),
        C(claims),
        C(no_number_is_given_twice),
        C(cleared),
        C(removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
