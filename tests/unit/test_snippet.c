/* What the lines for a device are filled in with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/unicode.h"
#include "web/snippet.h"

static struct arena *arena;
static const char *template;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct str find(const char *name)
{
    (void)name;
    return str_of(template);
}

static void fills(const char *text, const struct channel *ch,
                  const char *origin, const char *want)
{
    struct values *v = values_new(arena);
    struct buf out = { 0 };

    template = text;
    snippet_put(v, arena, ch, str_of(origin), STR("a+b"));
    template_write(&out, find, "t", v);
    if (!str_is(buf_str(&out), want))
        fail_msg("%s: expected %s, came %.*s", origin, want,
                 STR_FMT(buf_str(&out)));
    buf_free(&out);
}

static void hosts(void **state)
{
    static const char text[] = "{{host}} {{port}}{{#tls}} tls{{/tls}}";
    struct channel ch = { .name = STR("x") };

    (void)state;
    fills(text, &ch, "http://a.example", "a.example 80");
    fills(text, &ch, "http://a.example:8080", "a.example 8080");
    fills(text, &ch, "https://a.example", "a.example 443 tls");
    fills(text, &ch, "https://a.example:8443", "a.example 8443 tls");
    fills(text, &ch, "http://[::1]", "[::1] 80");
    fills(text, &ch, "http://[fe80::1]:8080", "[fe80::1] 8080");
    fills(text, &ch, "http://", " 80");
    fills("{{origin}} {{write_key}}", &ch, "http://a", "http://a a%2Bb");
}

static void stays_here(void **state)
{
    (void)state;
    assert_true(snippet_stays_here(STR("http://127.0.0.1:8080")));
    assert_true(snippet_stays_here(STR("https://localhost")));
    assert_true(snippet_stays_here(STR("http://[::1]:8080")));
    assert_false(snippet_stays_here(STR("http://localhost.lan")));
    assert_false(snippet_stays_here(STR("http://[::12]:8080")));
    assert_false(snippet_stays_here(STR("http://")));
}

static const char measures[] =
    "{{about_channel}}:{{#measures}} {{number}}={{value}} ({{about}}){{/measures}}";

static void fields(void **state)
{
    struct field list[] = {
        { .number = 2, .label = STR("A\\"), .unit = STR("%") },
        { .number = 3, .label = STR("") },
        { .number = 8, .label = STR("B\r\nC \u2028") },
        { .number = 9, .label = STR("too far") },
    };
    struct channel ch = { .name = STR("x\ny"), .fields = list, .n_fields = 4 };

    (void)state;
    fills(measures, &ch, "http://a", "x y: 2=48 (A/, %) 8=21.5 (B  C)");
    fills("{{first_readings}} {{sensor_readings}}", &ch, "http://a",
          "&amp;field2=48&amp;field8=21.5 &amp;field2=%var1%&amp;field8=%value%");
    ch.n_fields = 0;
    fills(measures, &ch, "http://a", "x y: 1=21.5 ()");
}

static void long_names(void **state)
{
    struct str name = STR("ä");
    char text[600];
    struct values *v = values_new(arena);
    struct buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = name.p[i % name.n];
    struct channel ch = { .name = { text, sizeof text } };
    template = "{{about_channel}}";
    snippet_put(v, arena, &ch, STR("http://a"), STR("k"));
    template_write(&out, find, "t", v);
    assert_int_equal(unicode_length(buf_str(&out)), 60);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hosts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stays_here, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_names, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
