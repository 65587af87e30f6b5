#include "core/channel_change.h"

#include "base/decimal.h"
#include "core/secret.h"

static enum result make_key(struct db *db, const struct secret *s,
                            struct arena *a, const struct channel *ch,
                            enum key_kind kind, struct str *made)
{
    struct key key = { .kind = kind, .channel = ch->id,
                       .created_at = ch->created_at };

    return key_issue(db, s, a, &key, NO_STR, made);
}

enum result channel_make(struct db *db, const struct secret *s,
                         struct arena *a, struct channel *ch,
                         struct channel_keys *made)
{
    if (ch->n_fields == 0) {
        ch->fields = ARENA_NEW(a, struct field);
        ch->fields[0] = (struct field){ .number = 1,
                                        .label = STR("Field Label 1") };
        ch->n_fields = 1;
    }
    enum result rc = channel_add(db, ch);
    if (rc == OK)
        rc = make_key(db, s, a, ch, KEY_WRITE, &made->write);
    return rc == OK ? make_key(db, s, a, ch, KEY_READ, &made->read) : rc;
}

void channel_spread_fields(const struct channel *ch,
                           struct field all[static CHANNEL_FIELDS])
{
    for (int i = 0; i < CHANNEL_FIELDS; i++)
        all[i] = (struct field){ .number = i + 1 };
    for (int i = 0; i < ch->n_fields; i++)
        all[ch->fields[i].number - 1] = ch->fields[i];
}

void channel_gather_fields(struct channel *ch, struct arena *a,
                           const struct field all[static CHANNEL_FIELDS])
{
    ch->fields = arena_get(a, CHANNEL_FIELDS * sizeof *ch->fields);
    ch->n_fields = 0;
    for (int i = 0; i < CHANNEL_FIELDS; i++)
        if (all[i].label.n > 0)
            ch->fields[ch->n_fields++] = all[i];
}

bool channel_read_tags(struct channel *ch, struct arena *a, struct str list)
{
    ch->tags = arena_get(a, CHANNEL_TAGS * sizeof *ch->tags);
    ch->n_tags = 0;
    while (list.p) {
        struct str name = str_trim(str_cut(&list, ','));
        bool twice = false;

        for (int i = 0; i < ch->n_tags; i++)
            twice = twice || str_eq(ch->tags[i].name, name);
        if (name.n == 0 || twice)
            continue;
        if (ch->n_tags == CHANNEL_TAGS)
            return false;
        ch->tags[ch->n_tags++].name = name;
    }
    return true;
}

static bool degrees(struct str s, double limit)
{
    double v;

    return !s.p || (decimal_parse(s, &v, NULL) && v >= -limit && v <= limit);
}

bool latitude_valid(struct str s)
{
    return degrees(s, 90);
}

bool longitude_valid(struct str s)
{
    return degrees(s, 180);
}
