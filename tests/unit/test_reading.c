/* Readings: exact texts, order, windows, and how the databases find them. */
#include "store_db.h"

#include "base/str.h"
#include "store/account.h"
#include "store/channel.h"
#include "store/key.h"
#include "store/reading.h"
#include "store/statements.h"

static struct channel_id channel;

static int set_up(void **state)
{
    struct account_id owner;

    open_tables(state);
    assert_ok(account_add(db, STR("ann"), STR("hash"), false, 1, &owner));
    struct channel c = { .owner = owner, .name = STR("Garden") };
    assert_ok(channel_add(db, &c));
    channel = c.id;
    return 0;
}

static void add(int64_t entry, int64_t at, int field, struct str text)
{
    struct value v = { field, text };
    struct reading r = { .channel = channel, .entry = entry, .at = at,
                         .values = &v, .n_values = 1 };

    assert_ok(readings_add(db, &r, 1));
}

/* The entries that a query gives, as text: "3 1 2 ". */
static const char *entries(const struct reading_query *q)
{
    static char text[256];
    struct readings *it = readings_open(db, q);
    struct reading r;
    size_t n = 0;

    text[0] = '\0';
    while (readings_next(it, &r))
        n += (size_t)snprintf(text + n, sizeof text - n, "%lld ",
                              (long long)r.entry);
    assert_ok(readings_end(it));
    return text;
}

static void values_come_back_verbatim(void **state)
{
    static const char *const texts[] = {
        "21.20", "007", " 5", "nan", "-INF", "1e3", "Clouds", "", "\"q\\\"",
        "\t<b>&amp;", "21,5 \xC2\xB0" "C", "\xE2\x80\xA8", "'; DROP TABLE x"
    };
    enum { N = sizeof texts / sizeof *texts };
    struct value v[CHANNEL_FIELDS];
    struct reading got, r = { .channel = channel, .entry = 1, .at = -5,
                              .values = v, .n_values = CHANNEL_FIELDS,
                              .device = STR("a3:45"),
                              .latitude = STR("40.40"),
                              .longitude = STR(""), .status = STR(" ok ") };

    (void)state;
    for (int i = 0; i < CHANNEL_FIELDS; i++)
        v[i] = (struct value){ i + 1, str_of(texts[i % N]) };
    assert_ok(readings_add(db, &r, 1));
    assert_ok(reading_get(db, arena, channel, 1, &got));
    assert_int_equal(got.at, -5);
    assert_int_equal(got.n_values, CHANNEL_FIELDS);
    for (int i = 0; i < CHANNEL_FIELDS; i++)
        assert_text(reading_value(&got, i + 1), texts[i % N]);
    assert_text(got.device, "a3:45");
    assert_text(got.latitude, "40.40");
    assert_text(got.longitude, "");
    assert_text(got.elevation, NULL);
    assert_text(got.status, " ok ");
}

static void what_was_not_sent_is_not_there(void **state)
{
    struct reading none = { .channel = channel, .entry = 1, .at = 1 }, got;

    (void)state;
    assert_ok(readings_add(db, &none, 1));
    add(2, 2, 12, STR("x"));
    assert_ok(reading_get(db, arena, channel, 1, &got));
    assert_int_equal(got.n_values, 0);
    assert_text(got.status, NULL);
    assert_ok(reading_get(db, arena, channel, 2, &got));
    assert_int_equal(got.n_values, 1);
    assert_text(reading_value(&got, 12), "x");
    assert_text(reading_value(&got, 1), NULL);
    assert_int_equal(reading_get(db, arena, channel, 3, &got), ERR_MISSING);
}

static void garbled_text_is_refused(void **state)
{
    static const struct str bad[] = { { "\xFF", 1 }, { "a\0b", 3 } };

    (void)state;
    for (int field = 1; field <= 9; field += 8)
        for (int i = 0; i < 2; i++) {
            struct value v = { field, bad[i] };
            struct reading r = { .channel = channel, .entry = 1, .at = 1,
                                 .values = &v, .n_values = 1 };

            assert_int_equal(readings_add(db, &r, 1), ERR_GARBLED);
        }
}

static void an_entry_number_is_taken_once(void **state)
{
    struct reading r = { .channel = channel, .entry = 1, .at = 1 };

    (void)state;
    assert_ok(readings_add(db, &r, 1));
    r.at = 2;
    assert_int_equal(readings_add(db, &r, 1), ERR_CONFLICT);
}

static void many_at_once(void **state)
{
    static struct reading list[1000];
    struct reading_query q = READINGS_OF(channel);
    int64_t n = 0;
    struct reading r;

    (void)state;
    for (int i = 0; i < 1000; i++)
        list[i] = (struct reading){ .channel = channel, .entry = i + 1,
                                    .at = i * 7 % 1000 };
    assert_ok(readings_add(db, list, 1000));
    struct readings *it = readings_open(db, &q);
    for (int64_t last = -1; readings_next(it, &r); n++, last = r.at)
        assert_true(r.at > last);
    assert_ok(readings_end(it));
    assert_int_equal(n, 1000);
}

