/* Buckets against a plain reference that looks at a sorted list of all
 * readings, whatever part of them is summed; and what is a gap. */
#include "store_db.h"

#include <math.h>

#include "base/decimal.h"
#include "base/zone.h"
#include "core/series.h"
#include "store/account.h"
#include "store/channel.h"
#include "store/summary.h"

enum {
    SECOND = 1000,
    MINUTE = 60000,
    HOUR = 3600000,
    ROUNDS = 40,
    MANY = 1500
};
#define DAY INT64_C(86400000)

/* 2018-10-27T00:00Z: the day before clocks in Berlin went back. */
static const int64_t autumn = INT64_C(1540598400000);
static struct channel channel;
static struct series s;

static struct field fields[] = { { .number = 1, .label = { "One", 3 } },
                                 { .number = 9, .label = { "Nine", 4 } } };

static int open_channel(void **state)
{
    struct account_id owner;

    open_tables(state);
    assert_ok(account_add(db, STR("ann"), STR("x"), false, autumn, &owner));
    channel = (struct channel){ .owner = owner, .name = STR("c"),
                                .zone = STR("UTC"), .fields = fields,
                                .n_fields = 2 };
    assert_ok(channel_add(db, &channel));
    return 0;
}

/* A list of readings, as they were sent. */
struct sent {
    int64_t at;
    int field;
    char text[24];
    int turn; /* the order they were sent in */
};

static void send_all(const struct sent *list, int n)
{
    struct value *value = arena_get(arena, sizeof *value * (size_t)n);
    struct reading *r = arena_get(arena, sizeof *r * (size_t)n);
    int64_t *at = arena_get(arena, sizeof *at * (size_t)n);
    int64_t first, summed;

    assert_ok(db_begin(db));
    assert_ok(channel_claim(db, channel.id, n, &first, &summed));
    for (int i = 0; i < n; i++) {
        value[i] = (struct value){ list[i].field, str_of(list[i].text) };
        r[i] = (struct reading){ .channel = channel.id, .entry = first + i,
                                 .at = list[i].at, .values = &value[i],
                                 .n_values = 1 };
        at[i] = list[i].at;
    }
    assert_ok(readings_add(db, r, (size_t)n));
    assert_ok(summary_redo(db, channel.id, at, (size_t)n));
    assert_ok(db_end(db, OK));
}

static void sum_until(int64_t until)
{
    for (bool more = true; more;) {
        assert_ok(db_begin(db));
        assert_ok(summary_advance(db, until, 10000, &more));
        assert_ok(db_end(db, OK));
    }
}

static struct series_query between(int64_t from, int64_t until, int buckets)
{
    static const int both[] = { 1, 9 };
    struct series_query q = { .readings = READINGS_OF(channel.id),
                              .fields = both, .n_fields = 2,
                              .buckets = buckets, .decimals = -1 };

    q.readings.from = from;
    q.readings.until = until;
    return q;
}

static void read_between(int64_t from, int64_t until, int buckets)
{
    struct series_query q = between(from, until, buckets);

    assert_ok(series_read(db, arena, &q, &s));
}

/* The reference. */

static int by_time(const void *a, const void *b)
{
    const struct sent *x = a, *y = b;

    return x->at != y->at ? (x->at > y->at) - (x->at < y->at)
                          : x->turn - y->turn;
}

struct plain {
    int64_t numbers, first, last;
    double low, high, sum;
};

static void put(struct plain *p, int64_t at, double v)
{
    p->low = p->numbers ? fmin(p->low, v) : v;
    p->high = p->numbers ? fmax(p->high, v) : v;
    p->first = p->numbers ? p->first : at;
    p->last = at;
    p->sum += v;
    p->numbers++;
}

static void same_bucket(const struct bucket *b, const struct plain *p)
{
    assert_int_equal(b->numbers, p->numbers);
    if (p->numbers == 0)
        return;
    assert_true(b->low == p->low && b->high == p->high);
    assert_true(fabs(b->mean - p->sum / (double)p->numbers)
                <= 1e-9 * fmax(fabs(p->low), fabs(p->high)));
    int64_t step = s.by_hours ? HOUR : 1;
    assert_int_equal(b->first, p->first / step * step);
    assert_int_equal(b->last, p->last / step * step);
}

