/* summary_pack.h -- the summaries of an hour's fields as one value. Private to
 * store/.
 *
 * A year of an eight-field channel is 8,760 rows this way and not 70,000. For
 * each field with a number, SUMMARY_PACKED bytes, little-endian: its number
 * (1), comma (1), numbers (4), then sum, rest, low, high (8 each, IEEE 754).
 */
#ifndef STORE_SUMMARY_PACK_H
#define STORE_SUMMARY_PACK_H

#include "base/buf.h"
#include "store/channel.h"
#include "store/summary.h"

enum { SUMMARY_PACKED = 38 };

void summary_pack(struct buf *b, int field, const struct summary *s);

/* Takes the first off; false at the end, or when it is none of ours. */
bool summary_unpack(struct str *rest, int *field, struct summary *out);

#endif
