/* What YAML stands for, printed as Python would print it in a list. Each text
 * was tried with PyYAML 6; tests/live compares many more. */
#include "base_test.h"

#include "base/buf.h"
#include "yaml/load.h"
#include "yaml/show.h"

static const struct yaml_limits limits = { .depth = 8, .nodes = 100 };
static const struct show_limits show_limits = { .bytes = 10000, .depth = 20 };

static enum result load(struct arena *a, const char *text,
                        struct fault *fault, struct datum **out)
{
    size_t n = strlen(text);
    char *copy = malloc(n > 0 ? n : 1); /* a read beyond it is noticed */

    memcpy(copy, text, n);
    enum result rc = yaml_load(a, (struct str){ copy, n }, &limits, fault,
                               out);
    free(copy);
    return rc;
}

static void check(const char *text, const char *want)
{
    struct arena *a = arena_new();
    struct fault fault = { 0 };
    struct buf out = { 0 };
    struct datum *d, list = { .kind = DATUM_LIST, .item = &d, .n_items = 1 };

    if (load(a, text, &fault, &d) != OK)
        fail_msg("%s: %s", text, fault.sentence.p);
    assert_int_equal(show_str(a, &out, &list, &show_limits), OK);
    struct str shown = { out.p + 1, out.n - 2 };
    if (!str_is(shown, want))
        fail_msg("%s: expected %s, came %.*s", text, want, STR_FMT(shown));
    buf_free(&out);
    arena_free(a);
}

