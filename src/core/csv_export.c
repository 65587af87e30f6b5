#include "core/csv_export.h"

#include "base/csv.h"
#include "base/moment.h"

void csv_export_fields(struct csv_export *e, const struct channel *c)
{
    *e = (struct csv_export){ 0 };
    for (int i = 0; i < c->n_fields; i++)
        if (c->fields[i].label.n > 0)
            e->field[c->fields[i].number] = true;
}

void csv_export_look(struct csv_export *e, const struct reading *r)
{
    for (int i = 0; i < r->n_values; i++)
        e->field[r->values[i].field] = true;
}

void csv_export_header(const struct csv_export *e, struct buf *out)
{
    buf_add(out, STR("created_at,entry_id"));
    for (int f = 1; f <= CHANNEL_FIELDS; f++)
        if (e->field[f])
            buf_printf(out, ",field%d", f);
    buf_add(out, STR(",latitude,longitude,elevation,status\n"));
}

void csv_export_row(const struct csv_export *e, struct buf *out,
                    const struct reading *r, const struct zone *zone)
{
    const struct str rest[]
        = { r->latitude, r->longitude, r->elevation, r->status };
    char room[MOMENT_ROOM];
    int v = 0;

    buf_add(out, moment_offset(r->at, zone, room));
    buf_char(out, ',');
    buf_int(out, r->entry);
    for (int f = 1; f <= CHANNEL_FIELDS; f++) {
        while (v < r->n_values && r->values[v].field < f)
            v++;
        if (!e->field[f])
            continue;
        buf_char(out, ',');
        if (v < r->n_values && r->values[v].field == f)
            csv_cell(out, r->values[v].text);
    }
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
        buf_char(out, ',');
        csv_cell(out, rest[i]);
    }
    buf_char(out, '\n');
}

/* Once over the readings for the columns, which the first line names. */
static enum result look(struct db *db, const struct channel *c,
                        struct csv_export *e)
{
    struct reading_query q = READINGS_OF(c->id);
    struct readings *it = readings_open(db, &q);
    struct reading r;

    csv_export_fields(e, c);
    while (readings_next(it, &r))
        csv_export_look(e, &r);
    return readings_end(it);
}

enum result csv_export_all(struct db *db, const struct channel *c,
                           const struct zone *zone, struct buf *out)
{
    struct reading_query q = READINGS_OF(c->id);
    struct csv_export e;
    struct reading r;
    enum result rc = look(db, c, &e);

    if (rc != OK)
        return rc;
    struct readings *it = readings_open(db, &q);
    csv_export_header(&e, out);
    while (out->rc == OK && readings_next(it, &r))
        csv_export_row(&e, out, &r, zone);
    return readings_end(it);
}
