#include "base_test.h"

#include "base/zone.h"
#include "core/csv_export.h"

static const struct value values[] = {
    { 1, { "21.20", 5 } },
    { 3, { "a \"b\"", 5 } },
    { 64, { "x", 1 } },
};

static const struct reading full = {
    .entry = 7,
    .at = INT64_C(1764630588999),
    .values = values,
    .n_values = 3,
    .latitude = { "1.5", 3 },
    .status = { "a,b", 3 },
};

static void check(const struct csv_export *e, const struct reading *r,
                  const struct zone *zone, const char *want)
{
    struct buf out = { 0 };

    if (r)
        csv_export_row(e, &out, r, zone);
    else
        csv_export_header(e, &out);
    assert_text(buf_str(&out), want);
    buf_free(&out);
}

static void test_columns(void **state)
{
    struct field fields[] = {
        { .number = 2, .label = STR("Outside") },
        { .number = 4, .label = STR("") },
    };
    struct channel c = { .fields = fields, .n_fields = 2 };
    struct csv_export e;

    (void)state;
    csv_export_fields(&e, &c);
    check(&e, NULL, NULL,
          "created_at,entry_id,field2,latitude,longitude,elevation,status\n");
    csv_export_look(&e, &full);
    check(&e, NULL, NULL,
          "created_at,entry_id,field1,field2,field3,field64,latitude,"
          "longitude,elevation,status\n");
}

static void test_rows(void **state)
{
    struct csv_export e = { .field = { [1] = true, [2] = true, [3] = true } };
    struct reading bare = { .entry = 1, .at = 0 };

    (void)state;
    check(&e, &full, zone_utc(),
          "2025-12-01T23:09:48+00:00,7,21.20,,\"a \"\"b\"\"\",1.5,,,"
          "\"a,b\"\n");
    check(&e, &bare, zone_utc(), "1970-01-01T00:00:00+00:00,1,,,,,,,\n");
    check(&e, &bare, zone_named(STR("America/New_York")),
          "1969-12-31T19:00:00-05:00,1,,,,,,,\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
