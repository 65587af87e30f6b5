#include "web/home_choice.h"

#include <assert.h>

#include "web/channel_nav.h"

/* A channel that was asked for; hidden: it is not there, or not for them. */
struct seen {
    struct channel channel;
    bool hidden;
    struct seen *next;
};

static enum result look(struct call *c, struct channel_id id, struct seen *s)
{
    struct channel *ch = &s->channel;
    enum result rc = channel_get(c->db, c->arena, id, ch);

    if (rc == OK)
        rc = grant(ACT_READ_CHANNEL, &c->visitor,
                   &(struct object){ .owner = ch->owner, .channel = id,
                                     .is_public = ch->is_public });
    ch->id = id;
    s->hidden = rc != OK;
    return rc == ERR_MISSING || rc == ERR_DENIED || rc == ERR_STRANGER ? OK
                                                                       : rc;
}

static const struct field *field_of(const struct channel *ch, int number)
{
    for (int i = 0; i < ch->n_fields; i++)
        if (ch->fields[i].number == number)
            return ch->fields[i].label.n > 0 ? &ch->fields[i] : NULL;
    return NULL;
}

enum result choice_find(struct call *c, struct seen **seen,
                        struct home_field f, struct choice *out)
{
    struct seen *s = *seen;
    enum result rc = OK;

    *out = (struct choice){ .channel = NULL };
    while (s && s->channel.id.n != f.channel.n)
        s = s->next;
    if (!s) {
        s = ARENA_NEW(c->arena, struct seen);
        rc = look(c, f.channel, s);
        s->next = *seen;
        *seen = s;
    }
    if (rc != OK || s->hidden)
        return rc;
    out->field = field_of(&s->channel, f.field);
    out->channel = out->field ? &s->channel : NULL;
    return OK;
}

enum result choice_cards(struct call *c, struct seen **seen,
                         struct choice **list, int *n)
{
    struct home_field *chosen;
    int many;
    enum result rc =
        home_cards(c->db, c->arena, c->visitor.account, &chosen, &many);

    *n = 0;
    if (rc != OK)
        return rc;
    assert(many <= HOME_CARDS);
    *list = arena_get(c->arena, sizeof **list * (size_t)(many + 1));
    for (int i = 0; rc == OK && i < many; i++) {
        rc = choice_find(c, seen, chosen[i], &(*list)[*n]);
        *n += (*list)[*n].channel != NULL;
    }
    return rc;
}

enum result choice_channels(struct call *c, struct channel **list, int *n)
{
    struct channel_query open = { .public_only = true, .tag = NO_STR,
                                  .limit = CHOICE_CHANNELS };
    struct channel_query own = { .owner = c->visitor.account, .tag = NO_STR,
                                 .limit = CHOICE_CHANNELS };
    struct channel *mine, *others;
    int n_mine, n_others;
    enum result rc =
        channel_list(c->db, c->arena, &own, &mine, &n_mine, NULL);

    if (rc == OK)
        rc = channel_list(c->db, c->arena, &open, &others, &n_others, NULL);
    if (rc != OK)
        return rc;
    *list = arena_get(c->arena,
                      sizeof **list * (size_t)(n_mine + n_others + 1));
    for (*n = 0; *n < n_mine; ++*n)
        (*list)[*n] = mine[*n];
    for (int i = 0; i < n_others; i++)
        if (!channel_is_mine(c, &others[i]))
            (*list)[(*n)++] = others[i];
    return OK;
}

struct str choice_name(struct arena *a, const struct channel *ch,
                       const struct field *f)
{
    return arena_printf(a, "%lld.%d", (long long)ch->id.n, f->number);
}

struct home_field choice_named(struct str name)
{
    struct str rest = name, first = str_cut(&rest, '.');
    int64_t channel, field;

    if (!str_int(first, &channel) || !str_int(rest, &field) || channel < 1
        || field < 1 || field > CHANNEL_FIELDS)
        return (struct home_field){ { 0 }, 0 };
    return (struct home_field){ { channel }, (int)field };
}
