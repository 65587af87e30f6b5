#include "base_test.h"

#include "base/zone.h"
#include "web/wording.h"

static void counts(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    assert_text(wording_many(a, 0, "day", "days"), "0 days");
    assert_text(wording_many(a, 1, "day", "days"), "1 day");
    assert_text(wording_many(a, INT64_C(10000000000), "day", "days"),
                "10000000000 days");
    arena_free(a);
}

static void ages(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    assert_text(wording_ago(a, -5), "just now");
    assert_text(wording_ago(a, 9999), "just now");
    assert_text(wording_ago(a, 10000), "10 seconds ago");
    assert_text(wording_ago(a, 3600000), "1 hour ago");
    arena_free(a);
}

static struct str both(const char *name)
{
    (void)name;
    return STR("{{iso}} {{clock}}");
}

static void moments(void **state)
{
    struct arena *a = arena_new();
    const struct zone *berlin = zone_named(STR("Europe/Berlin"));
    struct buf out = { 0 };
    struct values *v = values_new(a);

    (void)state;
    assert_non_null(berlin);
    wording_moment(a, v, "iso", "clock", INT64_C(1536701044000), NULL);
    template_write(&out, both, "both", v);
    assert_text(buf_str(&out), "2018-09-11T21:24:04Z 09:24:04 PM Sep 11, 2018");
    out.n = 0;
    wording_moment(a, v, "iso", "clock", INT64_C(1536701044000), berlin);
    template_write(&out, both, "both", v);
    assert_text(buf_str(&out), "2018-09-11T21:24:04Z 11:24:04 PM Sep 11, 2018");
    buf_free(&out);
    arena_free(a);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts),
        cmocka_unit_test(ages),
        cmocka_unit_test(moments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
