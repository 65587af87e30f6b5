#include "store/field.h"

#include "store/row.h"
#include "store/statements.h"

enum { COLUMNS = 6 };

static const struct sql clear_sql = { "DELETE FROM field WHERE channel = $1" };

static const struct sql add_sql = {
    "INSERT INTO field (channel, number, label, unit, display, colour)"
    " VALUES ($1, $2, $3, $4, $5, $6)"
};

static const struct sql get_sql = {
    "SELECT number, label, unit, display, colour FROM field"
    " WHERE channel = $1 ORDER BY number"
};

const struct sql *const field_sql[] = { &clear_sql, &add_sql, &get_sql, NULL };

enum result fields_check(const struct channel *c)
{
    uint64_t seen = 0;

    for (int i = 0; i < c->n_fields; i++) {
        const struct field *f = &c->fields[i];

        if (f->number < 1 || f->number > CHANNEL_FIELDS
            || (seen >> (f->number - 1) & 1))
            return ERR_INVALID;
        seen |= UINT64_C(1) << (f->number - 1);
        const struct str texts[] = { f->label, f->unit, f->display,
                                     f->colour };
        for (int k = 0; k < 4; k++) {
            enum result rc = row_check(texts[k], CHANNEL_TEXT_MAX);

            if (rc != OK)
                return rc;
        }
    }
    return OK;
}

static struct arg text(struct str s)
{
    return s.p ? TEXT(s) : TEXT(STR(""));
}

enum result fields_put(struct db *db, const struct channel *c)
{
    struct arg arg[CHANNEL_FIELDS][COLUMNS];
    struct args list[CHANNEL_FIELDS];
    enum result rc = db_run(db, &clear_sql, ARGS(INT(c->id.n)));

    if (rc != OK)
        return rc;
    for (int i = 0; i < c->n_fields; i++) {
        const struct field *f = &c->fields[i];

        arg[i][0] = INT(c->id.n);
        arg[i][1] = INT(f->number);
        arg[i][2] = text(f->label);
        arg[i][3] = text(f->unit);
        arg[i][4] = text(f->display);
        arg[i][5] = text(f->colour);
        list[i] = (struct args){ arg[i], COLUMNS };
    }
    return db_run_many(db, &add_sql, list, (size_t)c->n_fields);
}

static enum result get_one(struct db *db, struct arena *a, struct channel *c)
{
    struct rows q;

    c->fields = NULL;
    c->n_fields = 0;
    for (db_query(db, &get_sql, ARGS(INT(c->id.n)), &q); rows_next(&q);) {
        c->fields = row_room(a, c->fields, c->n_fields, sizeof *c->fields);
        c->fields[c->n_fields++] =
            (struct field){ .number = (int)rows_int(&q, 0),
                            .label = row_text(&q, 1, a),
                            .unit = row_text(&q, 2, a),
                            .display = row_text(&q, 3, a),
                            .colour = row_text(&q, 4, a) };
    }
    return rows_end(&q);
}

enum result fields_get(struct db *db, struct arena *a, struct channel *list,
                       int n)
{
    enum result rc = OK;

    for (int i = 0; i < n && rc == OK; i++)
        rc = get_one(db, a, &list[i]);
    return rc;
}
