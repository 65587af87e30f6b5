/* bulk_updates.h -- the entries of a bulk update, read strictly.
 *
 * Source: ThingSpeak's "Bulk-Write Data", JSON and CSV. An entry has a time of
 * its own or the seconds since the entry before it; latitude, longitude and
 * times that are none refuse the whole, with a sentence that names the entry.
 * Pure; everything is in the arena or a view of the text.
 */
#ifndef WEB_BULK_UPDATES_H
#define WEB_BULK_UPDATES_H

#include "base/arena.h"
#include "base/result.h"
#include "store/reading.h"

struct bulk {
    struct arena *arena; /* in: this and the next two */
    struct str peer;     /* stands for the value IP_ADDRESS */
    size_t max;          /* entries */

    struct reading *list; /* out */
    size_t n;
    const char *why;      /* of a refusal: a sentence */

    size_t room;    /* private from here on */
    bool timed;     /* an entry had an absolute time */
    int64_t latest; /* time of the entry before, or sum of deltas so far */
};

/* The array of the member "updates". ERR_INVALID, ERR_GARBLED; ERR_TOO_BIG:
 * more than max. */
MUST_USE enum result bulk_read_json(struct bulk *b, struct str text);
/* T,f1,...,f8,latitude,longitude,elevation,status|T,... */
MUST_USE enum result bulk_read_csv(struct bulk *b, struct str text,
                                   bool is_relative);

/* Where nobody said when the series began, it ends now. */
void bulk_anchor(struct bulk *b, int64_t now);

#endif
