/* Columns of a CSV, its records as readings, and a file of them in chunks. */
#include "base_test.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/zone.h"
#include "core/csv_file.h"
#include "core/csv_import.h"

static struct csv record(const char *cells)
{
    static char room[2][1000]; /* two records are looked at together */
    static int turn;
    struct csv c;
    size_t used;

    turn = !turn;
    snprintf(room[turn], sizeof room[turn], "%s", cells);
    assert_int_equal(csv_next(&c, room[turn], strlen(room[turn]), true, &used),
                     CSV_RECORD);
    return c;
}

static struct csv_layout layout(const char *first, const char *second)
{
    struct csv a = record(first), b = record(second);
    struct csv_layout l;

    assert_int_equal(csv_layout_find(&l, &a, &b), OK);
    return l;
}

static void test_named(void **state)
{
    struct csv_layout l
        = layout("created_at,entry_id,field2,field1,latitude,status", "1,2");

    (void)state;
    assert_true(l.named);
    assert_int_equal(l.n, 6);
    assert_int_equal(l.column[0], COLUMN_TIME);
    assert_int_equal(l.column[1], COLUMN_DROPPED);
    assert_int_equal(l.field[2], 2);
    assert_int_equal(l.field[3], 1);
    assert_int_equal(l.column[4], COLUMN_LATITUDE);
    assert_int_equal(l.column[5], COLUMN_STATUS);
}

static void test_other_names(void **state)
{
    struct csv_layout l = layout("temp,Timestamp,date,FIELD2,wind (km/h),Lon",
                                 "1,1600000000,x,2,3,4");

    (void)state;
    assert_true(l.named);
    assert_int_equal(l.column[0], COLUMN_FIELD);
    assert_int_equal(l.field[0], 1);
    assert_int_equal(l.column[1], COLUMN_TIME);
    assert_int_equal(l.column[2], COLUMN_DROPPED);
    assert_int_equal(l.field[3], 2);
    assert_int_equal(l.field[4], 3);
    assert_int_equal(l.column[5], COLUMN_LONGITUDE);
}

static void test_by_place(void **state)
{
    struct csv_layout l = layout("2020-01-01 00:00:00,1", "2020-01-01,1,2,3");

    (void)state;
    assert_false(l.named);
    assert_int_equal(l.n, 13);
    assert_int_equal(l.field[8], 8);
    assert_int_equal(l.column[9], COLUMN_LATITUDE);
    assert_int_equal(l.column[12], COLUMN_STATUS);
    l = layout("1600000000,5", "1600000060,6");
    assert_false(l.named);
    l = layout("when,what", "1600000060,6");
    assert_true(l.named);
    l = layout("Created", "x");
    assert_true(l.named);
}

static void test_no_layout(void **state)
{
    struct csv_layout l;
    struct csv c = record("time,field1,field1");
    char wide[600] = "time";

    (void)state;
    assert_int_equal(csv_layout_find(&l, &c, NULL), ERR_INVALID);
    c = record("time,lat,latitude");
    assert_int_equal(csv_layout_find(&l, &c, NULL), ERR_INVALID);
    for (int i = 0; i < 65; i++)
        snprintf(wide + strlen(wide), 8, ",x%d", i);
    c = record(wide);
    assert_int_equal(csv_layout_find(&l, &c, NULL), ERR_TOO_BIG);
    c = record("time,field65,field0,field1x,field");
    assert_int_equal(csv_layout_find(&l, &c, NULL), OK);
    assert_int_equal(l.field[4], 4);
}

static void test_reading(void **state)
{
    struct csv_layout l
        = layout("created_at,entry_id,field3,field1,elevation,status", "x");
    struct csv c = record("2021-02-18 21:46:23 UTC,9, 007,21.20,,\"a,b\"");
    struct value values[CSV_COLUMNS];
    struct reading r;

    (void)state;
    assert_null(csv_reading(&l, &c, zone_utc(), values, &r));
    assert_int_equal(r.at, INT64_C(1613684783000));
    assert_int_equal(r.n_values, 2);
    assert_int_equal(r.values[0].field, 1);
    assert_text(r.values[0].text, "21.20");
    assert_int_equal(r.values[1].field, 3);
    assert_text(r.values[1].text, " 007");
    assert_null(r.elevation.p);
    assert_text(r.status, "a,b");
    c = record("2025-12-01T23:09:48+00:00,1");
    assert_null(csv_reading(&l, &c, zone_utc(), values, &r));
    assert_int_equal(r.n_values, 0);
}

static void test_zone(void **state)
{
    struct csv_layout l = layout("created_at,field1", "x");
    struct csv c = record("2021-02-18 21:46:23,1");
    struct value values[CSV_COLUMNS];
    struct reading r;

    (void)state;
    assert_null(csv_reading(&l, &c, zone_named(STR("America/New_York")),
                            values, &r));
    assert_int_equal(r.at, INT64_C(1613684783000) + 5 * 3600000);
}

static const char *refusal(const struct csv_layout *l, const char *cells)
{
    struct csv c = record(cells);
    struct value values[CSV_COLUMNS];
    struct reading r;

    return csv_reading(l, &c, zone_utc(), values, &r);
}

