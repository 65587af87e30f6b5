#include "base_test.h"

#include <pthread.h>
#include <unistd.h>

#include "base/log.h"
#include "base/moment.h"
#include "base/zone.h"

/* What is logged goes to a file meanwhile; -1 puts it back. */
static int redirect(int fd)
{
    static int kept = -1;

    if (fd >= 0) {
        kept = dup(STDERR_FILENO);
        dup2(fd, STDERR_FILENO);
    } else {
        dup2(kept, STDERR_FILENO);
        close(kept);
    }
    return 0;
}

static struct str read_all(FILE *f, char *room, size_t size)
{
    rewind(f);
    return (struct str){ room, fread(room, 1, size, f) };
}

static void test_line(void **state)
{
    FILE *f = tmpfile();
    char room[4 * LOG_LINE_MAX], quoted[LOG_QUOTE_ROOM];
    int64_t at;

    (void)state;
    redirect(fileno(f));
    log_info("serve.start", "listen=%s", "127.0.0.1:80");
    log_fail("db.open", "reason=%s",
             log_quote(STR("a\nlevel=info"), quoted));
    log_info("a.b", "two\nlines");
    log_info("bare", "%s", "");
    redirect(-1);
    struct str all = read_all(f, room, sizeof room);
    struct str line = str_cut(&all, '\n');
    assert_true(str_starts(line, STR("at=")));
    assert_true(moment_parse((struct str){ line.p + 3, 24 }, zone_utc(), &at));
    assert_true(moment_now() - at < 60000);
    assert_text(str_from(line, 27),
                " level=info event=serve.start listen=127.0.0.1:80");
    assert_text(str_from(str_cut(&all, '\n'), 27),
                " level=fail event=db.open reason=\"a\\x0alevel=info\"");
    assert_text(str_from(str_cut(&all, '\n'), 27),
                " level=info event=a.b two lines");
    assert_text(str_from(str_cut(&all, '\n'), 27),
                " level=info event=bare");
    assert_text(all, "");
    fclose(f);
}

static void test_long_line(void **state)
{
    FILE *f = tmpfile();
    char room[4 * LOG_LINE_MAX], big[2 * LOG_LINE_MAX];

    (void)state;
    memset(big, 'x', sizeof big);
    big[sizeof big - 1] = '\0';
    redirect(fileno(f));
    log_info("big", "%s", big);
    log_info(big, "%s", "y");
    redirect(-1);
    struct str all = read_all(f, room, sizeof room);
    for (int i = 0; i < 2; i++) {
        struct str line = str_cut(&all, '\n');

        assert_true(line.n < LOG_LINE_MAX && line.n > LOG_LINE_MAX - 4);
        assert_true(str_ends(line, STR("xxx")));
    }
    assert_text(all, "");
    fclose(f);
}

static void *log_many(void *arg)
{
    for (int i = 0; i < 500; i++)
        log_info("thread", "text=%s", (const char *)arg);
    return NULL;
}

/* Lines of two threads never mix. */
static void test_threads(void **state)
{
    FILE *f = tmpfile();
    static char room[1024 * 1024];
    static char a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    static char b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    pthread_t one, two;
    int lines = 0;

    (void)state;
    redirect(fileno(f));
    pthread_create(&one, NULL, log_many, a);
    pthread_create(&two, NULL, log_many, b);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    redirect(-1);
    struct str all = read_all(f, room, sizeof room);
    for (; all.n > 0; lines++) {
        struct str line = str_cut(&all, '\n');

        assert_true(str_starts(line, STR("at=")));
        assert_true(str_ends(line, str_of(a)) || str_ends(line, str_of(b)));
    }
    assert_int_equal(lines, 1000);
    fclose(f);
}

static void check(struct str s, const char *want)
{
    char room[LOG_QUOTE_ROOM];

    assert_text(str_of(log_quote(s, room)), want);
}

static void test_quote(void **state)
{
    char long_text[300], worst[LOG_QUOTE_ROOM];

    (void)state;
    check(NO_STR, "\"\"");
    check(STR("a\"b\\"), "\"a\\\"b\\\\\"");
    check(STR("a\r\n\x1b\x7f\0"), "\"a\\x0d\\x0a\\x1b\\x7f\\x00\"");
    check(STR("\xC3\xA9 \xC2\x9B \xFF"), "\"\xC3\xA9 \\xc2\\x9b \\xff\"");
    memset(long_text, 1, sizeof long_text);
    log_quote((struct str){ long_text, sizeof long_text }, worst);
    assert_int_equal(strlen(worst), 200 * 4 + 5);
    assert_true(str_ends(str_of(worst), STR("\\x01...\"")));
    log_quote((struct str){ long_text, 200 }, worst);
    assert_true(str_ends(str_of(worst), STR("\\x01\"")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_quote),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
