/* The mapper's rules, one by one. tests/live compares it with a reference on
 * many more files. */
#include "base_test.h"

#include "core/mapper.h"

#define USERS                                                             \
    "users:\n  u: {quantity: 1, username_prefix: u, username_suffix: "     \
    "'1', password: p}\n"
#define DEVICE(name, parameters)                                          \
    "  " name ": {quantity: 1, name_prefix: D, name_suffix: '1', "         \
    "hostname_prefix: h, hostname_suffix: '1', parameters: " parameters   \
    "}\n"
#define DEVICES(parameters) "devices:\n" DEVICE("d", parameters)

/* NO_STR: refused, *error says why. */
static struct str convert(struct arena *a, const char *yaml,
                          const struct mapper_limits *limits,
                          struct mapper_error *error)
{
    struct buf out = { 0 };
    enum result rc = mapper_convert(a, str_of(yaml), limits, &out, error);
    struct str xml = rc == OK ? arena_copy(a, buf_str(&out)) : NO_STR;

    assert_true(rc == OK || (out.n == 0 && error->sentence.n > 0));
    buf_free(&out);
    return xml;
}

static void check(const char *yaml, const char *want)
{
    struct arena *a = arena_new();
    struct mapper_error e;
    struct str xml = convert(a, yaml, &mapper_usual_limits, &e);

    if (!xml.p)
        fail_msg("%s: %d:%d %s", yaml, e.line, e.column, e.sentence.p);
    assert_text(xml, want);
    arena_free(a);
}

/* The XML of one device with these parameters. */
static void check_parameters(const char *parameters, const char *want)
{
    struct arena *a = arena_new();
    struct str yaml = arena_printf(a, USERS "devices:\n  d:\n"
        "    quantity: 1\n    name_prefix: D\n    name_suffix: '1'\n"
        "    hostname_prefix: h\n    hostname_suffix: '1'\n"
        "    parameters:%s\n", parameters);
    struct str xml = arena_printf(a, "<user-mapping>\n"
        "    <authorize username=\"u1\" password=\"p\">\n"
        "        <connection name=\"D1\">\n%s"
        "        </connection>\n    </authorize>\n</user-mapping>\n", want);

    check(yaml.p, xml.p);
    arena_free(a);
}

#define PROTOCOL(v) "            <protocol>" v "</protocol>\n"
#define PARAM(k, v) "            <param name=\"" k "\">" v "</param>\n"
#define USER_XML(name, password)                                          \
    "    <authorize username=\"" name "\" password=\"" password           \
    "\">\n    </authorize>\n"

/* The users of a file without devices. */
static void check_users(const char *users, const char *want)
{
    struct arena *a = arena_new();
    struct str yaml = arena_printf(a, "users:\n%sdevices: {}\n", users);
    struct str xml = arena_printf(a, "<user-mapping>\n%s</user-mapping>\n",
                                  want);

    check(yaml.p, xml.p);
    arena_free(a);
}

#define COUNTED(suffix, quantity)                                         \
    "  u: {quantity: " quantity ", username_prefix: u, "                  \
    "username_suffix: " suffix ", password: p}\n"

static void test_suffixes(void **state)
{
    (void)state;
    check_users(COUNTED("'09'", "3"), USER_XML("u09", "p")
                USER_XML("u10", "p") USER_XML("u11", "p"));
    check_users(COUNTED("'99'", "2"), USER_XML("u99", "p")
                USER_XML("u100", "p"));
    check_users(COUNTED("'-1'", "3"), USER_XML("u-1", "p")
                USER_XML("u00", "p") USER_XML("u01", "p"));
    check_users(COUNTED("' 7 '", "1"), USER_XML("u007", "p"));
    check_users(COUNTED("'+5'", "1"), USER_XML("u05", "p"));
    check_users(COUNTED("'1_9'", "2"), USER_XML("u019", "p")
                USER_XML("u020", "p"));
    check_users(COUNTED("\"\uFF11\"", "1"), USER_XML("u1", "p"));
    check_users(COUNTED("'99999999999999999999'", "2"),
                USER_XML("u99999999999999999999", "p")
                USER_XML("u100000000000000000000", "p"));
    check_users(COUNTED("'-100000000000000000000'", "2"),
                USER_XML("u-100000000000000000000", "p")
                USER_XML("u-099999999999999999999", "p"));
    check_users(COUNTED("'9223372036854775807'", "2"),
                USER_XML("u9223372036854775807", "p")
                USER_XML("u9223372036854775808", "p"));
}