static void test_refused(void **state)
{
    struct csv_layout l = layout("x,created_at,field1", "1,2,3");

    (void)state;
    assert_string_equal(refusal(&l, "1,yesterday,2"),
                        "the time cannot be read");
    assert_string_equal(refusal(&l, "1"), "the time cannot be read");
    assert_string_equal(refusal(&l, "1,1600000000,\xff"),
                        "a value is not valid UTF-8");
    assert_string_equal(refusal(&l, "1,1600000000,2,3"),
                        "there are more columns than there should be");
    assert_null(refusal(&l, "1,1600000000,2,,"));
}

static void test_long_value(void **state)
{
    struct csv_layout l = layout("time,field1", "x");
    char text[400] = "1600000000,";
    struct value values[CSV_COLUMNS];
    struct reading r;

    (void)state;
    memset(text + 11, 'x', 300);
    memcpy(text + 11 + 254, "\xC2\xB0", 2); /* not cut in two */
    struct csv c = record(text);
    assert_null(csv_reading(&l, &c, zone_utc(), values, &r));
    assert_int_equal(r.values[0].text.n, 254);
}

static int temporary(const char *text, size_t n)
{
    char path[] = "/tmp/almanac-import.XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(write(fd, text, n), n);
    return fd;
}

/* The first fields of all readings, in order, in chunks of two. */
static int read_chunks(struct csv_file *f, char *out, int *refused,
                       int64_t *line)
{
    struct csv_chunk c;
    int chunks = 0;
    enum result rc;

    *out = '\0';
    *refused = 0;
    while (csv_file_next(f, &c, &rc)) {
        chunks++;
        *refused += (int)c.n_refused;
        for (size_t i = 0; i < c.n; i++)
            snprintf(out + strlen(out), 20, "%.*s ",
                     STR_FMT(c.list[i].values[0].text));
        if (c.n_refused > 0)
            *line = csv_file_line(f, c.refused[0].at);
    }
    assert_int_equal(rc, OK);
    csv_file_close(f);
    return chunks;
}

/* From a file, and the same once more from memory. */
static int read_all(const char *text, size_t n, char *out, int *refused,
                    int64_t *line)
{
    struct csv_file *f;
    int fd = temporary(text, n), again;
    char same[200];
    int64_t same_line = 0;

    assert_int_equal(csv_file_open(fd, zone_utc(), 2, &f), OK);
    int chunks = read_chunks(f, out, refused, line);
    close(fd);
    assert_int_equal(csv_file_open_text((struct str){ text, n }, zone_utc(),
                                        2, &f), OK);
    assert_int_equal(read_chunks(f, same, &again, &same_line), chunks);
    assert_string_equal(same, out);
    assert_int_equal(again, *refused);
    assert_true(again == 0 || same_line == *line);
    return chunks;
}

static void test_file(void **state)
{
    static const char text[] = "time,field1\n1600000000,a\n\n\n1600000001,b\n"
                               "never,c\n1600000003,\"d\n1600000004,e\r\n"
                               "1600000005,f";
    char out[200];
    int refused;
    int64_t line;

    (void)state;
    assert_int_equal(read_all(text, sizeof text - 1, out, &refused, &line), 3);
    assert_string_equal(out, "a b e f ");
    assert_int_equal(refused, 2);
    assert_int_equal(line, 6);
}

static void test_newest_first(void **state)
{
    static const char text[] = "1600000009,a\n1600000008,b\n1600000007,c\n"
                               "1600000006,d\n1600000005,e\n";
    char out[200];
    int refused;
    int64_t line;

    (void)state;
    assert_int_equal(read_all(text, sizeof text - 1, out, &refused, &line), 3);
    assert_string_equal(out, "e d c b a ");
    assert_int_equal(refused, 0);
}

/* A line that is longer than anything read at once costs only itself. */
static void test_long_line(void **state)
{
    enum { LONG = 3 * 1024 * 1024 };
    char *text = malloc(2 * LONG + 200), out[200];
    int refused;
    int64_t line;
    size_t n = (size_t)sprintf(text, "time,field1\n1600000000,a\n");

    (void)state;
    memset(text + n, 'x', LONG);
    n += LONG;
    n += (size_t)sprintf(text + n, "\n1600000001,b\n");
    memset(text + n, '\n', LONG);
    n += LONG;
    n += (size_t)sprintf(text + n, "1600000002,c\n");
    read_all(text, n, out, &refused, &line);
    assert_string_equal(out, "a b c ");
    assert_int_equal(refused, 1);
    assert_int_equal(line, 3);
    free(text);
}

static void test_no_file(void **state)
{
    struct csv_file *f;
    int fd = temporary("\n\n", 2);

    (void)state;
    assert_int_equal(csv_file_open(fd, zone_utc(), 2, &f), ERR_MISSING);
    close(fd);
    fd = temporary("a\"b", 3);
    assert_int_equal(csv_file_open(fd, zone_utc(), 2, &f), ERR_GARBLED);
    close(fd);
    assert_int_equal(csv_file_open(fd, zone_utc(), 2, &f), ERR_FAILED);
    assert_int_equal(csv_file_open_text(STR("\n\n"), zone_utc(), 2, &f),
                     ERR_MISSING);
    assert_int_equal(csv_file_open_text(NO_STR, zone_utc(), 2, &f),
                     ERR_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_named),
        cmocka_unit_test(test_other_names),
        cmocka_unit_test(test_by_place),
        cmocka_unit_test(test_no_layout),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_zone),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_long_value),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_newest_first),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_no_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
