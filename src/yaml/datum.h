/* datum.h -- what YAML stands for, as Python's safe loader makes it.
 *
 * The keys of a map or set are all different, as Python sees it (1, 1.0 and
 * true are one key), in the order in which they first appear. An alias makes
 * one datum stand in several places, even within itself.
 */
#ifndef YAML_DATUM_H
#define YAML_DATUM_H

#include "yaml/fault.h"
#include "yaml/when.h"

enum datum_kind {
    DATUM_NONE, DATUM_BOOL, DATUM_INT, DATUM_FLOAT, DATUM_TEXT, DATUM_BYTES,
    DATUM_WHEN,
    DATUM_LIST,
    DATUM_TUPLE, /* of two: an item of !!omap and !!pairs */
    DATUM_MAP,
    DATUM_SET
};

struct datum {
    enum datum_kind kind;
    struct place at;
    bool yes;
    struct str text;      /* of text, bytes; a whole number's decimal digits */
    double real;
    struct when when;
    struct datum **item;  /* of a list, tuple, set; of a map key, value ... */
    size_t n_items;
    bool showing;         /* private: for show.c */
};

/* "a list", "nothing", "a whole number" */
const char *datum_words(const struct datum *d);

/* The value of a key that is text; NULL when it is not there. */
struct datum *datum_get(const struct datum *map, const char *key);

/* The pairs of a list of keys and values as those of a map: of equal keys the
 * first stays, with the value of the last. Changes the list and gives its new
 * length. step 1: keys without values. Keys can be hashed. */
size_t datum_unique(struct arena *a, struct datum **item, size_t n,
                    size_t step);

/* Can it be the key of a map? */
bool datum_is_key(const struct datum *d);

#endif
