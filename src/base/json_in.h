/* json_in.h -- reads JSON, an item at a time, and keeps numbers as they were
 * written: 21.20 stays 21.20, which a parser that makes doubles cannot give
 * back. Source: RFC 8259; strict (no comments, no trailing commas), valid
 * UTF-8 only, nested at most JSON_DEPTH deep.
 *
 *     struct json_in j;
 *     json_in_start(&j, text, arena);
 *     while ((item = json_in_next(&j)) != JSON_END) ...
 *
 * Pure. Strings with escapes are decoded into the arena, others are views of
 * the text. After JSON_BROKEN every further call gives JSON_BROKEN.
 */
#ifndef BASE_JSON_IN_H
#define BASE_JSON_IN_H

#include "base/arena.h"

enum { JSON_DEPTH = 32 };

enum json_item {
    JSON_OBJECT, JSON_OBJECT_END, /* { } */
    JSON_ARRAY, JSON_ARRAY_END,   /* [ ] */
    JSON_NAME,                    /* of a member; .text */
    JSON_STRING, JSON_NUMBER,     /* .text */
    JSON_TRUE, JSON_FALSE, JSON_NULL,
    JSON_END,                     /* the one value is complete */
    JSON_BROKEN                   /* .why says what, .at where */
};

struct json_in {
    struct str text;  /* of the last name, string or number */
    const char *why;  /* one lower-case phrase */
    size_t at;        /* byte offset */

    struct str s;     /* private from here on */
    struct arena *arena;
    int depth;
    unsigned char expect;
    unsigned char in_array[JSON_DEPTH];
};

void json_in_start(struct json_in *j, struct str s, struct arena *a);
enum json_item json_in_next(struct json_in *j);

/* After JSON_OBJECT, JSON_ARRAY: reads to its end. After JSON_NAME: reads the
 * member's value. After any other item: nothing. False when the text breaks. */
bool json_in_skip(struct json_in *j, enum json_item item);

#endif
