#include "cmd/config.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "cmd/say.h"

#define AT(member) offsetof(struct config, member)
#define USUAL_FILE "/etc/almanac.conf"

enum { ENVIRONMENT_NAME = 64 };

const struct setting settings[] = {
    { "listen", SETTING_TEXT, AT(listen), "127.0.0.1:8080", 0, 0,
      "address and port to answer on" },
    { "database", SETTING_TEXT, AT(database), "sqlite:almanac.db", 0, 0,
      "where the readings are: sqlite:PATH or postgresql://..." },
    { "secret", SETTING_TEXT, AT(secret), NULL, 0, 0,
      "file of the secret that seals keys; usually PATH.secret beside an "
      "SQLite file, else almanac.secret" },
    { "spool", SETTING_TEXT, AT(spool), NULL, 0, 0,
      "folder for large answers under way; usually $TMPDIR or /var/tmp" },
    { "tls_listen", SETTING_TEXT, AT(tls_listen), NULL, 0, 0,
      "address and port to answer on with TLS" },
    { "tls_certificate", SETTING_TEXT, AT(tls_certificate), NULL, 0, 0,
      "file of the certificate and its chain, PEM" },
    { "tls_key", SETTING_TEXT, AT(tls_key), NULL, 0, 0,
      "file of the certificate's private key, PEM" },
    { "workers", SETTING_INT, AT(workers), "4", 1, 64,
      "threads for what may wait for the database" },
    { "queue", SETTING_INT, AT(queue), "1000", 1, 100000,
      "requests that may wait for a worker" },
    { "connections", SETTING_INT, AT(connections), "20000", 16, 1000000,
      "connections at once" },
    { "connections_per_address", SETTING_INT, AT(connections_per_address),
      "0", 0, 1000000, "connections at once from one address; 0: no limit" },
    { "watchers", SETTING_INT, AT(watchers), "5000", 0, 1000000,
      "pages at once that are kept up to date" },
    { "idle_time", SETTING_INT, AT(idle_time), "5", 1, 3600,
      "seconds after which a silent connection is closed" },
    { "request_time", SETTING_INT, AT(request_time), "30", 1, 3600,
      "seconds that a request may take to arrive" },
    { "header_limit", SETTING_INT, AT(header_limit), "16384", 1024, 1048576,
      "bytes of a request's first line and headers" },
    { "body_limit", SETTING_INT, AT(body_limit), "16777216", 1024, 1073741824,
      "bytes of a request's body, unpacked" },
    { "held_limit", SETTING_INT, AT(held_limit), "100663296", 1048576,
      INT64_C(1) << 40, "bytes of all bodies held at once" },
    { "bulk_limit", SETTING_INT, AT(bulk_limit), "100000", 1, 10000000,
      "entries of one bulk update" },
    { "rate_limit", SETTING_INT, AT(rate_limit), "0", 0, 86400,
      "seconds between two updates of a channel; 0: no limit" },
    { "registration", SETTING_FLAG, AT(registration), "yes", 0, 0,
      "may newcomers make themselves an account: yes or no" },
    { "neutral_sign_in", SETTING_FLAG, AT(neutral_sign_in), "no", 0, 0,
      "one message for a wrong name and a wrong password: yes or no" },
    { "session_store", SETTING_TEXT, AT(session_store), NULL, 0, 0,
      "where sessions are kept: redis://[[USER]:PASSWORD@]HOST[:PORT][/NUMBER]"
      "; usually in the database" },
    { "session_time", SETTING_INT, AT(session_time), "2678400", 1, 31536000,
      "seconds after which one has to sign in again" },
    { "session_idle_time", SETTING_INT, AT(session_idle_time), "604800", 1,
      31536000, "seconds without a visit that end a session" },
    { "document_time", SETTING_INT, AT(document_time), "86400", 1, 31536000,
      "seconds that a tool's result is kept" },
    { "document_limit", SETTING_INT, AT(document_limit), "16777216", 1024,
      INT64_C(1) << 40, "bytes of documents that one visitor may keep" },
    { "documents_limit", SETTING_INT, AT(documents_limit), "268435456", 1024,
      INT64_C(1) << 50, "bytes of documents that all of them may keep" },
    { NULL, SETTING_TEXT, 0, NULL, 0, 0, NULL },
};

static_assert(sizeof settings / sizeof *settings == CONFIG_SETTINGS + 1,
              "CONFIG_SETTINGS counts the rows");

/* How a sentence about a setting begins. */
struct place {
    const char *source; /* for config_source */
    const char *file;   /* NULL: not in a file */
    int line;
    const char *before; /* what stands before the name: "--", "ALMANAC_" */
};

static const char **text_of(struct config *c, const struct setting *s)
{
    return (const char **)((char *)c + s->at);
}

static int64_t *int_of(struct config *c, const struct setting *s)
{
    return (int64_t *)((char *)c + s->at);
}

