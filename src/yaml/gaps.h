/* gaps.h -- what PyYAML refuses and libyaml forgives.
 *
 * Between two tokens may only be spaces, line ends and comments; a plain
 * scalar holds no tab and, within a flow collection, no "?"; behind the "|" or
 * ">" of a block comes a space before its comment. Also the only place that
 * bounds nesting before libyaml has to remember it. Pure.
 */
#ifndef YAML_GAPS_H
#define YAML_GAPS_H

#include "yaml/node.h"

/* text: valid UTF-8 without a byte order mark in front. */
MUST_USE enum result gaps_check(struct arena *a, struct str text,
                                const struct yaml_limits *limits,
                                struct fault *fault);

#endif
