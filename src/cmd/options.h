/* options.h -- the flags of the subcommands, in one table, and what of them a
 * command line held. Pure; everything points into argv. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "store/channel.h"

enum { OPTION_WORDS = 8, OPTIONS_WHY = 256 };

/* What was not given is NULL, 0 or false. */
struct options {
    const char *word[OPTION_WORDS]; /* what is no flag, in order */
    int n_words;

    int64_t channel, id; /* 1 or greater */
    const char *owner, *name, *description, *timezone, *key, *mac;
    const char *field[CHANNEL_FIELDS];
    int n_fields;
    bool admin, is_public, password_stdin, read, write, yes;

    unsigned given; /* private: a bit for each row of the table */
};

/* Reads argv[1] and what follows; "--" ends the flags, "-" is a word. False:
 * the sentence is in why. */
bool options_read(struct options *o, int argc, char **argv,
                  char why[static OPTIONS_WHY]);

/* Is what was given what a command takes? takes names its flags, apart by
 * spaces, '!' after one that must be there: "owner! name! public". */
bool options_fit(const struct options *o, const char *takes,
                 char why[static OPTIONS_WHY]);

/* "--owner NAME --name TEXT [--public]", and a line for each with its help. */
void options_synopsis(FILE *out, const char *takes);
void options_help(FILE *out, const char *takes);

#endif
