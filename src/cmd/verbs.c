#include "cmd/verbs.h"

#include <string.h>

#include "cmd/cmd.h"
#include "cmd/say.h"

static void title(FILE *out, const struct page *p, const struct verb *v)
{
    fprintf(out, "%s%s%s", p->command, v->name ? " " : "",
            v->name ? v->name : "");
}

static void help(const struct page *p, const struct verb *v)
{
    fputs("almanac ", stdout);
    title(stdout, p, v);
    fprintf(stdout, "%s%s", *v->words ? " " : "", v->words);
    options_synopsis(stdout, v->takes);
    fprintf(stdout, "\n    %s\n", v->help);
    options_help(stdout, v->takes);
    fputc('\n', stdout);
}

static int help_page(const struct page *p, const char *word)
{
    const struct verb *only = NULL;

    for (const struct verb *v = p->verbs; v->help && word; v++)
        if (v->name && strcmp(v->name, word) == 0)
            only = v;
    for (const struct verb *v = p->verbs; v->help; v++)
        if (!only || v == only)
            help(p, v);
    fputs("Settings such as --database go with every command; "
          "\"almanac --help\" names them.\n",
          stdout);
    return CMD_DONE;
}

bool verbs_ask_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

/* The verb that was asked for; its word is taken away. */
static const struct verb *choose(const struct page *p, struct options *o)
{
    if (!p->verbs->name)
        return p->verbs;
    if (o->n_words == 0) {
        say_wrong("%s needs to know what to do; see \"almanac %s --help\"",
                  p->command, p->command);
        return NULL;
    }
    for (const struct verb *v = p->verbs; v->help; v++)
        if (strcmp(v->name, o->word[0]) == 0) {
            o->n_words--;
            memmove(o->word, o->word + 1,
                    (size_t)o->n_words * sizeof *o->word);
            return v;
        }
    say_wrong("there is no \"%s %.60s\"; see \"almanac %s --help\"",
              p->command, o->word[0], p->command);
    return NULL;
}

static bool words_fit(const struct page *p, const struct verb *v,
                      const struct options *o)
{
    struct str rest = str_of(v->words);
    int least = 0, most = 0;

    while (rest.n > 0) {
        struct str word = str_cut(&rest, ' ');

        most++;
        least += word.p[0] != '[';
    }
    if (o->n_words > most) {
        say_wrong("\"%.60s\" is a word too many; see \"almanac %s --help\"",
                  o->word[most], p->command);
        return false;
    }
    if (o->n_words < least) {
        say_wrong("%s is missing; see \"almanac %s --help\"", v->words,
                  p->command);
        return false;
    }
    return true;
}

static int run(const struct page *p, const struct config *c, int argc,
               char **argv)
{
    char why[OPTIONS_WHY];
    struct open_store s;
    struct options o;

    if (!options_read(&o, argc, argv, why))
        return say_wrong("%s; see \"almanac %s --help\"", why, p->command);
    const struct verb *v = choose(p, &o);
    if (!v || !words_fit(p, v, &o))
        return CMD_USE;
    if (!options_fit(&o, v->takes, why))
        return say_wrong("%s; see \"almanac %s --help\"", why, p->command);
    int status = open_store(&s, c, v->needs);
    if (status == CMD_DONE)
        status = v->run(&s, &o);
    close_store(&s);
    return status;
}

int verbs_run(const struct page *page, int argc, char **argv)
{
    struct config c;

    if (verbs_ask_help(argc, argv)) {
        const char *word = NULL;

        for (int i = argc - 1; i > 0; i--)
            if (argv[i][0] != '-')
                word = argv[i];
        return help_page(page, word);
    }
    if (config_load(&c, &argc, argv) != OK)
        return CMD_USE;
    int status = run(page, &c, argc, argv);
    config_free(&c);
    return status;
}
