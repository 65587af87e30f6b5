/* field_text.h -- "N=LABEL[:UNIT[>SHOWN]]" on the command line. Pure.
 *
 * UNIT is what the device sends, SHOWN what people see: "1=Outside:°C>°F". */
#ifndef CMD_FIELD_TEXT_H
#define CMD_FIELD_TEXT_H

#include "store/channel.h"

/* The texts are views of text. False: *why is a sentence's end,
 * such as "has no label". */
bool field_text_read(struct str text, struct field *out, const char **why);

#endif