static void same_line(const struct series_line *l, const struct sent *list,
                      int n)
{
    struct plain *p = arena_get(arena, sizeof *p * (size_t)(s.n + 1));
    struct plain all = { 0 };
    double v, last = 0;

    for (int i = 0; i < n; i++) {
        if (list[i].field != l->field || list[i].at < s.from
            || list[i].at > s.until
            || !decimal_parse(str_of(list[i].text), &v, NULL))
            continue;
        put(&p[(list[i].at - s.start) / s.length], list[i].at, v);
        put(&all, list[i].at, v);
        last = v;
    }
    for (int i = 0; i < s.n; i++)
        same_bucket(&l->bucket[i], &p[i]);
    assert_int_equal(l->numbers, all.numbers);
    if (all.numbers == 0)
        return;
    assert_true(l->low == all.low && l->high == all.high);
    assert_int_equal(l->last_at, all.last);
    assert_true(l->last == last);
    assert_true(decimal_parse(l->last_text, &v, NULL) && v == last);
}

/* Minutes, pauses, duplicates, words, times that are not in order. */
static void make_up(struct sent *list, int n, unsigned seed)
{
    static const char *const odd[] = { "Clouds", "", "nan", "1e3", "-0,5" };
    int64_t at = autumn;

    srandom(seed);
    for (int i = 0; i < n; i++) {
        long dice = random() % 100;
        int64_t back = dice < 5 ? random() % (3 * HOUR) : 0;

        at += dice < 90 ? MINUTE : dice < 95 ? 0 : random() % (9 * HOUR);
        list[i].at = at - back + random() % SECOND * (dice % 2);
        list[i].field = random() % 3 ? 1 : 9;
        list[i].turn = i;
        if (dice == 50)
            snprintf(list[i].text, sizeof list[i].text, "%s",
                     odd[random() % 5]);
        else
            snprintf(list[i].text, sizeof list[i].text, "%.2f",
                     (double)(random() % 100000) / 100 - 500);
    }
}

static void as_the_reference(void **state)
{
    struct sent *list = arena_get(arena, sizeof *list * MANY);

    (void)state;
    make_up(list, MANY, 1);
    for (int i = 0; i < MANY; i += 500) {
        send_all(list + i, 500); /* the later ones late, for summed hours */
        sum_until(list[i].at + 2 * DAY);
    }
    qsort(list, MANY, sizeof *list, by_time);
    int64_t first = list[0].at, span = list[MANY - 1].at - first;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t from = first - HOUR + random() % span;
        int64_t until = from + random() % (span / (1 + i % 3 * 20));

        /* half of them in buckets of whole hours */
        read_between(from, until, 1 + (int)(random() % (i % 2 ? 700 : 20)));
        assert_true(s.from == from && s.until == until);
        assert_true(s.start <= from && s.start + s.length * s.n > until);
        for (int k = 0; k < 2; k++)
            same_line(&s.line[k], list, MANY);
    }
}

/* The same points before and after the hours are summed. */
static void summed_or_not(void **state)
{
    struct sent *list = arena_get(arena, sizeof *list * MANY);

    (void)state;
    make_up(list, MANY, 2);
    send_all(list, MANY);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t from = autumn + random() % (9 * DAY);
        int64_t until = from + random() % (40 * DAY) + HOUR;
        struct series before;

        read_between(from, until, 100);
        before = s;
        sum_until(autumn + i * DAY);
        read_between(from, until, 100);
        assert_int_equal(s.n, before.n);
        assert_int_equal(s.entries, before.entries);
        for (int k = 0; k < 2; k++) {
            assert_int_equal(s.line[k].usual_ms, before.line[k].usual_ms);
            for (int b = 0; b < s.n; b++) {
                const struct bucket *x = &s.line[k].bucket[b];
                const struct bucket *y = &before.line[k].bucket[b];

                assert_int_equal(x->numbers, y->numbers);
                assert_int_equal(x->joined, y->joined);
                assert_true(x->low == y->low && x->high == y->high);
                assert_true(x->mean == y->mean);
                assert_true(x->first == y->first && x->last == y->last);
            }
        }
    }
}

/* Every so often until a moment; returns how many. */
static int every(struct sent *list, int64_t from, int64_t until,
                 int64_t distance)
{
    int n = 0;

    for (; from < until; from += distance, n++)
        list[n] = (struct sent){ from, 1, "1", 0 };
    return n;
}