static void check_all(const char *const (*pairs)[2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        check(pairs[i][0], pairs[i][1]);
}

#define CHECK(pairs) check_all(pairs, sizeof pairs / sizeof *pairs)

static void test_plain(void **state)
{
    static const char *const pairs[][2] = {
        { "", "None" }, { "~", "None" }, { "Null", "None" },
        { "nULL", "'nULL'" }, { "yes", "True" }, { "NO", "False" },
        { "y", "'y'" }, { "tRUE", "'tRUE'" }, { "Off # so", "False" },
        { "0123", "83" }, { "08", "'08'" }, { "0o17", "'0o17'" },
        { "0x1F", "31" }, { "-0x_1f", "-31" }, { "0b1_01", "5" },
        { "0", "0" }, { "-0", "0" }, { "+7", "7" }, { "1__0", "10" },
        { "0_", "0" }, { "22:30", "1350" }, { "-1:00:01", "-3601" },
        { "1:60", "'1:60'" }, { "0:30", "'0:30'" },
        { "340282366920938463463374607431768211456",
          "340282366920938463463374607431768211456" },
        { "-0xffffffffffffffffffffffff", "-79228162514264337593543950335" },
        { "99999999999999999999:59", "5999999999999999999999" },
        { "1.50", "1.5" }, { "1e3", "'1e3'" }, { "1.0e+3", "1000.0" },
        { "1.0e3", "'1.0e3'" }, { "10.", "10.0" }, { "10.0.", "'10.0.'" },
        { ".5", "0.5" }, { "-.5", "'-.5'" }, { "1_0.0_1", "10.01" },
        { "1:2:3.5", "3723.5" }, { "1.0e+16", "1e+16" },
        { "0.00001", "1e-05" }, { "-0.0", "-0.0" }, { ".inf", "inf" },
        { "-.INF", "-inf" }, { ".NaN", "nan" }, { "1.8e+308", "inf" },
        { "0.1", "0.1" }, { "807020827134439.25", "807020827134439.2" },
        { "a:b", "'a:b'" }, { "http://x:80/#frag", "'http://x:80/#frag'" },
    };

    (void)state;
    CHECK(pairs);
}

static void test_dates(void **state)
{
    static const char *const pairs[][2] = {
        { "2001-12-14", "datetime.date(2001, 12, 14)" },
        { "2001-1-1", "'2001-1-1'" },
        { "!!timestamp 2001-1-1", "datetime.date(2001, 1, 1)" },
        { "2001-12-14t21:59:43.10-05:00",
          "datetime.datetime(2001, 12, 14, 21, 59, 43, 100000, "
          "tzinfo=datetime.timezone(datetime.timedelta(days=-1, "
          "seconds=68400)))" },
        { "2001-12-14 1:00:00Z",
          "datetime.datetime(2001, 12, 14, 1, 0, "
          "tzinfo=datetime.timezone.utc)" },
        { "2001-12-14 1:00:00 +5:30",
          "datetime.datetime(2001, 12, 14, 1, 0, "
          "tzinfo=datetime.timezone(datetime.timedelta(seconds=19800)))" },
        { "2001-12-14 1:00:00.12345678",
          "datetime.datetime(2001, 12, 14, 1, 0, 0, 123456)" },
        { "2001-12-14 1:00:05.", "datetime.datetime(2001, 12, 14, 1, 0, 5)" },
        { "2001-12-14 1:00", "'2001-12-14 1:00'" },
    };

    (void)state;
    CHECK(pairs);
}

static void test_text(void **state)
{
    static const char *const pairs[][2] = {
        { "'it''s'", "\"it's\"" }, { "\"'\\\"\"", "'\\'\"'" },
        { "\"\\t\\n\\r\\\\\\x07\\x7f\"", "'\\t\\n\\r\\\\\\x07\\x7f'" },
        { "\"é\\u200b\\xa0\\u2028\\U0001F600\\U000E0001\"",
          "'é\\u200b\\xa0\\u2028\U0001F600\\U000e0001'" },
        { "|\n  a\n\n   b\n", "'a\\n\\n b\\n'" },
        { ">-\n  a\n  b\n\n  c\n", "'a b\\nc'" },
        { "|\n  \ta\n", "'\\ta\\n'" },
        { "a\n b", "'a b'" }, { "\xEF\xBB\xBF" "a", "'a'" },
        { "a: b\r\nc: d\r\n", "{'a': 'b', 'c': 'd'}" },
        { "!!binary aGk=", "b'hi'" },
        { "!!binary \"Y-Q=*=YWJj\"", "b'a'" }, /* padding ends it */
        { "!!binary \"JyIK AP8=\"", "b'\\'\"\\n\\x00\\xff'" },
    };

    (void)state;
    CHECK(pairs);
}

static void test_tags(void **state)
{
    static const char *const pairs[][2] = {
        { "!!str 5", "'5'" }, { "!!int '7'", "7" }, { "!!int ' 7 '", "7" },
        { "!!int 0o17", "15" }, { "!!int \"\uFF11\u0662\"", "12" },
        { "!!float 3", "3.0" }, { "!!float infinity", "inf" },
        { "!!null x", "None" }, { "!!bool ON", "True" },
        { "! 5", "5" }, { "! '5'", "5" }, { "!", "None" },
        { "!!set {a}", "{'a'}" }, { "!!set {}", "set()" },
        { "!!omap [a: 1, b: [2]]", "[('a', 1), ('b', [2])]" },
        { "!!pairs [a: 1, a: 2]", "[('a', 1), ('a', 2)]" },
        { "!!str {=: x, y: z}", "'x'" },
        { "%TAG !e! tag:yaml.org,2002:\n---\n!e!int '5'", "5" },
    };

    (void)state;
    CHECK(pairs);
}

static void test_maps(void **state)
{
    static const char *const pairs[][2] = {
        { "{a: 1, b: 2, a: 3}", "{'a': 3, 'b': 2}" },
        { "{1: a, true: b, 1.0: c}", "{1: 'c'}" },
        { "{0: a, -0.0: b, false: c, ~: d}", "{0: 'c', None: 'd'}" },
        { "{1e3: a, 1000: b}", "{'1e3': 'a', 1000: 'b'}" },
        { "{1.0e+30: a, 1000000000000000019884624838656: b, 1.5: c}",
          "{1e+30: 'b', 1.5: 'c'}" },
        { "{2001-12-14 1:00:00Z: a, 2001-12-14 2:00:00+1: b}",
          "{datetime.datetime(2001, 12, 14, 1, 0, "
          "tzinfo=datetime.timezone.utc): 'b'}" },
        { "{=: a}", "{'=': 'a'}" },
        { "{a:[1], b:, c:{d: e}}",
          "{'a': [1], 'b': None, 'c': {'d': 'e'}}" },
        { "? a\n: b\n? c", "{'a': 'b', 'c': None}" },
    };

    (void)state;
    CHECK(pairs);
}

static void test_merging(void **state)
{
    static const char *const pairs[][2] = {
        { "- &a {x: 1, y: 2}\n- {y: 3, <<: *a, z: 4}",
          "[{'x': 1, 'y': 2}, {'x': 1, 'y': 3, 'z': 4}]" },
        { "- &a {x: 1, y: 2}\n- &b {y: 3, q: 4}\n- <<: [*a, *b]\n",
          "[{'x': 1, 'y': 2}, {'y': 3, 'q': 4}, {'y': 2, 'q': 4, 'x': 1}]" },
        { "- &a {x: 1}\n- &b {<<: *a, y: 2}\n- {<<: *b, <<: {y: 5}}",
          "[{'x': 1}, {'x': 1, 'y': 2}, {'x': 1, 'y': 5}]" },
        { "{'<<': {a: 1}}", "{'<<': {'a': 1}}" },
        { "{<<: []}", "{}" },
    };

    (void)state;
    CHECK(pairs);
}

static void test_aliases(void **state)
{
    static const char *const pairs[][2] = {
        { "[&a x, *a]", "['x', 'x']" },
        { "&a [1, *a]", "[1, [...]]" },
        { "&a {k: *a, l: [*a]}", "{'k': {...}, 'l': [{...}]}" },
        { "- &a [*a]\n- *a", "[[[...]], [[...]]]" },
    };

    (void)state;
    CHECK(pairs);
}

static void refuse(const char *text, enum result want, int line, int column,
                   const char *path, const char *words)
{
    struct arena *a = arena_new();
    struct fault f = { 0 };
    struct datum *d;

    assert_int_equal(load(a, text, &f, &d), want);
    if (f.line != line || f.column != column || !str_is(f.path, path)
        || !strstr(f.sentence.p, words))
        fail_msg("%s: expected %d:%d %s ...%s..., came %d:%d %s %s", text,
                 line, column, path, words, f.line, f.column, f.path.p,
                 f.sentence.p);
    arena_free(a);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text;
        int line, column;
        const char *path, *words;
    } cases[] = {
        { "a: 1\n\tb: 2", 2, 1, "", "a tab" },
        { "a:\tb", 1, 3, "", "tab" }, { "a: b\t", 1, 5, "", "tab" },
        { "a: b\tc", 1, 5, "", "tab" }, { "a: |\t\n  b", 1, 5, "", "tab" },
        { "a: |#\n  b", 1, 5, "", "space" }, { "[a?b]", 1, 3, "", "\"?\"" },
        { "a: [", 2, 1, "", "not YAML" }, { "a: 'b", 1, 6, "", "not YAML" },
        { "a: b: c", 1, 5, "", "mapping values" },
        { "a\n---\nb", 2, 1, "", "second document" },
        { "a: 1\n---\n", 2, 1, "", "second document" },
        { "[*a]", 1, 2, "", "no anchor &a" },
        { "[&a 1, &a 2]", 1, 8, "", "twice" },
        { "a:\n  b: =", 2, 6, "a.b", "lone \"=\"" },
        { "a: [1, <<]", 1, 8, "a[1]", "\"<<\"" },
        { "a: !!python/object/apply:os.system [x]", 1, 4, "a", "not known" },
        { "a: {[b]: c}", 1, 5, "a.", "key" },
        { "{<<: x}", 1, 6, "", "merged" },
        { "&a {<<: *a}", 1, 1, "", "into itself" },
        { "a: 0b_", 1, 4, "a", "whole number" },
        { "a: !!int x", 1, 4, "a", "whole number" },
        { "a: !!float x", 1, 4, "a", "number" },
        { "a: !!bool x", 1, 4, "a", "true or false" },
        { "a: !!binary x", 1, 4, "a", "base64" },
        { "a: !!binary YQ=", 1, 4, "a", "base64" },
        { "a: !!binary Y===", 1, 4, "a", "base64" },
        { "a: !!seq {}", 1, 4, "a", "list" },
        { "a: !!map []", 1, 4, "a", "map" },
        { "a: !!omap [1]", 1, 12, "a[0]", "one key" },
        { "a: 2001-02-30", 1, 4, "a", "no such date" },
        { "a: 2001-02-03t24:00:00", 1, 4, "a", "no such date" },
        { "a: 2001-02-03t04:00:00+24:00", 1, 4, "a", "no such date" },
        { "a\xFF", 1, 2, "", "UTF-8" }, { "ü\n é\x07", 2, 3, "", "U+0007" },
        { "\"a\\e[31m\": !x 1", 1, 12, "a?[31m", "!x is not known" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuse(cases[i].text, ERR_INVALID, cases[i].line, cases[i].column,
               cases[i].path, cases[i].words);
}

static void test_too_big(void **state)
{
    (void)state;
    check("[[[[[[[[1]]]]]]]]", "[[[[[[[[1]]]]]]]]");
    refuse("[[[[[[[[[1]]]]]]]]]", ERR_TOO_BIG, 1, 9, "", "8 deep");
    refuse("a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a]\n"
           "c: [*b,*b]", ERR_TOO_BIG, 3, 4, "", "100 values");
    /* few nodes, and each map merges the one that it is in */
    refuse("&m {a: {<<: *m}, b: {<<: *m}, c: {<<: *m}, d: {<<: *m},\n"
           "e: {<<: *m}, f: {<<: *m}, g: {<<: *m}, h: {<<: *m},\n"
           "i: {<<: *m}, j: {<<: *m}, k: {<<: *m}}",
           ERR_TOO_BIG, 1, 1, "a.b.c.d.e.f.g.h.i.j", "merges more");
}

static struct str many(char *room, const char *line, int n)
{
    size_t length = 0;

    for (int i = 0; i < n; i++)
        length += (size_t)sprintf(room + length, line, i);
    return (struct str){ room, length };
}

/* Directives are compared with each other, and a text that is mended is read
 * again: neither may take long. */
static void test_no_work_for_ever(void **state)
{
    enum { MENDS = 60, LONG = 1024 * 1024 };
    static char text[2 * LONG];
    size_t n;

    (void)state;
    n = many(text, "%%TAG !%d! tag:x,2000:\n", 100).n;
    strcpy(text + n, "--- a");
    check(text, "'a'");
    n = many(text, "%%TAG !%d! tag:x,2000:\n", 101).n;
    strcpy(text + n, "--- a");
    refuse(text, ERR_INVALID, 101, 1, "", "more %TAG");
    many(text, "{a%d:[], b: 1}\n", 1);
    check(text, "{'a0': [], 'b': 1}");
    memset(text, '#', LONG);
    text[LONG] = '\n';
    many(text + LONG + 1, "- {a%d:[]}\n", 1);
    check(text, "[{'a0': []}]");
    many(text + LONG + 1, "- {a%d:[]}\n", MENDS);
    refuse(text, ERR_INVALID, 9, 6, "", "':'");
}

/* Python reads and prints 4300 digits, and no more. */
static void test_long_numbers(void **state)
{
    char text[5000], want[5000];

    (void)state;
    memset(text, '9', 4300);
    text[4300] = '\0';
    check(text, text);
    strcpy(want, text);
    text[4300] = '9';
    text[4301] = '\0';
    refuse(text, ERR_INVALID, 1, 1, "", "4300 digits");
    memset(text, 'f', 3600);
    text[0] = '0';
    text[1] = 'x';
    text[3600] = '\0';
    refuse(text, ERR_INVALID, 1, 1, "", "4300 digits");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),   cmocka_unit_test(test_dates),
        cmocka_unit_test(test_text),    cmocka_unit_test(test_tags),
        cmocka_unit_test(test_maps),    cmocka_unit_test(test_merging),
        cmocka_unit_test(test_aliases), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_big), cmocka_unit_test(test_long_numbers),
        cmocka_unit_test(test_no_work_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
