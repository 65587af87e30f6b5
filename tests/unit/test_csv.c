#include "base_test.h"

#include "base/buf.h"
#include "base/csv.h"

/* A text's records as "[a|b][c]", and how it ended; the input is at the end
 * of its memory so that a read beyond it is noticed. */
static enum csv_state read_all(const char *text, size_t n, bool last,
                               struct buf *out, size_t *rest)
{
    char *copy = malloc(n > 0 ? n : 1);
    struct csv *c = malloc(sizeof *c);
    size_t at = 0, used;
    enum csv_state state;

    memcpy(copy, text, n);
    while ((state = csv_next(c, copy + at, n - at, last, &used)) ==
           CSV_RECORD) {
        assert_true(used > 0 && used <= n - at);
        buf_char(out, '[');
        for (int i = 0; i < c->n_cells; i++) {
            if (i > 0)
                buf_char(out, '|');
            buf_add(out, c->cell[i]);
        }
        buf_char(out, ']');
        at += used;
    }
    if (state == CSV_MORE)
        assert_memory_equal(copy + at, text + at, n - at);
    *rest = n - at;
    free(c);
    free(copy);
    return state;
}

static void check(const char *text, const char *want, enum csv_state end)
{
    struct buf out = { 0 };
    size_t rest;

    assert_int_equal(read_all(text, strlen(text), true, &out, &rest), end);
    assert_text(buf_str(&out), want);
    buf_free(&out);
}

static void test_records(void **state)
{
    (void)state;
    check("", "", CSV_END);
    check("a,b\nc,d\n", "[a|b][c|d]", CSV_END);
    check("a,b\r\nc,d", "[a|b][c|d]", CSV_END);
    check("a\r", "[a]", CSV_END);
    check("\r", "", CSV_END);
    check("a,,\n", "[a||]", CSV_END);
    check(",", "[|]", CSV_END);
    check("\xEF\xBB\xBF" "a,b\n", "[a|b]", CSV_END);
    check("a\n\n\r\n\nb\n\n", "[a][b]", CSV_END);
    check(" a , b\n", "[ a | b]", CSV_END);
    check("a\rb,c\n", "[a\rb|c]", CSV_END);
    check("2021-02-18 21:46:23 UTC,1,12.5,\n",
          "[2021-02-18 21:46:23 UTC|1|12.5|]", CSV_END);
}

static void test_quotes(void **state)
{
    (void)state;
    check("\"a,b\",c\n", "[a,b|c]", CSV_END);
    check("\"a\nb\"\n", "[a\nb]", CSV_END);
    check("\"say \"\"hi\"\"\",\"\"\"\"\n", "[say \"hi\"|\"]", CSV_END);
    check("\"\",\"\"", "[|]", CSV_END);
    check("a, \"b c\" ,d\n", "[a|b c|d]", CSV_END);
    check("\"a\" \r\n\t\"b\"", "[a][b]", CSV_END);
    check("x\n\"a\"b\n", "[x]", CSV_BROKEN);
    check("a\"b\"\n", "", CSV_BROKEN);
    check("\"a", "", CSV_BROKEN);
    check("\"a\rb\"\rc\n", "", CSV_BROKEN);
}

/* However the text is cut, the records are the same, and what was not yet a
 * record is left as it was. */
static void test_pieces(void **state)
{
    static const char text[] = "a,\"b \"\"x\"\"\r\n\",c\r\n\r\n"
                               "\xEF\xBB\xBF" "\"q\"\"\" ,2\nlast,\"\"";
    struct buf whole = { 0 };
    size_t n = sizeof text - 1, rest;

    (void)state;
    assert_int_equal(read_all(text, n, true, &whole, &rest), CSV_END);
    for (size_t cut = 0; cut <= n; cut++) {
        struct buf parts = { 0 };
        enum csv_state end = read_all(text, cut, false, &parts, &rest);

        assert_int_equal(end, CSV_MORE);
        end = read_all(text + cut - rest, n - cut + rest, true, &parts, &rest);
        assert_int_equal(end, CSV_END);
        assert_true(str_eq(buf_str(&parts), buf_str(&whole)));
        buf_free(&parts);
    }
    buf_free(&whole);
}

static void test_limits(void **state)
{
    char *text = malloc(2 * CSV_RECORD_MAX);
    struct buf out = { 0 };
    size_t rest;

    (void)state;
    memset(text, ',', CSV_COLUMNS);
    text[CSV_COLUMNS - 1] = '\n';
    assert_int_equal(read_all(text, CSV_COLUMNS, true, &out, &rest), CSV_END);
    text[CSV_COLUMNS - 1] = ',';
    assert_int_equal(read_all(text, CSV_COLUMNS, true, &out, &rest),
                     CSV_BROKEN);
    memset(text, 'x', 2 * CSV_RECORD_MAX);
    assert_int_equal(read_all(text, CSV_RECORD_MAX - 1, false, &out, &rest),
                     CSV_MORE);
    assert_int_equal(read_all(text, CSV_RECORD_MAX, false, &out, &rest),
                     CSV_BROKEN);
    assert_int_equal(read_all(text, 2 * CSV_RECORD_MAX, true, &out, &rest),
                     CSV_BROKEN);
    text[CSV_RECORD_MAX - 1] = '\n';
    text[2 * CSV_RECORD_MAX - 1] = '\n';
    assert_int_equal(read_all(text, 2 * CSV_RECORD_MAX, true, &out, &rest),
                     CSV_END);
    buf_free(&out);
    free(text);
}

static void check_cell(const char *text, const char *want)
{
    struct buf b = { 0 };

    csv_cell(&b, str_of(text));
    assert_text(buf_str(&b), want);
    buf_free(&b);
}

static void test_cell(void **state)
{
    (void)state;
    check_cell(NULL, "");
    check_cell("", "");
    check_cell("12.5", "12.5");
    check_cell("a,b", "\"a,b\"");
    check_cell("a\nb", "\"a\nb\"");
    check_cell("a\rb", "\"a\rb\"");
    check_cell("say \"hi\"", "\"say \"\"hi\"\"\"");
    check_cell("\"", "\"\"\"\"");
    check_cell(" 5", "\" 5\"");
    check_cell("\xC3\xA9", "\xC3\xA9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records), cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_pieces),  cmocka_unit_test(test_limits),
        cmocka_unit_test(test_cell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