static void windows(void **state)
{
    struct reading_query q = READINGS_OF(channel);

    (void)state;
    add(1, 300, 1, STR("a"));
    add(2, 100, 1, STR("b"));
    add(3, 200, 1, STR("c"));
    add(4, 200, 1, STR("d"));
    add(5, -100, 1, STR("e"));
    assert_string_equal(entries(&q), "5 2 3 4 1 ");
    q.newest = 2;
    assert_string_equal(entries(&q), "4 1 ");
    q.until = 200;
    assert_string_equal(entries(&q), "3 4 ");
    q.newest = 0;
    q.from = 100;
    assert_string_equal(entries(&q), "2 3 4 ");
    q.first_entry = 3;
    assert_string_equal(entries(&q), "3 4 ");
    q.last_entry = 3;
    q.from = q.until = 200;
    assert_string_equal(entries(&q), "3 ");
    q = READINGS_OF(channel);
    q.first_entry = 2;
    q.newest = 2;
    assert_string_equal(entries(&q), "3 4 ");
    q = READINGS_OF((struct channel_id){ channel.n + 1 });
    assert_string_equal(entries(&q), "");
}

static void last_and_nearest(void **state)
{
    struct reading r;

    (void)state;
    assert_int_equal(reading_last(db, arena, channel, 0, &r), ERR_MISSING);
    add(1, 300, 1, STR("a"));
    add(2, 100, 9, STR("\"10\":"));
    add(3, 200, 8, STR("c"));
    assert_ok(reading_last(db, arena, channel, 0, &r));
    assert_int_equal(r.entry, 3);
    assert_ok(reading_last(db, arena, channel, 1, &r));
    assert_int_equal(r.entry, 1);
    assert_ok(reading_last(db, arena, channel, 9, &r));
    assert_int_equal(r.entry, 2);
    assert_int_equal(reading_last(db, arena, channel, 10, &r), ERR_MISSING);
    assert_int_equal(reading_last(db, arena, channel, 65, &r), ERR_MISSING);
    assert_ok(reading_until(db, arena, channel, 200, &r));
    assert_int_equal(r.at, 200);
    assert_int_equal(reading_until(db, arena, channel, 99, &r), ERR_MISSING);
}

/* A window is read in the order in which it lies: nothing is sorted. */
static void no_window_is_sorted(void **state)
{
    char text[2048];

    (void)state;
    if (!on_sqlite())
        return;
    for (int i = 0; reading_sql[i]; i++) {
        const char *sql = reading_sql[i]->text;
        struct sql explain = { text };
        struct rows q;

        if (strncmp(sql, "SELECT channel", 14) != 0 || strstr(sql, "+at"))
            continue;
        snprintf(text, sizeof text, "EXPLAIN QUERY PLAN %s", sql);
        for (db_query(db, &explain, NO_ARGS, &q); rows_next(&q);)
            assert_null(strstr(rows_text(&q, 3).p, "TEMP B-TREE"));
        assert_ok(rows_end(&q));
        db_close(db);
        assert_ok(db_open(test_url, DB_WRITE, &db));
    }
}

static void the_articles_table(void **state)
{
    static const struct sql all = {
        "SELECT Id, API_key, date_time, mac, field, data FROM data ORDER BY Id"
    };
    struct key k = { .kind = KEY_WRITE, .channel = channel,
                     .hash = STR("0123456789abcdef0123456789abcdef"),
                     .sealed = STR("s"), .hint = STR("PHDN") };
    struct value v[] = { { 1, STR("72.3") }, { 9, STR("x\"y") },
                         { 64, STR("7") } };
    struct reading r = { .channel = channel, .entry = 1,
                         .at = INT64_C(1536611025000), .values = v,
                         .n_values = 3, .device = STR("6c:rf") };
    static const char *const want[] = { "72.3", "x\"y", "7", "-0.5" };
    static const int fields[] = { 1, 9, 64, 1 };
    struct rows q;
    int64_t id = 0;
    int n = 0;

    (void)state;
    assert_ok(key_add(db, &k, &k.id));
    assert_ok(readings_add(db, &r, 1));
    add(2, -1, 1, STR("-0.5"));
    for (db_query(db, &all, NO_ARGS, &q); rows_next(&q); n++) {
        assert_true(rows_int(&q, 0) > id);
        id = rows_int(&q, 0);
        assert_text(rows_text(&q, 1), "PHDN\xE2\x80\xA6");
        assert_text(rows_text(&q, 2), n < 3 ? "2018-09-10T20:23:45.000Z"
                                            : "1969-12-31T23:59:59.999Z");
        assert_text(rows_text(&q, 3), n < 3 ? "6c:rf" : NULL);
        assert_int_equal(rows_int(&q, 4), fields[n]);
        assert_text(rows_text(&q, 5), want[n]);
    }
    assert_ok(rows_end(&q));
    assert_int_equal(n, 4);
}

#define R(name) cmocka_unit_test_setup_teardown(name, set_up, close_tables)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        R(values_come_back_verbatim),
        R(what_was_not_sent_is_not_there),
        R(garbled_text_is_refused),
        R(an_entry_number_is_taken_once),
        R(many_at_once),
        R(windows),
        R(last_and_nearest),
        R(no_window_is_sorted),
        R(the_articles_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
