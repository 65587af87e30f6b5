/* Slices against a plain reference that knows nothing of hours summed before:
 * every slice is added up from the list of all readings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/exact_sum.h"
#include "core/slice.h"
#include "store/reading.h"

enum { ROWS_MAX = 64 };

struct kept {
    int n;
    int64_t at[ROWS_MAX];
    char text[ROWS_MAX][DECIMAL_ROOM];
    bool there[ROWS_MAX];
};

static void keep(void *arg, const struct slice_row *r)
{
    struct kept *k = arg;

    assert_true(k->n < ROWS_MAX);
    k->at[k->n] = r->at;
    k->there[k->n] = r->text[0].p != NULL;
    if (r->text[0].p) {
        memcpy(k->text[k->n], r->text[0].p, r->text[0].n);
        k->text[k->n][r->text[0].n] = '\0';
    }
    k->n++;
}

static struct kept run(enum slice_kind kind, int64_t length, int decimals,
                       int n, const int64_t *at, const char *const *text)
{
    struct kept k = { 0 };
    struct slicer *s = slicer_new(kind, length, 1, decimals, 0, keep, &k);

    for (int i = 0; i < n; i++) {
        struct str v = str_of(text[i]);

        assert_int_equal(slicer_add(s, at[i], &v), OK);
    }
    slicer_end(s);
    slicer_free(s);
    return k;
}

static void starts_are_floored(void **state)
{
    (void)state;
    assert_true(slice_start(0, 1000) == 0);
    assert_true(slice_start(999, 1000) == 0);
    assert_true(slice_start(1000, 1000) == 1000);
    assert_true(slice_start(-1, 1000) == -1000);
    assert_true(slice_start(-1000, 1000) == -1000);
}

static void gaps_have_empty_rows(void **state)
{
    static const int64_t at[] = { 5, 15, 45 };
    static const char *const text[] = { "1", "2", "4" };

    (void)state;
    struct kept k = run(SLICE_SUM, 10, -1, 3, at, text);
    assert_int_equal(k.n, 5);
    for (int i = 0; i < 5; i++)
        assert_true(k.at[i] == i * 10);
    assert_string_equal(k.text[0], "1.0");
    assert_string_equal(k.text[1], "2.0");
    assert_false(k.there[2]);
    assert_false(k.there[3]);
    assert_string_equal(k.text[4], "4.0");
}

/* Seven entries that come to 51, one of them without a number. */
static void an_average_counts_every_entry(void **state)
{
    static const int64_t at[] = { 0, 1, 2, 3, 4, 5, 6 };
    static const char *const text[] = { "10", "9", "8", "x", "9", "8", "7" };

    (void)state;
    struct kept k = run(SLICE_AVERAGE, 10, -1, 7, at, text);
    assert_int_equal(k.n, 1);
    assert_string_equal(k.text[0], "7.285714285714286");
    k = run(SLICE_AVERAGE, 10, 2, 7, at, text);
    assert_string_equal(k.text[0], "7.29");
}

static void a_comma_stays_a_comma(void **state)
{
    static const int64_t at[] = { 0, 1 };
    static const char *const text[] = { "1,5", "2" };

    (void)state;
    struct kept k = run(SLICE_SUM, 10, -1, 2, at, text);
    assert_string_equal(k.text[0], "3,5");
}

static void a_median_of_two_is_between(void **state)
{
    static const int64_t at[] = { 0, 1, 2, 3 };
    static const char *const text[] = { "9", "1", "4", "2" };

    (void)state;
    struct kept k = run(SLICE_MEDIAN, 10, -1, 4, at, text);
    assert_string_equal(k.text[0], "3.0");
    k = run(SLICE_MEDIAN, 10, -1, 3, at, text);
    assert_string_equal(k.text[0], "4.0");
}

static void the_first_is_verbatim(void **state)
{
    static const int64_t at[] = { 0, 1, 10 };
    static const char *const text[] = { "007", "8", "on" };

    (void)state;
    struct kept k = run(SLICE_FIRST, 10, -1, 3, at, text);
    assert_int_equal(k.n, 2);
    assert_string_equal(k.text[0], "007");
    assert_string_equal(k.text[1], "on");
}

static void text_alone_gives_nothing(void **state)
{
    static const int64_t at[] = { 0, 1 };
    static const char *const text[] = { "on", "off" };

    (void)state;
    struct kept k = run(SLICE_SUM, 10, -1, 2, at, text);
    assert_int_equal(k.n, 1);
    assert_false(k.there[0]);
}

