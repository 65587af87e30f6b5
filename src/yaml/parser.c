#include "yaml/parser.h"

#include <stdlib.h>

#include "base/log.h"

void parser_start(yaml_parser_t *parser, struct str text)
{
    if (!yaml_parser_initialize(parser)) {
        log_fail("yaml.start", "reason=\"out of memory\"");
        abort();
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(parser, (const unsigned char *)text.p,
                                 text.n);
}

enum result parser_fault(const yaml_parser_t *parser, struct arena *a,
                         struct fault *fault)
{
    struct place at = { (int)parser->problem_mark.line + 1,
                        (int)parser->problem_mark.column + 1 };
    const char *what = parser->problem ? parser->problem : "out of memory";

    if (parser->error == YAML_READER_ERROR)
        at = (struct place){ 0, 0 };
    if (parser->context)
        return fault_at(fault, ERR_INVALID, a, at, NULL,
                        "this is not YAML: %s %s", what, parser->context);
    return fault_at(fault, ERR_INVALID, a, at, NULL, "this is not YAML: %s",
                    what);
}
