/* unicode.h -- what a character is, beyond its bytes. Pure, any thread. */
#ifndef BASE_UNICODE_H
#define BASE_UNICODE_H

#include "base/str.h"

/* The character at the beginning of valid UTF-8 that is not empty; *n: its
 * bytes. */
uint32_t unicode_first(struct str s, size_t *n);

/* Characters of valid UTF-8. */
size_t unicode_length(struct str s);

/* A digit of any script: 0 to 9; -1 when it is none. */
int unicode_digit(uint32_t c);

/* White space of any script. */
bool unicode_is_space(uint32_t c);

/* Has it ink (or is it the plain space)? No: controls, formats, separators,
 * private use, what is not assigned. */
bool unicode_is_printable(uint32_t c);

#endif
