/* entry_params.h -- the parts of a reading that ThingSpeak's writers have in
 * common: field names, lengths, places. Pure. */
#ifndef WEB_ENTRY_PARAMS_H
#define WEB_ENTRY_PARAMS_H

#include "base/arena.h"
#include "base/result.h"
#include "store/reading.h"

enum { DIALECT_FIELDS = 8 };

/* What a writer collects before it becomes a reading. */
struct entry_params {
    struct str field[DIALECT_FIELDS + 1]; /* by number */
    bool number[DIALECT_FIELDS + 1];      /* was a JSON number */
    struct str latitude, longitude, elevation, status;
    struct str created_at, delta_t, zone;
    bool long_latitude, long_longitude;   /* given by their long names */
};

/* Takes a parameter that has one of these names; others are left alone. */
void entry_take(struct entry_params *e, struct str name, struct str value,
                bool number);

/* The reading of it, but for its time: texts cut to VALUE_MAX bytes, line ends
 * at their end dropped, empty ones left out. strict: a latitude or longitude
 * that is none is ERR_INVALID; else it is left out. ERR_GARBLED: a text is not
 * UTF-8. peer stands in for the value IP_ADDRESS. */
MUST_USE enum result entry_reading(const struct entry_params *e,
                                   struct arena *a, struct str peer,
                                   bool strict, struct reading *out);

#endif
