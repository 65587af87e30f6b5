/* json.h -- writes compact JSON into a buffer, putting the commas.
 *
 * key is NULL inside an array, else a word of ours without anything to escape. Text is escaped; p == NULL is null; bytes that
 * are no UTF-8 become U+FFFD. The result is also safe inside a <script>
 * element. Source: RFC 8259. A zeroed struct with .out set is ready for use.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

struct json {
    struct buf *out;
    bool need_comma;
};

void json_open(struct json *j, const char *key, char bracket); /* { or [ */
void json_close(struct json *j, char bracket);                 /* } or ] */
void json_int(struct json *j, const char *key, int64_t v);
void json_bool(struct json *j, const char *key, bool v);
void json_text(struct json *j, const char *key, struct str v);
void json_null(struct json *j, const char *key);
/* A number whose text is already JSON; it goes out verbatim. */
void json_raw(struct json *j, const char *key, struct str number);

#endif
