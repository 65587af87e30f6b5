/* Summaries: whatever happens to the readings, every hour before summed_until
 * is what adding up its readings again would give. */
#include "store_db.h"

#include <float.h>
#include <math.h>

#include "base/decimal.h"
#include "base/moment.h"
#include "store/account.h"
#include "store/channel.h"
#include "store/reading.h"
#include "store/summary.h"

enum { HOUR = SUMMARY_MS, CHANNELS = 3, FIELDS = 3, HISTORY = 4000 };

static struct channel_id channel[CHANNELS];

static int set_up(void **state)
{
    struct account_id owner;

    open_tables(state);
    assert_ok(account_add(db, STR("ann"), STR("hash"), false, 1, &owner));
    for (int i = 0; i < CHANNELS; i++) {
        struct channel c = { .owner = owner };

        assert_ok(channel_add(db, &c));
        channel[i] = c.id;
    }
    return 0;
}

/* As the writer does it: claim, add, sum again what came late. */
static void arrive(struct channel_id id, int64_t at, int field,
                   const char *text)
{
    struct value v = { field, str_of(text) };
    struct reading r = { .channel = id, .at = at, .values = &v,
                         .n_values = 1 };
    int64_t until;

    assert_ok(db_begin(db));
    assert_ok(channel_claim(db, id, 1, &r.entry, &until));
    assert_ok(readings_add(db, &r, 1));
    if (at < until)
        assert_ok(summary_redo(db, id, &at, 1));
    assert_ok(db_end(db, OK));
}

static bool step(int64_t until, int max)
{
    bool more;

    assert_ok(db_begin(db));
    assert_ok(summary_advance(db, until, max, &more));
    assert_ok(db_end(db, OK));
    return more;
}

static int all_steps(int64_t until, int max)
{
    int n = 1;

    while (step(until, max))
        assert_true(++n < 10000);
    return n;
}

static int64_t hour_of(int64_t at)
{
    return (int64_t)floor((double)at / HOUR) * HOUR;
}

struct plain {
    int64_t hour, entries, numbers[FIELDS + 1];
    long double sum[FIELDS + 1];
    double low[FIELDS + 1], high[FIELDS + 1];
    bool comma[FIELDS + 1];
};

static struct plain plain[HISTORY];

static int add_up(struct channel_id id, int64_t until)
{
    struct reading_query q = READINGS_OF(id);
    struct readings *it = readings_open(db, &q);
    struct reading r;
    int n = 0;

    while (readings_next(it, &r) && r.at < until) {
        if (n == 0 || plain[n - 1].hour != hour_of(r.at)) {
            plain[n] = (struct plain){ .hour = hour_of(r.at) };
            for (int f = 0; f <= FIELDS; f++) {
                plain[n].low[f] = INFINITY;
                plain[n].high[f] = -INFINITY;
            }
            n++;
        }
        struct plain *p = &plain[n - 1];
        int f = r.n_values ? r.values[0].field : 0;
        double v;

        p->entries++;
        if (f && decimal_parse(r.values[0].text, &v, &p->comma[f])) {
            p->numbers[f]++;
            p->sum[f] += (long double)v;
            p->low[f] = fmin(p->low[f], v);
            p->high[f] = fmax(p->high[f], v);
        }
    }
    assert_ok(readings_end(it));
    return n;
}

static void check_field(const struct summary *s, const struct plain *p, int f)
{
    assert_int_equal(s->numbers, p->numbers[f]);
    if (s->numbers == 0)
        return;
    assert_true(s->low == p->low[f] && s->high == p->high[f]);
    assert_int_equal(s->comma, p->comma[f]);
    assert_true(fabsl((long double)s->sum + (long double)s->rest
                      - p->sum[f]) < 1e-9L);
}

static void check_hours(struct channel_id id, int64_t until, int n)
{
    struct summaries *it = summaries_open(db, id, MOMENT_MIN, MOMENT_MAX);
    struct hour h;
    int i = 0;

    for (; summaries_next(it, &h); i++) {
        assert_true(i < n && h.at < until);
        assert_int_equal(h.at, plain[i].hour);
        assert_int_equal(h.entries, plain[i].entries);
        for (int f = 1; f <= FIELDS; f++)
            check_field(&h.field[f], &plain[i], f);
        for (int f = FIELDS + 1; f <= CHANNEL_FIELDS; f++)
            assert_int_equal(h.field[f].numbers, 0);
    }
    assert_ok(summaries_end(it));
    assert_int_equal(i, n);
}

static void check(struct channel_id id)
{
    int64_t until;

    assert_ok(summary_until(db, id, &until));
    assert_int_equal(hour_of(until), until);
    check_hours(id, until, add_up(id, until));
}

static void an_hour(void **state)
{
    struct hour h;

    (void)state;
    arrive(channel[0], HOUR, 1, "1e100");
    arrive(channel[0], HOUR + 1, 1, "1,5");
    arrive(channel[0], HOUR + 2, 1, "-1e100");
    arrive(channel[0], HOUR + 3, 1, "nan");
    arrive(channel[0], HOUR + 4, 2, "");
    arrive(channel[0], 2 * HOUR, 1, "3");
    all_steps(2 * HOUR + 5, 100);
    struct summaries *it =
        summaries_open(db, channel[0], 0, 10 * (int64_t)HOUR);
    assert_true(summaries_next(it, &h));
    assert_int_equal(h.at, HOUR);
    assert_int_equal(h.entries, 5);
    const struct summary *s = &h.field[1];
    assert_int_equal(s->numbers, 3);
    assert_true(s->sum + s->rest == 1.5);
    assert_true(s->low == -1e100 && s->high == 1e100 && s->comma);
    assert_false(summaries_next(it, &h));
    assert_ok(summaries_end(it));
}

