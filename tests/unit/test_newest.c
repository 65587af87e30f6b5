/* The newest value of each field: by time, past what the clock says, in
 * channels large and small. */
#include "store_db.h"

#include "core/newest.h"
#include "store/account.h"
#include "store/channel.h"
#include "store/reading.h"
#include "store/summary.h"

enum { MINUTE = 60000, LARGE = 20100 };

static const int64_t now = INT64_C(1600000000000);
static struct channel channel;
static struct newest *list;

static struct field fields[] = {
    { .number = 1, .label = { "One", 3 } },
    { .number = 2, .label = { "Two", 3 } },
    { .number = 3, .label = { "", 0 } },
    { .number = 9, .label = { "Nine", 4 } },
};

static int open_channel(void **state)
{
    struct account_id owner;

    open_tables(state);
    assert_ok(account_add(db, STR("ann"), STR("x"), false, now, &owner));
    channel = (struct channel){ .owner = owner, .name = STR("c"),
                                .zone = STR("UTC"), .fields = fields,
                                .n_fields = 4 };
    assert_ok(channel_add(db, &channel));
    return 0;
}

static void send(int64_t at, int field, const char *text)
{
    struct value value = { field, str_of(text) };
    struct reading r = { .channel = channel.id, .at = at, .values = &value,
                         .n_values = 1 };
    int64_t summed;

    assert_ok(db_begin(db));
    assert_ok(channel_claim(db, channel.id, 1, &r.entry, &summed));
    assert_ok(readings_add(db, &r, 1));
    assert_ok(db_end(db, OK));
    channel.last_entry = r.entry;
}

static void send_every(int64_t until, int step, int field, int n)
{
    struct value value = { field, STR("1") };
    struct reading *all = arena_get(arena, sizeof *all * (size_t)n);
    int64_t first, summed;

    assert_ok(db_begin(db));
    assert_ok(channel_claim(db, channel.id, n, &first, &summed));
    for (int i = 0; i < n; i++)
        all[i] = (struct reading){ .channel = channel.id, .entry = first + i,
                                   .at = until - (int64_t)(n - 1 - i) * step,
                                   .values = &value, .n_values = 1 };
    assert_ok(readings_add(db, all, (size_t)n));
    assert_ok(db_end(db, OK));
    channel.last_entry = first + n - 1;
}

static void send_minutes(int64_t until, int field, int n)
{
    send_every(until, MINUTE, field, n);
}

static void sum_until(int64_t until)
{
    for (bool more = true; more;) {
        assert_ok(db_begin(db));
        assert_ok(summary_advance(db, until, 10000, &more));
        assert_ok(db_end(db, OK));
    }
}

static void look(void)
{
    assert_ok(newest_values(db, arena, &channel, now, &list));
}

static void nothing_at_all(void **state)
{
    (void)state;
    look();
    for (int i = 0; i < 4; i++) {
        assert_null(list[i].text.p);
        assert_false(list[i].unsure);
    }
}

static void latest_by_time(void **state)
{
    (void)state;
    send(now - 1000, 1, "new");
    send(now - 9000, 1, "old, sent later");
    send(now - 5000, 3, "no label");
    send(now - 500, 1, " ");
    look();
    assert_text(list[0].text, "new");
    assert_int_equal(list[0].at, now - 1000);
    assert_int_equal(list[0].n_times, 2);
    assert_int_equal(list[0].times[0], now - 9000);
    assert_null(list[1].text.p);
    assert_null(list[2].text.p);
}

static void ahead_of_the_clock(void **state)
{
    (void)state;
    send(now - 1000, 1, "now");
    send(now + 86400000, 1, "tomorrow");
    send(now + 86400000, 2, "tomorrow, alone");
    send(now + MINUTE, 9, "in a minute");
    look();
    assert_text(list[0].text, "now");
    assert_text(list[1].text, "tomorrow, alone");
    assert_text(list[3].text, "in a minute");
}

static void silent_in_a_small_channel(void **state)
{
    (void)state;
    send(now - 500 * MINUTE, 2, "quiet");
    send(now - 500 * MINUTE, 9, "quiet too");
    send_minutes(now, 1, 200);
    look();
    assert_text(list[0].text, "1");
    assert_int_equal(list[0].n_times, NEWEST_TIMES);
    assert_int_equal(list[0].times[NEWEST_TIMES - 1], now);
    assert_text(list[1].text, "quiet");
    assert_text(list[3].text, "quiet too");
}

