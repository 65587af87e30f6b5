/* str.h -- a view of some text that somebody else owns.
 *
 * A view need not end with a zero, and may hold any byte. p == NULL means
 * "not there", which is something else than empty.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define NO_STR ((struct str){ NULL, 0 })

/* For printf: "%.*s", STR_FMT(s) */
#define STR_FMT(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct str str_of(const char *z)
{
    return (struct str){ z, z ? strlen(z) : 0 };
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

bool str_eq_case(struct str a, struct str b); /* ASCII letters, any case */
bool str_starts(struct str s, struct str with);
bool str_ends(struct str s, struct str with);
struct str str_from(struct str s, size_t at); /* s without its first bytes */
struct str str_trim(struct str s);            /* white space at both ends */

/* Where c first stands in s; s.n when it does not. */
size_t str_find(struct str s, char c);

/* Cuts s at the first c: what was before it is returned, s becomes the rest.
 * Without a c all of s is returned and s becomes NO_STR. */
struct str str_cut(struct str *s, char c);

/* Strict: the whole of s must be the number. False leaves *out alone. */
bool str_int(struct str s, int64_t *out);
bool str_real(struct str s, double *out); /* finite; point, no comma */

/* Valid UTF-8 without NUL (what both databases can keep as text)? */
bool str_is_text(struct str s);

/* Bytes of the character that s begins with; 0 when s is empty or begins with
 * what is no UTF-8 (RFC 3629: shortest form, no surrogates). */
size_t str_char(struct str s);

/* At most max bytes of s, never half a character. */
struct str str_cap(struct str s, size_t max);

#endif
