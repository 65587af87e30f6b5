#include "yaml/convert.h"

#include "base/unicode.h"
#include "yaml/number.h"

static int64_t nearest(struct str number)
{
    int64_t v;

    if (str_int(number, &v))
        return v;
    return number.p[0] == '-' ? INT64_MIN : INT64_MAX;
}

const char *convert_int(struct arena *a, const struct datum *d, int64_t *out)
{
    struct str number = STR("1");
    bool is = true;

    switch (d->kind) {
    case DATUM_BOOL:
        number = d->yes ? STR("1") : STR("0");
        break;
    case DATUM_INT:
        number = d->text;
        break;
    case DATUM_FLOAT:
        is = number_whole(a, d->real, &number);
        break;
    case DATUM_BYTES:
        is = str_is_text(d->text)
             && unicode_length(d->text) == d->text.n
             && number_int(a, d->text, 10, &number);
        break;
    case DATUM_TEXT:
        is = number_int(a, d->text, 10, &number);
        break;
    case DATUM_NONE:
        return "is empty; it must be a whole number";
    default:
        is = false;
    }
    if (!is)
        return "must be a whole number";
    *out = nearest(number);
    return NULL;
}

static struct datum *new_datum(struct arena *a, enum datum_kind kind,
                               struct place at, size_t room)
{
    struct datum *d = ARENA_NEW(a, struct datum);

    d->kind = kind;
    d->at = at;
    d->item = arena_get(a, room * sizeof *d->item);
    return d;
}

/* What Python gets when it goes through d, as a list: the keys of a map, the
 * characters of a text. NULL: it cannot. */
static struct datum *items_of(struct arena *a, struct datum *d)
{
    struct datum *list = new_datum(a, DATUM_LIST, d->at,
                                   d->n_items + d->text.n);

    if (d->kind == DATUM_TEXT) {
        for (size_t i = 0, n; i < d->text.n; i += n) {
            struct datum *c = new_datum(a, DATUM_TEXT, d->at, 0);

            n = str_char(str_from(d->text, i));
            c->text = (struct str){ d->text.p + i, n };
            list->item[list->n_items++] = c;
        }
    } else if (d->kind == DATUM_BYTES) {
        for (size_t i = 0; i < d->text.n; i++) {
            struct datum *c = new_datum(a, DATUM_INT, d->at, 0);

            c->text = arena_printf(a, "%u", (unsigned char)d->text.p[i]);
            list->item[list->n_items++] = c;
        }
    } else if (d->kind >= DATUM_LIST) {
        for (size_t i = 0; i < d->n_items; i += d->kind == DATUM_MAP ? 2 : 1)
            list->item[list->n_items++] = d->item[i];
    } else {
        return NULL;
    }
    return list;
}

/* More than this as a text or bytes is no pair, and not worth taking apart. */
enum { PAIR_BYTES = 8 };

static bool is_pair(struct arena *a, struct datum *d, struct datum **out)
{
    struct datum *pair;

    if (d->text.n > PAIR_BYTES)
        return false;
    pair = items_of(a, d);
    if (!pair || pair->n_items != 2 || !datum_is_key(pair->item[0]))
        return false;
    out[0] = pair->item[0];
    out[1] = pair->item[1];
    return true;
}

const char *convert_map(struct arena *a, struct datum *d, struct datum **out)
{
    static const char wrong[] = "must be a map, or a list of pairs";
    struct datum *list, *map;

    *out = d;
    if (d->kind == DATUM_MAP)
        return NULL;
    if (d->kind == DATUM_NONE)
        return "is empty; it must be a map";
    if (d->kind < DATUM_LIST && d->text.n > 0)
        return wrong;
    list = items_of(a, d);
    if (!list)
        return wrong;
    map = new_datum(a, DATUM_MAP, d->at, 2 * list->n_items);
    for (size_t i = 0; i < list->n_items; i++)
        if (!is_pair(a, list->item[i], map->item + 2 * i))
            return wrong;
    map->n_items = datum_unique(a, map->item, 2 * list->n_items, 2);
    *out = map;
    return NULL;
}
