/* imports.h -- the imports that pages have under way, one for a channel.
 *
 * Two of one file at the same time would not see what the other stores, and
 * store everything twice. Any thread. */
#ifndef CORE_IMPORTS_H
#define CORE_IMPORTS_H

#include "base/list.h"
#include "base/result.h"
#include "store/ids.h"

struct imports;

enum { IMPORTS_MOST = 8 }; /* each holds a whole file in memory */

struct import_place {
    struct link link; /* private */
    struct channel_id channel;
};

struct imports *imports_new(void);
void imports_free(struct imports *im);

/* The place is the caller's, and must live until imports_end. ERR_CONFLICT:
 * the channel has one under way; ERR_BUSY: there are too many. */
MUST_USE enum result imports_begin(struct imports *im,
                                   struct import_place *place);
void imports_end(struct imports *im, struct import_place *place);

#endif
