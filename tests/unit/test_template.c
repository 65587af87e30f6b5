#include "base_test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/template.h"

static const char *page_text;

static struct str find(const char *name)
{
    if (strcmp(name, "page") == 0)
        return str_of(page_text);
    if (strcmp(name, "part") == 0)
        return STR("<b>{{name}}</b>");
    if (strcmp(name, "endless") == 0)
        return STR("{{>endless}}");
    return NO_STR;
}

static struct values *sample(struct arena *a)
{
    struct values *v = values_new(a), *row;

    values_text(v, "name", STR("R&D <\"'>"));
    values_text(v, "odd", STR("a\xff<\0\xc3\xa9\xe2\x82"));
    values_text(v, "empty", STR(""));
    values_flag(v, "on", true);
    values_flag(v, "off", false);
    for (int i = 1; i <= 3; i++) {
        row = values_row(v, "rows");
        values_text(row, "n", arena_printf(a, "%d", i));
        values_flag(row, "even", i % 2 == 0);
        if (i == 2)
            values_text(values_row(row, "inner"), "x", STR("in"));
    }
    return v;
}

static void check(const char *text, const char *want)
{
    struct arena *a = arena_new();
    struct buf out = { 0 };

    page_text = text;
    template_write(&out, find, "page", sample(a));
    assert_text(buf_str(&out), want);
    buf_free(&out);
    arena_free(a);
}

static void test_values(void **state)
{
    (void)state;
    check("", "");
    check("plain { } }} {", "plain { } }} {");
    check("a{{name}}z", "aR&amp;D &lt;&#34;&#39;&gt;z");
    check("{{ name }}", "R&amp;D &lt;&#34;&#39;&gt;");
    check("{{odd}}", "a\xef\xbf\xbd&lt;\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd"
                     "\xef\xbf\xbd");
    check("[{{absent}}{{empty}}{{on}}]", "[]");
}

static void test_sections(void **state)
{
    (void)state;
    check("{{#on}}yes{{/on}}{{^on}}no{{/on}}", "yes");
    check("{{#off}}yes{{/off}}{{^off}}no{{/off}}", "no");
    check("{{#absent}}yes{{/absent}}{{^absent}}no{{/absent}}", "no");
    check("{{#empty}}yes{{/empty}}{{^empty}}no{{/empty}}", "no");
    check("{{#name}}yes{{/name}}{{^name}}no{{/name}}", "yes");
    check("{{#on}}{{#on}}x{{/on}}y{{/on}}", "xy");
}

static void test_lists(void **state)
{
    (void)state;
    check("{{#rows}}{{n}}{{#even}}!{{/even}} {{/rows}}", "1 2! 3 ");
    check("{{#rows}}{{#inner}}{{n}}{{x}}{{/inner}}{{^inner}}-{{/inner}}"
          "{{/rows}}", "-2in-");
    check("{{#rows}}{{#on}}{{n}}{{/on}}{{/rows}}{{n}}", "123");
    check("{{^rows}}none{{/rows}}{{^no_rows}}none{{/no_rows}}", "none");
}

static void test_parts(void **state)
{
    (void)state;
    check("{{>part}}", "<b>R&amp;D &lt;&#34;&#39;&gt;</b>");
    check("{{#off}}{{>nowhere}}{{/off}}", "");
}

static void test_lines_of_tags(void **state)
{
    (void)state;
    check("a\n{{#on}}\nb\n{{/on}}\nc\n", "a\nb\nc\n");
    check("a\n{{#off}}\nb\n{{/off}}\nc\n", "a\nc\n");
    check("{{#on}}\n  {{^off}}\nb\n  {{/off}}\n{{/on}}\n", "b\n");
    check("{{#rows}}\n{{n}}\n{{/rows}}\n", "1\n2\n3\n");
    check("<i>{{#on}}\nb\n{{/on}}</i>\n", "<i>\nb\n</i>\n");
    check("{{#on}}\n{{/on}} \n", " \n");
    check("{{on}}\n{{empty}}\n", "\n\n");
}

static void test_set_again(void **state)
{
    struct arena *a = arena_new();
    struct values *v = sample(a);
    struct buf out = { 0 };

    (void)state;
    values_text(v, "name", STR("new"));
    page_text = "{{name}}";
    template_write(&out, find, "page", v);
    assert_text(buf_str(&out), "new");
    buf_free(&out);
    arena_free(a);
}

/* Our own mistakes end the process; a child makes them. */
static void check_ends(const char *text)
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct arena *a = arena_new();
        struct buf out = { 0 };

        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        signal(SIGABRT, SIG_DFL);
        page_text = text;
        template_write(&out, find, "page", sample(a));
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void test_mistakes(void **state)
{
    static const char *const bad[] = {
        "{{name", "{{name}", "{{}}", "{{ }}", "{{a b}}", "{{{name}}}",
        "{{&name}}", "{{=<% %>=}}", "{{#on}}", "{{/on}}", "{{#on}}{{/off}}",
        "{{#on}}{{#rows}}{{/on}}{{/rows}}", "{{>nowhere}}", "{{>endless}}",
        "{{rows}}", "{{#}}{{/}}", "{{<name}}"
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        check_ends(bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),    cmocka_unit_test(test_sections),
        cmocka_unit_test(test_lists),     cmocka_unit_test(test_parts),
        cmocka_unit_test(test_lines_of_tags),
        cmocka_unit_test(test_set_again), cmocka_unit_test(test_mistakes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
