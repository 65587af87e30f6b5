/* log.h -- one event, one line, in logfmt, on standard error.
 *
 *     at=2026-11-21T10:00:00.123Z level=info event=serve.start listen=...
 *
 * Any thread; a line goes out in one write, so that two never mix. Longer than
 * LOG_LINE_MAX bytes it is cut. The caller formats key=value pairs; text that
 * came from outside goes through log_quote first.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

enum { LOG_LINE_MAX = 4096 };

void log_info(const char *event, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_fail(const char *event, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Text from outside, in double quotes, control bytes and quotes escaped, at
 * most 200 bytes of it: no visitor can write a line of its own. */
enum { LOG_QUOTE_ROOM = 1024 };
const char *log_quote(struct str s, char room[static LOG_QUOTE_ROOM]);

#endif