/* The setting's name as people write it there. */
static void spell(const struct place *p, const struct setting *s,
                  char room[static ENVIRONMENT_NAME])
{
    snprintf(room, ENVIRONMENT_NAME, "%s%s", p->before, s->name);
    for (char *c = room; *c; c++)
        if (*p->before == '-')
            *c = *c == '_' ? '-' : *c;
        else if (*p->before)
            *c = (char)toupper((unsigned char)*c);
}

static bool wrong(const struct place *p, const char *what)
{
    if (p->file)
        say_wrong("%s, line %d: %s", p->file, p->line, what);
    else
        say_wrong("%s", what);
    return false;
}

static bool put_int(struct config *c, const struct setting *s,
                    const struct place *p, struct str value)
{
    char name[ENVIRONMENT_NAME], what[256];
    int64_t n;

    if (str_int(value, &n) && n >= s->min && n <= s->max) {
        *int_of(c, s) = n;
        return true;
    }
    spell(p, s, name);
    value = str_cap(value, 60);
    snprintf(what, sizeof what,
             "%s must be a number from %lld to %lld, not \"%.*s\"", name,
             (long long)s->min, (long long)s->max, STR_FMT(value));
    return wrong(p, what);
}

static bool put_flag(struct config *c, const struct setting *s,
                     const struct place *p, struct str value)
{
    bool yes = str_eq_case(value, STR("yes"))
               || str_eq_case(value, STR("true")) || str_is(value, "1");
    bool no = str_eq_case(value, STR("no"))
              || str_eq_case(value, STR("false")) || str_is(value, "0");
    char name[ENVIRONMENT_NAME], what[160];

    if (yes || no) {
        *int_of(c, s) = yes;
        return true;
    }
    spell(p, s, name);
    value = str_cap(value, 60);
    snprintf(what, sizeof what, "%s must be yes or no, not \"%.*s\"", name,
             STR_FMT(value));
    return wrong(p, what);
}

static bool put_text(struct config *c, const struct setting *s,
                     const struct place *p, struct str value)
{
    char name[ENVIRONMENT_NAME], what[128];

    if (value.n == 0 && s->initial) {
        spell(p, s, name);
        snprintf(what, sizeof what, "%s must not be empty", name);
        return wrong(p, what);
    }
    *text_of(c, s) = value.n ? arena_copy(c->arena, value).p : NULL;
    return true;
}

static bool put(struct config *c, const struct setting *s,
                const struct place *p, struct str value)
{
    c->source[s - settings] = p->source;
    switch (s->type) {
    case SETTING_INT:
        return put_int(c, s, p, value);
    case SETTING_FLAG:
        return put_flag(c, s, p, value);
    case SETTING_TEXT:
        break;
    }
    return put_text(c, s, p, value);
}

static void put_defaults(struct config *c)
{
    static const struct place nowhere = { "default", NULL, 0, "" };

    for (const struct setting *s = settings; s->name; s++) {
        c->source[s - settings] = nowhere.source;
        if (s->initial) {
            bool good = put(c, s, &nowhere, str_of(s->initial));
            assert(good);
            (void)good;
        }
    }
}

static bool put_line(struct config *c, const struct place *p, struct str line)
{
    char what[256];

    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] == '#'
            && (i == 0 || isspace((unsigned char)line.p[i - 1])))
            line.n = i;
    line = str_trim(line);
    if (line.n == 0)
        return true;
    if (str_find(line, '=') == line.n)
        return wrong(p, "this is not a line like \"name = value\"");
    struct str value = line, name = str_trim(str_cut(&value, '='));
    for (const struct setting *s = settings; s->name; s++)
        if (str_is(name, s->name))
            return put(c, s, p, str_trim(value));
    name = str_cap(name, 60);
    snprintf(what, sizeof what,
             "there is no setting \"%.*s\"; almanac config names them all",
             STR_FMT(name));
    return wrong(p, what);
}

static bool put_file(struct config *c, const char *file)
{
    const char *path = file ? file : USUAL_FILE;
    FILE *in = fopen(path, "re");

    if (!in && !file && errno == ENOENT)
        return true;
    if (!in) {
        say_wrong("the settings in %s cannot be read: %s", path,
                  strerror(errno));
        return false;
    }
    char *text = arena_get(c->arena, CONFIG_FILE_MAX);
    struct str rest = { text, fread(text, 1, CONFIG_FILE_MAX, in) };
    bool good = !ferror(in) && rest.n < CONFIG_FILE_MAX;
    fclose(in);
    if (!good) {
        say_wrong("%s is not a file of settings", path);
        return false;
    }
    struct place p = { path, path, 0, "" };
    while (good && rest.p) {
        p.line++;
        good = put_line(c, &p, str_cut(&rest, '\n'));
    }
    return good;
}