static void early_slices_are_left_out(void **state)
{
    struct kept k = { 0 };
    struct slicer *s = slicer_new(SLICE_SUM, 10, 1, -1, 25, keep, &k);
    struct str one = STR("1");

    (void)state;
    for (int64_t at = 0; at < 40; at += 5)
        assert_int_equal(slicer_add(s, at, &one), OK);
    slicer_end(s);
    slicer_free(s);
    assert_int_equal(k.n, 2);
    assert_true(k.at[0] == 20);
    assert_true(k.at[1] == 30);
}

/* Plain addition gives 0.9999999999999999 and 0. */
static void sums_lose_nothing(void **state)
{
    static const int64_t at[10];
    static const char *const tenths[] = { "0.1", "0.1", "0.1", "0.1", "0.1",
                                          "0.1", "0.1", "0.1", "0.1", "0.1" };
    static const char *const uneven[] = { "1e16", "1", "-1e16" };

    (void)state;
    struct kept k = run(SLICE_SUM, 10, -1, 10, at, tenths);
    assert_string_equal(k.text[0], "1.0");
    k = run(SLICE_SUM, 10, -1, 3, at, uneven);
    assert_string_equal(k.text[0], "1.0");
}

/* Hours summed before, in any mixture with single readings, give to the last
 * digit what the readings alone give. */
static void hours_equal_readings(void **state)
{
    const int64_t hour = SUMMARY_MS;

    (void)state;
    srand(7);
    for (int round = 0; round < 200; round++) {
        struct kept all = { 0 }, mixed = { 0 };
        struct slicer *a = slicer_new(SLICE_AVERAGE, 4 * hour, 1, -1, 0, keep,
                                      &all);
        struct slicer *b = slicer_new(SLICE_AVERAGE, 4 * hour, 1, -1, 0, keep,
                                      &mixed);

        for (int h = 0; h < 12; h++) {
            struct summary sum = { 0 };
            const struct summary *sums[] = { &sum };
            struct exact_sum exact = { 0, 0 };
            bool summed = rand() % 2;
            int n = rand() % 20;

            for (int i = 0; i < n; i++) {
                char text[32];
                double v = (rand() % 20000 - 9000) / 100.0;

                snprintf(text, sizeof text, "%.2f", v);
                struct str s = str_of(text);
                int64_t at = h * hour + i;
                assert_int_equal(slicer_add(a, at, &s), OK);
                if (!summed)
                    assert_int_equal(slicer_add(b, at, &s), OK);
                exact_add(&exact, strtod(text, NULL));
                sum.numbers++;
            }
            sum.sum = exact.sum;
            sum.rest = exact.rest;
            if (summed && n > 0)
                slicer_add_hour(b, h * hour, n, sums);
        }
        slicer_end(a);
        slicer_end(b);
        slicer_free(a);
        slicer_free(b);
        assert_int_equal(all.n, mixed.n);
        for (int i = 0; i < all.n; i++)
            assert_string_equal(all.text[i], mixed.text[i]);
    }
}

static void a_median_has_a_limit(void **state)
{
    struct kept k = { 0 };
    struct slicer *s = slicer_new(SLICE_MEDIAN, 10, 1, -1, 0, keep, &k);
    struct str one = STR("1");
    enum result rc = OK;
    int n = 0;

    (void)state;
    while (rc == OK && n <= SLICE_MEDIAN_MAX + 1) {
        rc = slicer_add(s, 0, &one);
        n++;
    }
    slicer_free(s);
    assert_int_equal(rc, ERR_TOO_BIG);
    assert_int_equal(n, SLICE_MEDIAN_MAX + 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_are_floored),
        cmocka_unit_test(gaps_have_empty_rows),
        cmocka_unit_test(an_average_counts_every_entry),
        cmocka_unit_test(a_comma_stays_a_comma),
        cmocka_unit_test(a_median_of_two_is_between),
        cmocka_unit_test(the_first_is_verbatim),
        cmocka_unit_test(text_alone_gives_nothing),
        cmocka_unit_test(early_slices_are_left_out),
        cmocka_unit_test(sums_lose_nothing),
        cmocka_unit_test(hours_equal_readings),
        cmocka_unit_test(a_median_has_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