/* What a channel of 70 later readings of another field does not hide. */
static void the_latest_is_by_time(void **state)
{
    (void)state;
    send(now - 500 * MINUTE, 1, "21.5");
    send(now - 500 * MINUTE, 9, "2\\t\"9\":\"\"");
    for (int i = 1; i < 20; i++) {
        send(now - 5000000 * (int64_t)MINUTE + i, 1, "2019");
        send(now - 5000000 * (int64_t)MINUTE + i, 9, "2019");
    }
    send_minutes(now, 2, 70);
    look();
    assert_text(list[0].text, "21.5");
    assert_int_equal(list[0].at, now - 500 * MINUTE);
    assert_text(list[3].text, "2\\t\"9\":\"\"");
}

static void blanks_hide_nothing_far_down(void **state)
{
    (void)state;
    send(now - 500 * MINUTE, 1, "21.5");
    send(now - 500 * MINUTE, 9, "9.5");
    send(now - 400 * MINUTE, 1, "");
    send(now - 400 * MINUTE, 1, " \t\r\n\v\f ");
    send(now - 400 * MINUTE, 9, "");
    send(now - 400 * MINUTE, 9, " \t\r\n\v\f ");
    send_minutes(now, 2, 70);
    look();
    assert_text(list[0].text, "21.5");
    assert_text(list[3].text, "9.5");
}

static void ahead_of_the_clock_far_down(void **state)
{
    (void)state;
    send(now - 500 * MINUTE, 1, "now");
    send(now + 86400000, 1, "tomorrow");
    send(now + 86400000, 9, "tomorrow, alone");
    send(now + 86400000, 9, " ");
    send_minutes(now, 2, 70);
    look();
    assert_text(list[0].text, "now");
    assert_text(list[3].text, "tomorrow, alone");
}

static void silent_in_a_large_channel(void **state)
{
    int64_t long_ago = now - (int64_t)(LARGE + 600000) * MINUTE;

    (void)state;
    send(long_ago - 7 * MINUTE, 2, "20.5");
    send(long_ago, 2, "21.50");
    send(long_ago - 90 * MINUTE, 9, "a text");
    send_minutes(now, 1, LARGE);
    sum_until(now / SUMMARY_MS * SUMMARY_MS);
    look();
    assert_text(list[0].text, "1");
    assert_text(list[1].text, "21.50");
    assert_int_equal(list[1].at, long_ago);
    assert_false(list[1].unsure);
    assert_null(list[3].text.p);
    assert_true(list[3].unsure);
}

static void silent_since_different_hours(void **state)
{
    int64_t long_ago = now - (int64_t)(LARGE + 10000) * MINUTE;

    (void)state;
    send(long_ago, 2, "2");
    send(long_ago, 9, "8");
    send(long_ago + 300 * MINUTE, 9, "9");
    send_minutes(now, 1, LARGE);
    sum_until(now / SUMMARY_MS * SUMMARY_MS);
    look();
    assert_text(list[1].text, "2");
    assert_text(list[3].text, "9");
}

static void lately_in_a_large_channel(void **state)
{
    (void)state;
    send_minutes(now - 90 * MINUTE, 1, LARGE);
    sum_until((now - 2 * SUMMARY_MS) / SUMMARY_MS * SUMMARY_MS);
    send(now - 80 * MINUTE, 2, "a text");
    send_minutes(now, 1, 79);
    look();
    assert_text(list[1].text, "a text");
}

/* More than may be read one by one in the hour that has no summary yet, and
 * in one that has. */
static void crowded_out_of_an_hour(void **state)
{
    int64_t hour = now / SUMMARY_MS * SUMMARY_MS;

    (void)state;
    send(hour - 1440 * MINUTE, 1, "1.0");
    send(hour + 1000, 1, "21.5");
    send(hour - 600 * MINUTE, 9, "7");
    send_every(now, 50, 2, LARGE);
    send_every(hour - 540 * MINUTE - 1, 150, 2, LARGE);
    sum_until(hour);
    look();
    assert_text(list[0].text, "21.5");
    assert_int_equal(list[0].at, hour + 1000);
    assert_text(list[3].text, "7");
}

#define IN_CHANNEL(name) \
    cmocka_unit_test_setup_teardown(name, open_channel, close_tables)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        IN_CHANNEL(nothing_at_all),
        IN_CHANNEL(latest_by_time),
        IN_CHANNEL(ahead_of_the_clock),
        IN_CHANNEL(silent_in_a_small_channel),
        IN_CHANNEL(the_latest_is_by_time),
        IN_CHANNEL(blanks_hide_nothing_far_down),
        IN_CHANNEL(ahead_of_the_clock_far_down),
        IN_CHANNEL(silent_in_a_large_channel),
        IN_CHANNEL(silent_since_different_hours),
        IN_CHANNEL(lately_in_a_large_channel),
        IN_CHANNEL(crowded_out_of_an_hour),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
