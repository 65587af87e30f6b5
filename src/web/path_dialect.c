#include "web/path_dialect.h"

#include "base/decimal.h"
#include "base/form.h"
#include "store/device.h"
#include "store/reading.h"

struct texts {
    struct str key, mac, field, data;
};

static bool take(struct texts *t, struct arena *a, struct str part)
{
    const struct {
        const char *name;
        struct str *to;
    } names[] = {
        { "API_key", &t->key },
        { "mac", &t->mac },
        { "field", &t->field },
        { "data", &t->data },
    };
    struct str name = str_cut(&part, '=');

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!str_eq_case(name, str_of(names[i].name)))
            continue;
        *names[i].to = form_unescape(part, a);
        return true;
    }
    return false;
}

static const char *read_value(const struct texts *t, struct path_parts *out)
{
    bool comma = false;
    int64_t field;
    double v;

    if (!t->field.p || !str_int(t->field, &field) || field < 1
        || field > PATH_FIELDS)
        return "field must be 1 to 9";
    if (!t->data.p || t->data.n > VALUE_MAX
        || !decimal_parse(t->data, &v, &comma) || comma)
        return "data must be a number";
    out->field = (int)field;
    out->data = str_trim(t->data);
    return NULL;
}

void path_parts_read(struct str rest, struct arena *a, struct path_parts *out)
{
    struct texts t = { 0 };
    bool unknown = false;

    *out = (struct path_parts){ 0 };
    while (rest.n > 0)
        if (!take(&t, a, str_cut(&rest, '/')))
            unknown = true;
    out->why = unknown ? "unknown part in the address" : read_value(&t, out);
    t.key = str_trim(t.key);
    if (t.key.n > 0)
        out->key = t.key;
    if (t.mac.n > 0 && t.mac.n <= DEVICE_NAME_MAX && str_is_text(t.mac))
        out->mac = t.mac;
}
