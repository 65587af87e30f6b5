/* verbs.h -- a command and the verbs it has: "user" has add, list, passwd and
 * remove. A page of them says what each takes, runs the one that was asked
 * for, and prints the help.
 */
#ifndef CMD_VERBS_H
#define CMD_VERBS_H

#include <stdio.h>

#include "cmd/config.h"
#include "cmd/open_store.h"
#include "cmd/options.h"

struct verb {
    const char *name;  /* NULL: the command has only this one */
    const char *words; /* what it takes beside flags: "NAME", "[ID]", "" */
    const char *takes; /* its flags; see options_fit */
    unsigned needs;    /* of the store; see open_store.h */
    const char *help;  /* sentences, wrapped by hand */
    int (*run)(struct open_store *s, const struct options *o);
};

struct page {
    const char *command;
    const struct verb *verbs; /* ends with a NULL help */
};

/* Gives the command line's exit status. */
int verbs_run(const struct page *page, int argc, char **argv);

/* Is --help among the words? */
bool verbs_ask_help(int argc, char **argv);

#endif
