/* gaps.h -- what PyYAML refuses and libyaml forgives, and the other way round.
 *
 * Between two tokens may only be spaces, line ends and comments; a plain
 * scalar holds no tab and, within a flow collection, no "?"; behind the "|" or
 * ">" of a block comes a space before its comment. On the other hand
 * "{a:[b], c:}" gets the spaces that libyaml wants behind its colons, and a
 * block whose first line begins with a tab is told its indentation;
 * GAPS_MENDED times at most, and fewer in a long text, because each time it is
 * read again. Also the place that bounds nesting before libyaml
 * has to remember it. Pure.
 */
#ifndef YAML_GAPS_H
#define YAML_GAPS_H

#include "yaml/node.h"

enum {
    GAPS_MENDED = 64,
    GAPS_READ = 8 * 1024 * 1024, /* bytes, all times together */
    GAPS_TAGS = 100 /* libyaml compares each directive with all others */
};

/* text: valid UTF-8 without a byte order mark in front; it may become another
 * one in the arena. */
MUST_USE enum result gaps_check(struct arena *a, struct str *text,
                                const struct yaml_limits *limits,
                                struct fault *fault);

#endif
