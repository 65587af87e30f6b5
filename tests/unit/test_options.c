#include "base_test.h"

#include "cmd/field_text.h"
#include "cmd/options.h"

enum { MOST = 80 };

/* Reads words that end with NULL. */
static bool read_words(struct options *o, char why[static OPTIONS_WHY],
                       const char *const *words)
{
    char *argv[MOST + 1] = { "test" };
    int argc = 1;

    while (words[argc - 1] && argc < MOST) {
        argv[argc] = (char *)words[argc - 1];
        argc++;
    }
    return options_read(o, argc, argv, why);
}

#define READ(o, why, ...) \
    read_words((o), (why), (const char *const[]){ __VA_ARGS__, NULL })

static void test_words_and_flags(void **state)
{
    char why[OPTIONS_WHY];
    struct options o;

    (void)state;
    assert_true(READ(&o, why, "--channel", "7", "-", "--name=a=b", "file",
                     "--public", "--field", "1=x", "--field=2=y", "--",
                     "--admin"));
    assert_int_equal(o.channel, 7);
    assert_string_equal(o.name, "a=b");
    assert_true(o.is_public);
    assert_false(o.admin);
    assert_int_equal(o.n_fields, 2);
    assert_string_equal(o.field[0], "1=x");
    assert_string_equal(o.field[1], "2=y");
    assert_int_equal(o.n_words, 3);
    assert_string_equal(o.word[0], "-");
    assert_string_equal(o.word[1], "file");
    assert_string_equal(o.word[2], "--admin");
    assert_null(o.owner);
}

static void test_wrong_words(void **state)
{
    char why[OPTIONS_WHY];
    struct options o;

    (void)state;
    assert_false(READ(&o, why, "--chanel", "7"));
    assert_string_equal(why, "there is no flag --chanel");
    assert_false(READ(&o, why, "-x"));
    assert_false(READ(&o, why, "--channel"));
    assert_string_equal(why, "--channel needs a value");
    assert_false(READ(&o, why, "--channel", "0"));
    assert_false(READ(&o, why, "--channel", "7x"));
    assert_string_equal(why, "--channel wants a number, not \"7x\"");
    assert_false(READ(&o, why, "--name", "a", "--name", "b"));
    assert_string_equal(why, "--name is given twice");
    assert_false(READ(&o, why, "--yes=no"));
    assert_string_equal(why, "--yes takes no value");
    assert_false(READ(&o, why, "1", "2", "3", "4", "5", "6", "7", "8", "9"));
    assert_string_equal(why, "\"9\" is a word too many");
}

static void test_limits(void **state)
{
    const char *words[MOST] = { NULL };
    char why[OPTIONS_WHY];
    struct options o;

    (void)state;
    for (int i = 0; i < CHANNEL_FIELDS; i++)
        words[i] = "--field=1=x";
    assert_true(read_words(&o, why, words));
    assert_int_equal(o.n_fields, CHANNEL_FIELDS);
    words[CHANNEL_FIELDS] = "--field=1=x";
    assert_false(read_words(&o, why, words));

    char *long_name = malloc(10000);
    memset(long_name, 'x', 9999);
    memcpy(long_name, "--", 2);
    long_name[9999] = '\0';
    assert_false(READ(&o, why, long_name));
    assert_true(strlen(why) < OPTIONS_WHY);
    free(long_name);
}

static void test_fit(void **state)
{
    char why[OPTIONS_WHY];
    struct options o;

    (void)state;
    assert_true(READ(&o, why, "--channel=1", "--read"));
    assert_true(options_fit(&o, "channel! write read key", why));
    assert_false(options_fit(&o, "channel! key", why));
    assert_string_equal(why, "--read does not belong here");
    assert_false(options_fit(&o, "channel read mac!", why));
    assert_string_equal(why, "--mac is missing");
    assert_false(options_fit(&o, "", why));
    assert_true(READ(&o, why, "word"));
    assert_true(options_fit(&o, "", why));
}

static void test_help(void **state)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);

    (void)state;
    options_synopsis(out, "owner! field public");
    fclose(out);
    assert_string_equal(text, " --owner NAME [--field N=LABEL[:UNIT[>SHOWN]]]..."
                              " [--public]");
    free(text);
}

static void test_field(void **state)
{
    struct field f;
    const char *why;

    (void)state;
    assert_true(field_text_read(STR("1=Outside Temperature:°C"), &f, &why));
    assert_int_equal(f.number, 1);
    assert_text(f.label, "Outside Temperature");
    assert_text(f.unit, "°C");
    assert_int_equal(f.display.n, 0);
    assert_true(field_text_read(STR("2=Inside:°C > °F"), &f, &why));
    assert_true(str_is(f.unit, "°C") && str_is(f.display, "°F"));
    assert_true(field_text_read(STR("64=a=b: c:"), &f, &why));
    assert_int_equal(f.number, 64);
    assert_text(f.label, "a=b: c");
    assert_text(f.unit, "");
    assert_true(field_text_read(STR("2=plain"), &f, &why));
    assert_text(f.unit, "");
    assert_text(f.display, "");
}

static void test_wrong_field(void **state)
{
    static const char *const wrong[]
        = { "", "=x", "0=x", "65=x", "-1=x", "x=1", "1", "1=", "1=:unit",
            "1=\xff", "1=x:\xff", "99999999999999999999=x" };
    struct field f;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *why = NULL;

        assert_false(field_text_read(str_of(wrong[i]), &f, &why));
        assert_non_null(why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_and_flags),
        cmocka_unit_test(test_wrong_words),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_field),
        cmocka_unit_test(test_wrong_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
