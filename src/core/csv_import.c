#include "core/csv_import.h"

#include "base/decimal.h"
#include "base/moment.h"
#include "base/zone.h"
#include "store/channel.h"

enum { PLACED_FIELDS = 8 };

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool holds(struct str s, struct str word)
{
    for (size_t i = 0; i + word.n <= s.n; i++) {
        size_t k = 0;

        while (k < word.n && small(s.p[i + k]) == word.p[k])
            k++;
        if (k == word.n)
            return true;
    }
    return false;
}

static bool speaks_of_time(struct str s)
{
    return holds(s, STR("create")) || holds(s, STR("date"))
           || holds(s, STR("time"));
}

static bool is_one_of(struct str name, const char *const *names)
{
    for (; *names; names++)
        if (str_eq_case(name, str_of(*names)))
            return true;
    return false;
}

static int numbers(const struct csv *record)
{
    double v;
    int n = 0;

    for (int i = 0; i < record->n_cells; i++)
        n += decimal_parse(record->cell[i], &v, NULL);
    return n;
}

static bool has_names(const struct csv *first, const struct csv *second)
{
    int64_t at;

    if (moment_parse(str_trim(first->cell[0]), zone_utc(), &at))
        return false;
    return speaks_of_time(first->cell[0])
           || (second && numbers(second) > numbers(first));
}

static bool is_time_name(struct str name)
{
    static const char *const names[]
        = { "created_at", "created at", "date", "time", "datetime",
            "date_time", "timestamp", NULL };

    return is_one_of(name, names);
}

/* The column of time: one that is called so, else one that speaks of it, else
 * the first. */
static int time_column(const struct csv *names)
{
    for (int i = 0; i < names->n_cells; i++)
        if (is_time_name(str_trim(names->cell[i])))
            return i;
    for (int i = 0; i < names->n_cells; i++)
        if (speaks_of_time(names->cell[i]))
            return i;
    return 0;
}

/* 0 when the name is not field1 to field64. */
static int field_number(struct str name)
{
    int64_t n;

    if (name.n < 6 || !str_eq_case((struct str){ name.p, 5 }, STR("field"))
        || name.p[5] == '+' || !str_int(str_from(name, 5), &n))
        return 0;
    return n >= 1 && n <= CHANNEL_FIELDS ? (int)n : 0;
}

static enum column column_named(struct str name)
{
    static const struct {
        enum column column;
        const char *names[5];
    } known[] = {
        { COLUMN_DROPPED, { "entry_id", "entry id", NULL } },
        { COLUMN_LATITUDE, { "latitude", "lat", NULL } },
        { COLUMN_LONGITUDE, { "longitude", "long", "lon", "lng", NULL } },
        { COLUMN_ELEVATION, { "elevation", NULL } },
        { COLUMN_STATUS, { "status", NULL } },
    };

    if (is_time_name(name))
        return COLUMN_DROPPED;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (is_one_of(name, known[i].names))
            return known[i].column;
    return COLUMN_FIELD;
}

/* What is only "the next field" gets its number, one that none is named
 * after. */
static enum result number_the_rest(struct csv_layout *l,
                                   const bool taken[CHANNEL_FIELDS + 1])
{
    int next = 1;

    for (int i = 0; i < l->n; i++) {
        if (l->column[i] != COLUMN_FIELD || l->field[i] != 0)
            continue;
        while (next <= CHANNEL_FIELDS && taken[next])
            next++;
        if (next > CHANNEL_FIELDS)
            return ERR_TOO_BIG;
        l->field[i] = next++;
    }
    return OK;
}

static enum result by_name(struct csv_layout *l, const struct csv *names)
{
    bool taken[CHANNEL_FIELDS + 1] = { false };
    bool used[COLUMN_STATUS + 1] = { false };
    int time = time_column(names);

    l->n = names->n_cells;
    for (int i = 0; i < l->n; i++) {
        struct str name = str_trim(names->cell[i]);
        enum column c = i == time ? COLUMN_TIME : column_named(name);
        int field = c == COLUMN_FIELD ? field_number(name) : 0;

        if (field ? taken[field]
                  : c != COLUMN_FIELD && c != COLUMN_DROPPED && used[c])
            return ERR_INVALID;
        taken[field] = used[c] = true;
        l->column[i] = c;
        l->field[i] = field;
    }
    return number_the_rest(l, taken);
}

static void by_place(struct csv_layout *l)
{
    l->n = 0;
    l->column[l->n++] = COLUMN_TIME;
    for (int f = 1; f <= PLACED_FIELDS; f++) {
        l->field[l->n] = f;
        l->column[l->n++] = COLUMN_FIELD;
    }
    for (enum column c = COLUMN_LATITUDE; c <= COLUMN_STATUS; c++)
        l->column[l->n++] = c;
}

enum result csv_layout_find(struct csv_layout *l, const struct csv *first,
                            const struct csv *second)
{
    *l = (struct csv_layout){ .named = has_names(first, second) };
    if (l->named)
        return by_name(l, first);
    by_place(l);
    return OK;
}

static const char *put_cell(struct reading *r, struct value *values,
                            enum column column, int field, struct str cell,
                            const struct zone *zone)
{
    if (column == COLUMN_TIME)
        return moment_parse(str_trim(cell), zone, &r->at)
                   ? NULL
                   : "the time cannot be read";
    if (cell.n == 0 || column == COLUMN_DROPPED)
        return NULL;
    if (!str_is_text(cell))
        return "a value is not valid UTF-8";
    cell = str_cap(cell, VALUE_MAX);
    if (column == COLUMN_FIELD)
        values[r->n_values++] = (struct value){ field, cell };
    else if (column == COLUMN_LATITUDE)
        r->latitude = cell;
    else if (column == COLUMN_LONGITUDE)
        r->longitude = cell;
    else if (column == COLUMN_ELEVATION)
        r->elevation = cell;
    else
        r->status = cell;
    return NULL;
}

/* By field; they nearly always are already. */
static void sort(struct value *v, int n)
{
    for (int i = 1; i < n; i++) {
        struct value one = v[i];
        int k = i;

        for (; k > 0 && v[k - 1].field > one.field; k--)
            v[k] = v[k - 1];
        v[k] = one;
    }
}

const char *csv_reading(const struct csv_layout *l, const struct csv *record,
                        const struct zone *zone, struct value *values,
                        struct reading *out)
{
    bool timed = false;

    *out = (struct reading){ .values = values };
    for (int i = 0; i < record->n_cells; i++) {
        if (i >= l->n && record->cell[i].n > 0)
            return "there are more columns than there should be";
        if (i >= l->n)
            continue;
        timed |= l->column[i] == COLUMN_TIME;
        const char *why = put_cell(out, values, l->column[i], l->field[i],
                                   record->cell[i], zone);
        if (why)
            return why;
    }
    sort(values, out->n_values);
    return timed ? NULL : "the time cannot be read";
}

bool csv_newest_first(const struct reading *list, size_t n)
{
    int64_t steps = 0;

    for (size_t i = 1; i < n; i++)
        steps += (list[i].at > list[i - 1].at) - (list[i].at < list[i - 1].at);
    return steps < 0;
}