static void test_quantities(void **state)
{
    (void)state;
    check_users(COUNTED("'1'", "'2'"), USER_XML("u1", "p")
                USER_XML("u2", "p"));
    check_users(COUNTED("'1'", "2.9"), USER_XML("u1", "p")
                USER_XML("u2", "p"));
    check_users(COUNTED("'1'", "true"), USER_XML("u1", "p"));
    check_users(COUNTED("'1'", "0"), "");
    check_users(COUNTED("'1'", "-2"), "");
    check_users(COUNTED("'1'", "-1.0e+20"), "");
}

static void test_passwords(void **state)
{
    struct arena *a = arena_new();
    struct mapper_error e;
    struct str one, two;
    const char *yaml = "users: {u: {quantity: 2, username_prefix: u, "
                       "username_suffix: '1', password: random}}\n"
                       "devices: {}\n";

    (void)state;
    check_users("  u: {quantity: 1, username_prefix: u, username_suffix: "
                "'1', password: 0123}\n"
                "  v: {quantity: 1, username_prefix: v, username_suffix: "
                "'1', password: Random}\n"
                "  w: {quantity: 1, username_prefix: w, username_suffix: "
                "'1', password: ~}\n",
                USER_XML("u1", "83") USER_XML("v1", "Random")
                USER_XML("w1", "None"));
    one = convert(a, yaml, &mapper_usual_limits, &e);
    two = convert(a, yaml, &mapper_usual_limits, &e);
    assert_int_equal(one.n, strlen("<user-mapping>\n</user-mapping>\n"
                                   USER_XML("u1", "12345678")
                                   USER_XML("u2", "12345678")));
    assert_false(str_eq(one, two));
    const char *first = strstr(one.p, "word=\"") + 6;
    const char *second = strstr(first, "word=\"") + 6;
    assert_int_equal(strspn(first, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                   "abcdefghijklmnopqrstuvwxyz"), 8);
    assert_memory_not_equal(first, second, 8);
    arena_free(a);
}

static void test_order_of_parameters(void **state)
{
    (void)state;
    check_parameters(" {port: 22, protocol: ssh}",
                     PARAM("port", "22") PROTOCOL("ssh")
                     PARAM("hostname", "h1"));
    check_parameters(" {protocol: ~, hostname: ~, port: 1}",
                     PROTOCOL("None") PARAM("hostname", "h1")
                     PARAM("port", "1"));
    check_parameters(" {}", PARAM("hostname", "h1"));
    check_parameters(" [[protocol, ssh], [port, 22], [port, 23]]",
                     PROTOCOL("ssh") PARAM("port", "23")
                     PARAM("hostname", "h1"));
    check_parameters(" {Protocol: a, 5: b, true: c, ~: d, 1.0: e}",
                     PARAM("Protocol", "a") PARAM("5", "b")
                     PARAM("True", "e") PARAM("None", "d")
                     PARAM("hostname", "h1"));
}

static void test_values(void **state)
{
    (void)state;
    check_parameters(
        "\n      protocol: ~\n      a: true\n      b: yes\n      c: Off\n"
        "      f:\n      g: 0123\n      h: 0x1F\n      i: 1_000\n"
        "      j: 22:30\n      k: 1.50\n      l: 1e3\n      m: 1.0e+3\n"
        "      q: 2001-12-14t21:59:43.10-05:00\n      s: y\n      zd: 08\n"
        "      zg: 1:2:3.5\n",
        PROTOCOL("None") PARAM("a", "True") PARAM("b", "True")
        PARAM("c", "False") PARAM("f", "None") PARAM("g", "83")
        PARAM("h", "31") PARAM("i", "1000") PARAM("j", "1350")
        PARAM("k", "1.5") PARAM("l", "1e3") PARAM("m", "1000.0")
        PARAM("q", "2001-12-14 21:59:43.100000-05:00") PARAM("s", "y")
        PARAM("zd", "08") PARAM("zg", "3723.5") PARAM("hostname", "h1"));
    check_parameters(
        "\n      a: '~'\n      b: \"null\"\n      c: 'True'\n      d: Null\n"
        "      e: tRUE\n      f: no # comment\n      g: http://x:80/#frag\n",
        PARAM("a", "~") PARAM("b", "null") PARAM("c", "True")
        PARAM("d", "None") PARAM("e", "tRUE") PARAM("f", "False")
        PARAM("g", "http://x:80/#frag") PARAM("hostname", "h1"));
    check_parameters(
        "\n      list: [a, 1, true, ~]\n      map: {x: 1, y: 'it''s'}\n"
        "      day: 2001-12-14\n      days: [2001-12-14]\n"
        "      b: !!binary aGk=\n",
        PARAM("list", "['a', 1, True, None]")
        PARAM("map", "{'x': 1, 'y': \"it's\"}") PARAM("day", "2001-12-14")
        PARAM("days", "[datetime.date(2001, 12, 14)]") PARAM("b", "b'hi'")
        PARAM("hostname", "h1"));
}

