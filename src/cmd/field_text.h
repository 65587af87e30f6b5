/* field_text.h -- "N=LABEL[:UNIT]" on the command line. Pure. */
#ifndef CMD_FIELD_TEXT_H
#define CMD_FIELD_TEXT_H

#include "store/channel.h"

/* The label and the unit are views of text. False: *why is a sentence's end,
 * such as "has no label". */
bool field_text_read(struct str text, struct field *out, const char **why);

#endif
