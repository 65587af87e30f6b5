#include "base_test.h"

#include "base/links.h"

/* Every address between < and >, the rest as it is. */
static void finds(const char *text, const char *want)
{
    struct str rest = str_of(text);
    struct piece p;
    char got[1024];
    size_t n = 0;

    while (links_next(&rest, &p)) {
        assert_true(p.text.n > 0);
        n += (size_t)snprintf(got + n, sizeof got - n,
                              p.is_link ? "<%.*s>" : "%.*s", STR_FMT(p.text));
        assert_true(n < sizeof got);
    }
    got[n] = '\0';
    assert_string_equal(got, want);
}

static void addresses(void **state)
{
    (void)state;
    finds("", "");
    finds("nothing here", "nothing here");
    finds("http://a.example", "<http://a.example>");
    finds("see https://a.example/b?c=d&e=f#g now",
          "see <https://a.example/b?c=d&e=f#g> now");
    finds("HTTPS://A.example", "<HTTPS://A.example>");
    finds("http://a\nhttp://b\thttp://c", "<http://a>\n<http://b>\t<http://c>");
    finds("http://[::1]:8080/x", "<http://[::1]:8080/x>");
    finds("http://192.168.0.1", "<http://192.168.0.1>");
    finds("http://köln.example/ä", "<http://köln.example/ä>");
    finds("http://a/it's", "<http://a/it's>");
    finds("http://a/%22%3C", "<http://a/%22%3C>");
}

static void what_is_none(void **state)
{
    static const char *const none[] = {
        "javascript:alert(1)", "data:text/html,x", "ftp://a", "mailto:a@b",
        "//a.example", "www.a.example", "http:/a", "http://", "https://",
        "http:// a", "http://.", "http:///etc", "http://?", "http://[",
        "http://\"x", "http://<b>", "shttp://a", "xhttps://a", "1http://a",
        "h", "H", "http", "httphttp:", "http://\xE2\x80\xAE" "a", "http://\xFF"
    };

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        finds(none[i], none[i]);
}

static void the_sentence_around(void **state)
{
    (void)state;
    finds("Is it http://a.example?", "Is it <http://a.example>?");
    finds("http://a, http://b; http://c: http://d! (http://e).",
          "<http://a>, <http://b>; <http://c>: <http://d>! (<http://e>).");
    finds("(see http://a/b_(c))", "(see <http://a/b_(c)>)");
    finds("http://a/b_(c)", "<http://a/b_(c)>");
    finds("[http://a] {http://b}", "[<http://a>] {<http://b>}");
    finds("http://a/x[1]", "<http://a/x[1]>");
    finds("http://a))).", "<http://a>))).");
    finds("'http://a'", "'<http://a>'");
    finds("<http://a>", "<<http://a>>");
    finds("\"http://a\"", "\"<http://a>\"");
    finds("http://a...", "<http://a>...");
    finds("„http://a“ »http://b«", "„<http://a>“ »<http://b>«");
    finds("看http://a。好", "看<http://a>。好");
    finds("http://a/b–c", "<http://a/b–c>");
    finds("http://a\xC2\xA0" "b", "<http://a>\xC2\xA0" "b");
    finds("http://a`b", "<http://a>`b");
    finds("http://a\\b", "<http://a>\\b");
}

/* Nothing that could leave an attribute or turn the writing round. */
static void attacks(void **state)
{
    (void)state;
    finds("http://a/\"onmouseover=\"x", "<http://a/>\"onmouseover=\"x");
    finds("http://a/<script>", "<http://a/><script>");
    finds("http://a/\xE2\x80\xAE" "gpj.exe", "<http://a/>\xE2\x80\xAE" "gpj.exe");
    finds("http://a/\x01" "b", "<http://a/>\x01" "b");
    finds("http://a/\xFF" "b", "<http://a/>\xFF" "b");
    finds("http://javascript:alert(1)", "<http://javascript:alert(1)>");
}

/* In proportion to its length: else this would take minutes. */
static void long_texts(void **state)
{
    static const char *const parts[] = { "http://a)", "http://[a", "hhhh",
                                         "http://", ")", "(", "[]]" };
    enum { N = 4 * 1000 * 1000 };
    char *text = malloc(N);

    (void)state;
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        size_t n = strlen(parts[k]), total = 0;
        struct piece p;

        memcpy(text, "http://a/", 9);
        for (size_t i = 9; i < N; i++)
            text[i] = parts[k][i % n];
        for (struct str rest = { text, N }; links_next(&rest, &p);)
            total += p.text.n;
        assert_int_equal(total, N);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),
        cmocka_unit_test(what_is_none),
        cmocka_unit_test(the_sentence_around),
        cmocka_unit_test(attacks),
        cmocka_unit_test(long_texts),
    };

    return cmocka_run_group_tests_name("links", tests, NULL, NULL);
}
