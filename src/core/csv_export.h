/* csv_export.h -- a channel's readings as the hosted service exports them:
 *
 *     created_at,entry_id,field1,...,latitude,longitude,elevation,status
 *     2025-12-01T23:09:48+00:00,1,30.48,...
 *
 * Fields are those that have a label and those that occur. Pure, but for what
 * csv_export_all reads and for the buffer, whose sink takes what has grown
 * large.
 */
#ifndef CORE_CSV_EXPORT_H
#define CORE_CSV_EXPORT_H

#include "base/buf.h"
#include "store/channel.h"
#include "store/reading.h"

struct db;
struct zone;

struct csv_export {
    bool field[CHANNEL_FIELDS + 1]; /* which columns there are */
};

void csv_export_fields(struct csv_export *e, const struct channel *c);
/* For each reading before the header is written. */
void csv_export_look(struct csv_export *e, const struct reading *r);

void csv_export_header(const struct csv_export *e, struct buf *out);
void csv_export_row(const struct csv_export *e, struct buf *out,
                    const struct reading *r, const struct zone *zone);

/* All of it, within the caller's read transaction. Ends early, with OK, when
 * the buffer's sink takes nothing more. */
MUST_USE enum result csv_export_all(struct db *db, const struct channel *c,
                                    const struct zone *zone,
                                    struct buf *out);

#endif