/* Where the line is broken: times of the numbers behind a gap. */
static int breaks(int64_t at[static 8])
{
    int n = 0;

    for (int i = 0; i < s.n; i++) {
        const struct bucket *b = &s.line[0].bucket[i];

        if (b->numbers > 0 && !b->joined && n < 8)
            at[n++] = b->first;
    }
    return n;
}

static void gaps(void **state)
{
    struct sent list[2000];
    int64_t at[8];
    int n;

    (void)state;
    n = every(list, autumn, autumn + 6 * HOUR, MINUTE);
    list[n++] = (struct sent){ autumn + 8 * HOUR, 1, "2", 0 }; /* on its own */
    n += every(list + n, autumn + 10 * HOUR, autumn + 12 * HOUR, MINUTE);
    n += every(list + n, autumn + 12 * HOUR + 2 * MINUTE, autumn + 13 * HOUR,
               MINUTE); /* one is missing */
    send_all(list, n);
    read_between(autumn, autumn + DAY, 1440);
    assert_int_equal(breaks(at), 3);
    assert_int_equal(at[0], autumn);
    assert_int_equal(at[1], autumn + 8 * HOUR);
    assert_int_equal(at[2], autumn + 10 * HOUR);
    assert_true(s.line[0].usual_ms >= MINUTE
                && s.line[0].usual_ms <= MINUTE * 5 / 4);
    sum_until(autumn + 2 * DAY);
    read_between(autumn, autumn + 20 * DAY, 480);
    assert_true(s.by_hours);
    assert_int_equal(breaks(at), 3);
    assert_int_equal(at[2], autumn + 10 * HOUR);
}

/* A device that was slowed down has gaps neither before nor after. */
static void another_pace(void **state)
{
    struct sent list[2000];
    int64_t at[8];

    (void)state;
    int n = every(list, autumn, autumn + 12 * HOUR, MINUTE);
    n += every(list + n, autumn + 12 * HOUR, autumn + DAY, 15 * MINUTE);
    send_all(list, n);
    read_between(autumn, autumn + DAY, 720);
    assert_true(breaks(at) <= 2);
    read_between(autumn + 13 * HOUR, autumn + DAY, 720);
    assert_int_equal(breaks(at), 1);
}

static void few_readings(void **state)
{
    static const struct sent list[] = { { 1540598400000, 1, "1", 0 },
                                        { 1540684800000, 1, "3", 0 } };
    int64_t at[8];

    (void)state;
    read_between(autumn, autumn + DAY, 600);
    assert_int_equal(s.line[0].numbers, 0);
    assert_int_equal(s.entries, 0);
    send_all(list, 1);
    read_between(autumn, autumn + DAY, 600);
    assert_int_equal(s.line[0].numbers, 1);
    assert_true(s.line[0].bucket[0].mean == 1.0);
    send_all(list + 1, 1);
    read_between(autumn, autumn + DAY, 600);
    assert_int_equal(breaks(at), 1); /* nothing tells that this is long */
    read_between(autumn, autumn, 600);
    assert_int_equal(s.n, 1);
    read_between(autumn + 1, autumn, 600);
    assert_int_equal(s.n, 0);
}

static void one_in_a_year(void **state)
{
    struct sent *list = arena_get(arena, sizeof *list * 9000);
    int n = every(list, autumn, autumn + 365 * DAY, HOUR);

    (void)state;
    strcpy(list[4321].text, "99.5");
    send_all(list, n);
    for (int round = 0; round < 2; round++) {
        int found = 0;

        read_between(autumn, autumn + 365 * DAY - 1, 600);
        assert_true(s.n <= 601);
        for (int i = 0; i < s.n; i++)
            found += s.line[0].bucket[i].high == 99.5;
        assert_int_equal(found, 1);
        assert_true(s.line[0].high == 99.5);
        assert_int_equal(s.line[0].numbers, n);
        sum_until(autumn + 366 * DAY);
    }
}