static void test_escaping(void **state)
{
    (void)state;
    check_parameters(
        "\n      \"a&<\\\">\\n\\t\": \"b&<\\\">\\n\\t\\r'\"\n",
        PARAM("a&amp;&lt;&quot;&gt;&#10;&#9;", "b&amp;&lt;\"&gt;\n\t&#13;'")
        PARAM("hostname", "h1"));
    check_users("  u: {quantity: 1, username_prefix: 'a&b<\"', "
                "username_suffix: '9', password: 'p&w\"<>'}\n",
                USER_XML("a&amp;b&lt;&quot;9", "p&amp;w&quot;&lt;&gt;"));
    check_parameters("\n      block: |\n        line1\n        line2\n",
                     PARAM("block", "line1\nline2\n")
                     PARAM("hostname", "h1"));
}

static void test_namesakes(void **state)
{
    (void)state;
    check(USERS "devices:\n" DEVICE("a", "{a: 1}")
          "  b: {quantity: 2, name_prefix: E, name_suffix: '1', "
          "hostname_prefix: e, hostname_suffix: '1', parameters: {}}\n"
          DEVICE("c", "{c: 1, hostname: ~, d: 2}"),
          "<user-mapping>\n    <authorize username=\"u1\" password=\"p\">\n"
          "        <connection name=\"D1\">\n" PARAM("c", "1")
          PARAM("hostname", "h1") PARAM("d", "2")
          "        </connection>\n        <connection name=\"E1\">\n"
          PARAM("hostname", "e1")
          "        </connection>\n        <connection name=\"E2\">\n"
          PARAM("hostname", "e2")
          "        </connection>\n    </authorize>\n</user-mapping>\n");
}

static void test_nothing(void **state)
{
    const char *nothing = "<user-mapping>\n</user-mapping>\n";

    (void)state;
    check("users: {}\ndevices: {}\n", nothing);
    check("users: {}\n", nothing);
    check("users:\n" COUNTED("'1'", "0"), nothing);
    check("more: [1]\ndevices: 5\nusers: {}\n", nothing);
}

static void test_the_last_of_equal_keys(void **state)
{
    (void)state;
    check_users(COUNTED("'1'", "1") "  v: {quantity: 1, username_prefix: v, "
                "username_suffix: '1', password: p}\n"
                "  u: {quantity: 1, username_prefix: dup, username_suffix: "
                "'1', password: q}\n",
                USER_XML("dup1", "q") USER_XML("v1", "p"));
}

static void refuse(const char *yaml, int line, int column, const char *path,
                   const char *sentence)
{
    struct arena *a = arena_new();
    struct mapper_error e;
    struct str xml = convert(a, yaml, &mapper_usual_limits, &e);

    if (xml.p || e.line != line || e.column != column || !str_is(e.path, path)
        || !str_is(e.sentence, sentence))
        fail_msg("%s: came %d:%d %s: %s", yaml, e.line, e.column,
                 e.path.p ? e.path.p : "", e.sentence.p ? e.sentence.p : "");
    arena_free(a);
}

static void test_mistakes_at_the_top(void **state)
{
    (void)state;
    refuse("", 1, 1, "", "the file is empty");
    refuse("# nothing\n", 1, 1, "", "the file is empty");
    refuse("[a]", 1, 1, "", "the file must be a map with users and devices, "
                            "but is a list");
    refuse("devices: {}", 1, 1, "users", "users is missing");
    refuse("users:\n", 1, 7, "users", "users must be a map, but is empty");
    refuse("users: {u: x}", 1, 12, "users.u",
           "users.u must be a map, but is text");
    refuse(USERS, 1, 1, "devices", "devices is missing");
    refuse(USERS "devices:\n", 3, 9, "devices",
           "devices must be a map, but is empty");
    refuse("a: 1\n---\nb: 2\n", 2, 1, "",
           "a second document begins here; there must be only one");
    refuse("a: =\n", 1, 4, "a", "a: a lone \"=\" is no value; quotes would "
                                "make it text");
    refuse("a:\n  b: !!python/object/apply:os.system [x]\n", 2, 6, "a.b",
           "a.b: the tag tag:yaml.org,2002:python/object/apply:os.system is "
           "not known");
}