static bool put_environment(struct config *c)
{
    static const struct place p = { "environment", NULL, 0, "ALMANAC_" };
    bool good = true;

    for (const struct setting *s = settings; s->name && good; s++) {
        char name[ENVIRONMENT_NAME];

        spell(&p, s, name);
        if (getenv(name))
            good = put(c, s, &p, str_of(getenv(name)));
    }
    return good;
}

/* The setting that --name or --name=value is about; NULL when there is none.
 * *value is what follows the '=', p NULL without one. */
static const struct setting *flag(const char *word, struct str *value)
{
    static const struct place p = { "flag", NULL, 0, "--" };
    struct str rest = str_of(word), name = str_cut(&rest, '=');

    *value = rest;
    for (const struct setting *s = settings; s->name; s++) {
        char spelled[ENVIRONMENT_NAME];

        spell(&p, s, spelled);
        if (str_is(name, spelled))
            return s;
    }
    return NULL;
}

static bool is_config(const char *word, struct str *value)
{
    struct str rest = str_of(word), name = str_cut(&rest, '=');

    *value = rest;
    return str_is(name, "--config");
}

int config_flag(const char *word)
{
    struct str value;

    if (!is_config(word, &value) && !flag(word, &value))
        return 0;
    return value.p ? 1 : 2;
}

/* The words that are settings' flags go to taken, the others stay. */
static bool take_flags(int *argc, char **argv, char **taken, int *n_taken)
{
    int kept = 1, i = 1;

    *n_taken = 0;
    while (i < *argc && strcmp(argv[i], "--") != 0) {
        int words = config_flag(argv[i]);

        if (words == 2 && i + 1 == *argc) {
            say_wrong("%s needs a value", argv[i]);
            return false;
        }
        if (words == 0)
            argv[kept++] = argv[i++];
        for (; words > 0; words--)
            taken[(*n_taken)++] = argv[i++];
    }
    while (i < *argc)
        argv[kept++] = argv[i++];
    argv[kept] = NULL;
    *argc = kept;
    return true;
}

static bool put_flags(struct config *c, char **word, int n)
{
    static const struct place p = { "flag", NULL, 0, "--" };
    struct str value;
    bool good = true;

    for (int i = 0; i < n && good; i++) {
        const struct setting *s = flag(word[i], &value);

        if (!value.p)
            value = str_of(word[++i]);
        if (s)
            good = put(c, s, &p, value);
    }
    return good;
}

static const char *named_file(char **word, int n)
{
    const char *file = NULL;
    struct str value;

    for (int i = 0; i < n; i++) {
        bool here = is_config(word[i], &value);

        if (!value.p)
            value = str_of(word[++i]);
        if (here)
            file = value.p;
    }
    return file;
}

static void work_out(struct config *c)
{
    struct str database = str_of(c->database);

    if (!c->secret && str_starts(database, STR("sqlite:")))
        c->secret = arena_printf(c->arena, "%s.secret",
                                 c->database + strlen("sqlite:"))
                        .p;
    if (!c->secret)
        c->secret = "almanac.secret";
    if (!c->spool)
        c->spool = getenv("TMPDIR");
    if (!c->spool || !*c->spool)
        c->spool = "/var/tmp";
}

static bool fits_together(const struct config *c)
{
    if (c->tls_listen && (!c->tls_certificate || !c->tls_key)) {
        say_wrong("tls_listen is set, but %s is not",
                  c->tls_certificate ? "tls_key" : "tls_certificate");
        return false;
    }
    return true;
}

enum result config_load(struct config *c, int *argc, char **argv)
{
    *c = (struct config){ .arena = arena_new() };
    char **taken = arena_get(c->arena, (size_t)*argc * sizeof *taken);
    int n;

    put_defaults(c);
    bool good = take_flags(argc, argv, taken, &n)
                && put_file(c, named_file(taken, n)) && put_environment(c)
                && put_flags(c, taken, n);
    if (good)
        work_out(c);
    if (good && fits_together(c))
        return OK;
    config_free(c);
    return ERR_INVALID;
}

void config_free(struct config *c)
{
    arena_free(c->arena);
    c->arena = NULL;
}

const char *config_source(const struct config *c, const struct setting *s)
{
    return c->source[s - settings];
}

void config_help(FILE *out)
{
    static const struct place p = { "flag", NULL, 0, "--" };
    static const char *const words[] = { "TEXT", "N", "yes|no" };

    for (const struct setting *s = settings; s->name; s++) {
        char name[ENVIRONMENT_NAME];

        spell(&p, s, name);
        fprintf(out, "  %s %s\n      %s", name,
                words[s->type], s->help);
        if (s->initial)
            fprintf(out, " (%s)", s->initial);
        fputc('\n', out);
    }
    fputs("  --config FILE\n"
          "      settings as \"name = value\" lines (" USUAL_FILE ")\n",
          out);
}
