/* main.c -- the program: a table of commands. */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/config.h"
#include "cmd/say.h"
#include "cmd/verbs.h"
#include "cmd/version.h"

static const struct row {
    const char *name;
    command *run;
    const char *what;
} commands[] = {
    { "serve", serve_cmd, "answer requests until told to stop" },
    { "init-db", init_db_cmd, "create the tables" },
    { "check-db", check_db_cmd, "look whether everything is well with the "
                                "database" },
    { "user", user_cmd, "add, list, remove accounts; set a password" },
    { "channel", channel_cmd, "add, list, show, remove channels" },
    { "key", key_cmd, "add, list, remove the keys of a channel" },
    { "device", device_cmd, "add, list, remove the devices a channel takes" },
    { "import", import_cmd, "store the readings of a file" },
    { "export", export_cmd, "print the readings of a channel" },
    { "mapper", mapper_cmd, "make a gateway's user-mapping.xml of a YAML "
                            "file" },
    { "config", config_cmd, "show every setting and where it came from" },
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static int usage(void)
{
    puts("usage: almanac COMMAND [ARGUMENTS]\n");
    for (int i = 0; i < COMMANDS; i++)
        printf("  %-9s %s\n", commands[i].name, commands[i].what);
    puts("\n\"almanac COMMAND --help\" says more. Settings, with every "
         "command:\n");
    config_help(stdout);
    return CMD_DONE;
}

static int serve_help(void)
{
    puts("almanac serve [SETTINGS]\n"
         "    Answers requests until it gets SIGTERM or SIGINT; SIGHUP makes it "
         "read\n    a renewed certificate. Settings:\n");
    config_help(stdout);
    return CMD_DONE;
}

/* Where the command's name is: the first word that is one, or else the first
 * word; flags and settings with their values may stand before it. */
static int find(int argc, char **argv)
{
    bool flags = false;

    for (int i = 1; i < argc; i++) {
        int setting = config_flag(argv[i]);

        if (setting) {
            i += setting - 1;
            continue;
        }
        if (argv[i][0] == '-') {
            flags = true;
            continue;
        }
        for (int k = 0; k < COMMANDS; k++)
            if (strcmp(argv[i], commands[k].name) == 0)
                return i;
        if (!flags)
            return i;
    }
    return 0;
}

static int run(const struct row *row, int argc, char **argv)
{
    if (row->run == serve_cmd && verbs_ask_help(argc, argv))
        return serve_help();
    return row->run(argc, argv);
}

int main(int argc, char **argv)
{
    int at = find(argc, argv);

    if (at == 0) {
        if (verbs_ask_help(argc, argv))
            return usage();
        if (argc > 1 && strcmp(argv[1], "--version") == 0)
            return puts("almanac " ALMANAC_VERSION) < 0;
        return say_wrong("tell what to do; see \"almanac --help\"");
    }
    if (strcmp(argv[at], "help") == 0)
        return usage();
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(argv[at], commands[i].name) == 0) {
            char *name = argv[at];

            memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof *argv);
            argv[1] = name;
            return run(&commands[i], argc - 1, argv + 1);
        }
    return say_wrong("there is no command \"%.60s\"; see \"almanac --help\"",
                     argv[at]);
}