static void the_largest_numbers(void **state)
{
    struct hour h;

    (void)state;
    for (int i = 0; i < 4; i++)
        arrive(channel[0], i, 1, i < 2 ? "1.7e308" : "-1.7e308");
    all_steps(HOUR, 100);
    struct summaries *it = summaries_open(db, channel[0], 0, HOUR);
    assert_true(summaries_next(it, &h));
    assert_int_equal(h.field[1].numbers, 4);
    assert_true(isfinite(h.field[1].sum) && isfinite(h.field[1].rest));
    assert_ok(summaries_end(it));
}

static void late_and_before_1970(void **state)
{
    (void)state;
    arrive(channel[0], -1, 1, "1");
    arrive(channel[0], -HOUR, 1, "2");
    arrive(channel[0], -HOUR - 1, 1, "4");
    all_steps(10 * (int64_t)HOUR, 100);
    check(channel[0]);
    arrive(channel[0], -5, 1, "8");
    arrive(channel[0], MOMENT_MIN, 1, "16");
    arrive(channel[0], 3 * HOUR, 2, "32");
    check(channel[0]);
    assert_int_equal(add_up(channel[0], INT64_MAX), 4);
}

static void a_gap_of_centuries_is_one_step(void **state)
{
    (void)state;
    arrive(channel[0], -12 * INT64_C(1000000000000), 1, "1");
    arrive(channel[0], 0, 1, "2");
    arrive(channel[0], INT64_C(1600000000000), 1, "3");
    assert_true(all_steps(INT64_C(1600000000000) + 2 * HOUR, 1000) <= 2);
    check(channel[0]);
}

static void steps_are_small(void **state)
{
    enum { N = 500 };
    struct reading list[N];
    int64_t first, until;

    (void)state;
    for (int i = 0; i < N; i++)
        list[i] = (struct reading){ .channel = channel[0], .entry = i + 1,
                                    .at = i * INT64_C(600000) };
    assert_ok(db_begin(db));
    assert_ok(channel_claim(db, channel[0], N, &first, &until));
    assert_ok(db_end(db, readings_add(db, list, N)));
    int n = all_steps(1000 * (int64_t)HOUR, 50);
    assert_in_range(n, 5, 60);
    check(channel[0]);
}

static void redo_leaves_what_is_still_to_come(void **state)
{
    int64_t at = 5 * HOUR;

    (void)state;
    arrive(channel[0], at, 1, "1");
    assert_ok(db_begin(db));
    assert_ok(summary_redo(db, channel[0], &at, 1));
    assert_ok(db_end(db, OK));
    check(channel[0]);
    all_steps(10 * (int64_t)HOUR, 10);
    check(channel[0]);
}

static void removed_ones_leave_nothing(void **state)
{
    static const struct sql left = { "SELECT count(*) FROM summary" };

    (void)state;
    arrive(channel[0], 0, 1, "1");
    arrive(channel[1], 0, 1, "1");
    all_steps(HOUR, 10);
    assert_int_equal(number(&left), 2);
    assert_ok(channel_clear(db, channel[0], 1));
    assert_ok(channel_remove(db, channel[1]));
    assert_int_equal(number(&left), 0);
    arrive(channel[0], 1, 1, "2");
    all_steps(HOUR, 10);
    check(channel[0]);
    assert_int_equal(number(&left), 1);
}

static const char *any_value(char room[static 32])
{
    static const char *const odd[] = { "", "nan", "Clouds", " 7 ", "1e3",
                                       "-0,25" };

    if (rand() % 4 == 0)
        return odd[rand() % 6];
    snprintf(room, 32, "%d.%d", rand() % 200 - 100, rand() % 100);
    return room;
}

static void whatever_happens(void **state)
{
    int64_t now = -20 * (int64_t)HOUR;
    char room[32];

    (void)state;
    srand(20261121);
    for (int i = 0; i < HISTORY / 2; i++) {
        struct channel_id id = channel[rand() % CHANNELS];
        int what = rand() % 100;

        now += rand() % (HOUR / 8);
        if (what < 70)
            arrive(id, now, 1 + rand() % FIELDS, any_value(room));
        else if (what < 80)
            arrive(id, now - rand() % (30 * HOUR), 1 + rand() % FIELDS,
                   any_value(room));
        else if (what < 84)
            arrive(id, now + rand() % (5 * HOUR), 1 + rand() % FIELDS,
                   any_value(room));
        else if (what < 99)
            step(now - rand() % (3 * HOUR), 1 + rand() % 30);
        else if (rand() % 4 == 0)
            assert_ok(channel_clear(db, id, 1));
        if (i % 100 == 99)
            for (int c = 0; c < CHANNELS; c++)
                check(channel[c]);
    }
}

#define S(name) cmocka_unit_test_setup_teardown(name, set_up, close_tables)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        S(an_hour),
        S(the_largest_numbers),
        S(late_and_before_1970),
        S(a_gap_of_centuries_is_one_step),
        S(steps_are_small),
        S(redo_leaves_what_is_still_to_come),
        S(removed_ones_leave_nothing),
        S(whatever_happens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