static void huge_and_tiny(void **state)
{
    static const struct sent list[] = { { 1540598400000, 1, "1e308", 0 },
                                        { 1540598400001, 1, "1.7e308", 0 },
                                        { 1540602000000, 1, "-1.7e308", 0 },
                                        { 1540602000001, 9, "5e-324", 0 } };

    (void)state;
    send_all(list, 4);
    for (int round = 0; round < 2; round++) {
        read_between(autumn, autumn + 40 * DAY, 2);
        assert_true(s.line[0].low == -1.7e308 && s.line[0].high == 1.7e308);
        for (int i = 0; i < s.n; i++)
            assert_true(isfinite(s.line[0].bucket[i].mean));
        assert_true(s.line[1].last == 5e-324);
        sum_until(autumn + 50 * DAY);
    }
}

static void from_the_first_to_the_last(void **state)
{
    static const struct sent list[] = { { 1540602000000, 1, "2", 0 },
                                        { 1540598400000, 1, "1", 0 },
                                        { 1540605600000, 9, "cold", 0 } };
    struct series_query q = between(INT64_MIN, INT64_MAX, 10);

    (void)state;
    assert_ok(series_read(db, arena, &q, &s));
    assert_int_equal(s.n, 0);
    send_all(list, 3);
    assert_ok(series_read(db, arena, &q, &s));
    assert_int_equal(s.from, autumn);
    assert_int_equal(s.until, autumn + 2 * HOUR);
    assert_int_equal(s.line[0].numbers, 2);
    assert_int_equal(s.line[1].numbers, 0);
    assert_int_equal(s.entries, 3);
    q.readings.newest = 2;
    assert_ok(series_read(db, arena, &q, &s));
    assert_int_equal(s.from, autumn + HOUR);
    assert_int_equal(s.line[0].numbers, 1);
}

/* Means of hours of Berlin's longest day, which has 25 of them: no bucket
 * knows of clocks. */
static void slices(void **state)
{
    struct sent list[200];
    struct series_query q = between(autumn + 20 * MINUTE,
                                    autumn + 2 * DAY - 1, 600);
    int n = every(list, autumn, autumn + 2 * DAY, 15 * MINUTE), filled = 0;

    (void)state;
    strcpy(list[0].text, "5");
    send_all(list, n);
    q.slice_ms = HOUR;
    q.slice = SLICE_AVERAGE;
    assert_ok(series_read(db, arena, &q, &s));
    for (int i = 0; i < s.n; i++)
        filled += s.line[0].bucket[i].numbers > 0;
    assert_int_equal(filled, 48);
    assert_int_equal(s.line[0].numbers, 48);
    assert_true(s.line[0].high == 2.0);
    const struct zone *berlin = zone_named(STR("Europe/Berlin"));
    assert_int_equal(zone_moment(berlin, autumn + 2 * DAY)
                         - zone_moment(berlin, autumn + DAY), 25 * HOUR);
}

static bool is_high(const void *arg, const struct reading *r)
{
    double v;

    return decimal_parse(reading_value(r, 1), &v, NULL)
           && v > *(const double *)arg;
}

static void left_out(void **state)
{
    struct sent list[100];
    double limit = 10;
    struct series_query q = between(autumn, autumn + 90 * DAY, 20);
    int n = every(list, autumn, autumn + DAY, HOUR);

    (void)state;
    strcpy(list[5].text, "11");
    send_all(list, n);
    sum_until(autumn + 99 * DAY);
    q.drop = is_high;
    q.arg = &limit;
    assert_ok(series_read(db, arena, &q, &s));
    assert_int_equal(s.line[0].numbers, n - 1);
    assert_true(s.line[0].high == 1.0);
}

static void too_many_points(void **state)
{
    struct series_query q = between(autumn, autumn + DAY, SERIES_POINTS);

    (void)state;
    assert_int_equal(series_read(db, arena, &q, &s), ERR_TOO_BIG);
}

#define IN_CHANNEL(name) \
    cmocka_unit_test_setup_teardown(name, open_channel, close_tables)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        IN_CHANNEL(as_the_reference),
        IN_CHANNEL(summed_or_not),
        IN_CHANNEL(gaps),
        IN_CHANNEL(another_pace),
        IN_CHANNEL(few_readings),
        IN_CHANNEL(one_in_a_year),
        IN_CHANNEL(huge_and_tiny),
        IN_CHANNEL(from_the_first_to_the_last),
        IN_CHANNEL(slices),
        IN_CHANNEL(left_out),
        IN_CHANNEL(too_many_points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
