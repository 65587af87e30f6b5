/* The settings: which of them wins, and what is refused. What a sentence says
 * is caught from standard error. */
#include "base_test.h"

#include <unistd.h>

#include "cmd/config.h"

enum { MOST = 20, SAID = 1000 };

static char file[] = "/tmp/almanac-config.XXXXXX";
static char said[SAID];

static void write_file(const char *text)
{
    FILE *out = fopen(file, "w");

    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

/* Loads with --config file and these words behind it; left gets what stays. */
static enum result load(struct config *c, const char *const *words,
                        char **left)
{
    char *argv[MOST] = { "test", "--config", file };
    int argc = 3, pipes[2], keep = dup(STDERR_FILENO);

    for (int i = 0; words && words[i]; i++)
        argv[argc++] = (char *)words[i];
    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    enum result rc = config_load(c, &argc, argv);
    fflush(stderr);
    dup2(keep, STDERR_FILENO);
    close(keep);
    close(pipes[1]);
    ssize_t n = read(pipes[0], said, SAID - 1);
    said[n > 0 ? n : 0] = '\0';
    close(pipes[0]);
    for (int i = 0; left && i < argc; i++)
        left[i] = argv[i];
    if (left)
        left[argc] = NULL;
    return rc;
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct setting *named(const char *name)
{
    const struct setting *s = settings;

    while (strcmp(s->name, name) != 0)
        s++;
    return s;
}

static void test_defaults(void **state)
{
    struct config c;

    (void)state;
    write_file("");
    assert_int_equal(load(&c, NULL, NULL), OK);
    assert_string_equal(c.listen, "127.0.0.1:8080");
    assert_string_equal(c.database, "sqlite:almanac.db");
    assert_string_equal(c.secret, "almanac.db.secret");
    assert_null(c.tls_listen);
    assert_int_equal(c.workers, 4);
    assert_int_equal(c.held_limit, 100663296);
    assert_string_equal(config_source(&c, named("workers")), "default");
    config_free(&c);
}

static void test_order(void **state)
{
    struct config c;

    (void)state;
    write_file("# settings\n"
               "workers = 5   # five\n"
               "\n"
               "  queue=50\r\n"
               "idle_time = 7\n"
               "database = postgresql://a:b#c@host/x");
    setenv("ALMANAC_QUEUE", "60", 1);
    setenv("ALMANAC_IDLE_TIME", "8", 1);
    assert_int_equal(load(&c, WORDS("--idle-time", "9"), NULL), OK);
    unsetenv("ALMANAC_QUEUE");
    unsetenv("ALMANAC_IDLE_TIME");
    assert_int_equal(c.workers, 5);
    assert_int_equal(c.queue, 60);
    assert_int_equal(c.idle_time, 9);
    assert_string_equal(c.database, "postgresql://a:b#c@host/x");
    assert_string_equal(c.secret, "almanac.secret");
    assert_string_equal(config_source(&c, named("workers")), file);
    assert_string_equal(config_source(&c, named("queue")), "environment");
    assert_string_equal(config_source(&c, named("idle_time")), "flag");
    config_free(&c);
}

static void test_words_left(void **state)
{
    struct config c;
    char *left[MOST];

    (void)state;
    write_file("");
    assert_int_equal(load(&c, WORDS("user", "--database=sqlite:/x.db",
                                    "--admin", "--secret", "s", "--",
                                    "--workers"),
                          left),
                     OK);
    assert_string_equal(c.database, "sqlite:/x.db");
    assert_string_equal(c.secret, "s");
    assert_string_equal(left[1], "user");
    assert_string_equal(left[2], "--admin");
    assert_string_equal(left[3], "--");
    assert_string_equal(left[4], "--workers");
    assert_null(left[5]);
    config_free(&c);
    assert_int_equal(config_flag("--workers"), 2);
    assert_int_equal(config_flag("--workers=3"), 1);
    assert_int_equal(config_flag("--config"), 2);
    assert_int_equal(config_flag("--worker"), 0);
    assert_int_equal(config_flag("workers"), 0);
    assert_int_equal(config_flag("--idle_time"), 0);
}

static void refused(const char *text, const char *const *words,
                    const char *sentence)
{
    struct config c;

    write_file(text);
    assert_int_equal(load(&c, words, NULL), ERR_INVALID);
    if (!strstr(said, sentence))
        print_error("said \"%s\", not \"%s\"\n", said, sentence);
    assert_non_null(strstr(said, sentence));
    assert_non_null(strchr(said, '\n'));
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
}

static void test_refused(void **state)
{
    (void)state;
    refused("\nlisen = x", NULL, ", line 2: there is no setting \"lisen\"");
    refused("listen", NULL, ", line 1: this is not a line like");
    refused("workers = 65", NULL,
            ", line 1: workers must be a number from 1 to 64, not \"65\"");
    refused("listen =", NULL, "listen must not be empty");
    refused("", WORDS("--workers", "0"), "--workers must be a number");
    refused("", WORDS("--idle-time=1s"), "--idle-time must be a number");
    refused("", WORDS("--workers"), "--workers needs a value");
    refused("", WORDS("--config", "/nowhere"), "/nowhere cannot be read");
    refused("", WORDS("--tls-listen=:1"), "tls_certificate is not");
    refused("tls_certificate = c", WORDS("--tls-listen=:1"),
            "tls_key is not");
    setenv("ALMANAC_RATE_LIMIT", "often", 1);
    refused("", NULL, "ALMANAC_RATE_LIMIT must be a number");
    unsetenv("ALMANAC_RATE_LIMIT");
}

static void test_unset_again(void **state)
{
    struct config c;

    (void)state;
    write_file("tls_listen = :1\ntls_certificate = c\ntls_key = k\n");
    assert_int_equal(load(&c, WORDS("--tls-listen="), NULL), OK);
    assert_null(c.tls_listen);
    assert_string_equal(c.tls_key, "k");
    config_free(&c);
}

static int make_file(void **state)
{
    int fd = mkstemp(file);

    (void)state;
    for (const struct setting *s = settings; s->name; s++) {
        char name[80] = "ALMANAC_";

        for (size_t i = 0; s->name[i]; i++) /* the caller's do not count */
            name[8 + i] = s->name[i] == '_' ? '_' : (char)(s->name[i] - 32);
        unsetenv(name);
    }
    return fd < 0 || close(fd) != 0;
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_words_left),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_unset_again),
    };

    return cmocka_run_group_tests(tests, make_file, remove_file);
}
