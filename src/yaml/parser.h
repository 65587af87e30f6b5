/* parser.h -- libyaml on a text in memory, and its complaints in our words. */
#ifndef YAML_PARSER_H
#define YAML_PARSER_H

#include <yaml.h>

#include "yaml/fault.h"

/* The caller deletes it. text: valid UTF-8 without a byte order mark. */
void parser_start(yaml_parser_t *parser, struct str text);

/* What it stopped at. */
MUST_USE enum result parser_fault(const yaml_parser_t *parser,
                                  struct arena *a, struct fault *fault);

#endif
