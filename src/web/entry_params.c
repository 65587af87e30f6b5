#include "web/entry_params.h"

#include "base/decimal.h"

static int field_number(struct str name)
{
    if (str_starts(name, STR("field")))
        name = str_from(name, 5);
    if (name.n != 1 || name.p[0] < '1' || name.p[0] > '0' + DIALECT_FIELDS)
        return 0;
    return name.p[0] - '0';
}

static bool take_place(struct entry_params *e, struct str name,
                       struct str value)
{
    bool latitude = str_is(name, "latitude");
    bool longitude = str_is(name, "longitude");

    if (latitude || (str_is(name, "lat") && !e->long_latitude)) {
        e->latitude = value;
        e->long_latitude = latitude;
    } else if (longitude || (str_is(name, "long") && !e->long_longitude)) {
        e->longitude = value;
        e->long_longitude = longitude;
    } else if (str_is(name, "elevation")) {
        e->elevation = value;
    } else {
        return false;
    }
    return true;
}

void entry_take(struct entry_params *e, struct str name, struct str value,
                bool number)
{
    int field = field_number(name);

    if (field) {
        e->field[field] = value;
        e->number[field] = number;
    } else if (take_place(e, name, value)) {
        return;
    } else if (str_is(name, "status")) {
        e->status = value;
    } else if (str_is(name, "created_at")) {
        e->created_at = value;
    } else if (str_is(name, "delta_t")) {
        e->delta_t = value;
    } else if (str_is(name, "timezone")) {
        e->zone = value;
    }
}

/* A device's println leaves a line end; some send it as the two characters. */
static struct str without_line_end(struct str s)
{
    for (;;) {
        if (s.n > 0 && (s.p[s.n - 1] == '\r' || s.p[s.n - 1] == '\n'))
            s.n--;
        else if (str_ends(s, STR("\\r")) || str_ends(s, STR("\\n")))
            s.n -= 2;
        else
            return s;
    }
}

static enum result clean(struct str *s)
{
    if (!s->p)
        return OK;
    *s = without_line_end(*s);
    if (!str_is_text(*s))
        return ERR_GARBLED;
    *s = s->n ? str_cap(*s, VALUE_MAX) : NO_STR;
    return OK;
}

static enum result clean_degrees(struct str *s, double limit, bool strict)
{
    double v;
    enum result rc = clean(s);

    if (rc != OK || !s->p)
        return rc;
    *s = str_trim(*s);
    if (decimal_parse(*s, &v, NULL) && v >= -limit && v <= limit)
        return OK;
    *s = NO_STR;
    return strict ? ERR_INVALID : OK;
}

enum result entry_reading(const struct entry_params *e, struct arena *a,
                          struct str peer, bool strict, struct reading *out)
{
    struct value values[DIALECT_FIELDS];
    int n = 0;

    *out = (struct reading){
        .latitude = e->latitude,
        .longitude = e->longitude,
        .elevation = e->elevation,
        .status = e->status,
    };
    for (int i = 1; i <= DIALECT_FIELDS; i++) {
        struct str s = e->field[i];
        enum result rc = clean(&s);

        if (rc != OK)
            return rc;
        if (str_is(s, "IP_ADDRESS"))
            s = peer;
        if (s.p)
            values[n++] = (struct value){ i, s };
    }
    struct value *kept = arena_get(a, ((size_t)n + 1) * sizeof *kept);
    memcpy(kept, values, (size_t)n * sizeof *kept);
    out->values = kept;
    out->n_values = n;
    enum result rc = clean(&out->elevation);
    if (rc == OK)
        rc = clean(&out->status);
    if (rc == OK)
        rc = clean_degrees(&out->latitude, 90, strict);
    if (rc == OK)
        rc = clean_degrees(&out->longitude, 180, strict);
    return rc;
}