static void test_mistakes_of_users(void **state)
{
    (void)state;
    refuse("users:\n  u:\n    quantity: 1\n    username_prefix: u\n"
           "    username_suffix: '1'\ndevices: {}\n", 3, 5,
           "users.u.password", "users.u.password is missing");
    refuse("users:\n  7:\n    username_prefix: u\n", 3, 5,
           "users.7.quantity", "users.7.quantity is missing");
    refuse("users:\n" COUNTED("01", "1"), 2, 57, "users.u.username_suffix",
           "users.u.username_suffix must be text, but is a whole number; put "
           "it in quotes");
    refuse("users:\n" COUNTED("x1", "1"), 2, 57, "users.u.username_suffix",
           "users.u.username_suffix must be a whole number in quotes, like "
           "'01'");
    refuse("users:\n" COUNTED("''", "1"), 2, 57, "users.u.username_suffix",
           "users.u.username_suffix must be a whole number in quotes, like "
           "'01'");
    refuse("users:\n" COUNTED("'1'", "x"), 2, 17, "users.u.quantity",
           "users.u.quantity must be a whole number");
    refuse("users:\n" COUNTED("'1'", ".inf"), 2, 17, "users.u.quantity",
           "users.u.quantity must be a whole number");
    refuse("users:\n" COUNTED("'1'", "~"), 2, 17, "users.u.quantity",
           "users.u.quantity is empty; it must be a whole number");
    refuse("users:\n  u: {quantity: 1, username_prefix: \"\\x07\", "
           "username_suffix: '1', password: p}\n", 2, 37,
           "users.u.username_prefix",
           "users.u.username_prefix has a character that XML cannot hold");
    refuse("users:\n  u: {quantity: 1, username_prefix: u, "
           "username_suffix: '1', password: \"\\x07\"}\ndevices: {}\n", 2, 72,
           "users.u.password",
           "users.u.password has a character that XML cannot hold");
}

static void test_mistakes_of_devices(void **state)
{
    (void)state;
    refuse(USERS "devices:\n  d: {quantity: 1, name_prefix: D, name_suffix: "
           "'1', hostname_prefix: 10., hostname_suffix: '1', parameters: "
           "{}}\n", 4, 71, "devices.d.hostname_prefix",
           "devices.d.hostname_prefix must be text, but is a number; put it "
           "in quotes");
    refuse(USERS DEVICES("~"), 4, 108, "devices.d.parameters",
           "devices.d.parameters is empty; it must be a map");
    refuse(USERS DEVICES("[[a]]"), 4, 108, "devices.d.parameters",
           "devices.d.parameters must be a map, or a list of pairs");
    refuse(USERS DEVICES("{p: \"\\x07\"}"), 4, 112,
           "devices.d.parameters.p",
           "devices.d.parameters.p has a character that XML cannot hold");
    refuse(USERS "devices:\n  d: {quantity: 1, name_prefix: D, name_suffix: "
           "'1', hostname_prefix: h, hostname_suffix: '1'}\n", 4, 6,
           "devices.d.parameters", "devices.d.parameters is missing");
}

static void check_too_big(const char *yaml, struct mapper_limits limits,
                          const char *words)
{
    struct arena *a = arena_new();
    struct buf out = { 0 };
    struct mapper_error e;

    assert_int_equal(mapper_convert(a, str_of(yaml), &limits, &out, &e),
                     ERR_TOO_BIG);
    assert_non_null(strstr(e.sentence.p, words));
    assert_int_equal(out.n, 0);
    arena_free(a);
}

static void test_limits(void **state)
{
    const char *yaml = "users:\n" COUNTED("'1'", "3") DEVICES("{a: [[x]]}");
    struct mapper_limits exact = { strlen(yaml), 0, 3, 6, 100 }, less;
    struct arena *a = arena_new();
    struct mapper_error e;

    (void)state;
    exact.output = convert(a, yaml, &mapper_usual_limits, &e).n;
    assert_non_null(convert(a, yaml, &exact, &e).p);
    less = exact;
    less.input--;
    check_too_big(yaml, less, "the file is longer than");
    less = exact;
    less.output--;
    check_too_big(yaml, less, "the result would be longer than");
    less = exact;
    less.connections--;
    check_too_big(yaml, less, "3 times 1");
    less = exact;
    less.depth--;
    check_too_big(yaml, less, "5 deep");
    less = exact;
    less.nodes = 30;
    check_too_big(yaml, less, "30 values");
    check_too_big("users:\n" COUNTED("'1'", "1000000000") "devices: {}\n",
                  mapper_usual_limits, "1000000000 times 0");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_suffixes),
        cmocka_unit_test(test_quantities),
        cmocka_unit_test(test_passwords),
        cmocka_unit_test(test_order_of_parameters),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_escaping),
        cmocka_unit_test(test_namesakes),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_the_last_of_equal_keys),
        cmocka_unit_test(test_mistakes_at_the_top),
        cmocka_unit_test(test_mistakes_of_users),
        cmocka_unit_test(test_mistakes_of_devices),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
