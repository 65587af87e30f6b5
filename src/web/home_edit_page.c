/* home_edit_page.c -- what somebody sees on their home page: which cards, in
 * which order, and the sensors of the windows advice. */
#include "base/decimal.h"
#include "core/advice.h"
#include "core/writer.h"
#include "web/home_choice.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/value_text.h"

#define COMFORT_MIN 10.0 /* °C */
#define COMFORT_MAX 35.0

/* The page. */

struct edit {
    struct choice *card;
    int n_cards;
    struct channel *channel; /* to choose from */
    int n_channels;
    struct home_advice advice;
    struct seen *seen;
    struct str typed;        /* a comfort that was refused */
};

static bool same_field(struct home_field a, struct home_field b)
{
    return a.channel.n == b.channel.n && a.field == b.field;
}

static struct home_field field_of(const struct choice *ch)
{
    return (struct home_field){ ch->channel->id, ch->field->number };
}

static int card_at(const struct edit *e, struct home_field f)
{
    for (int i = 0; i < e->n_cards; i++)
        if (same_field(field_of(&e->card[i]), f))
            return i;
    return -1;
}

static void put_choice(struct call *c, struct values *row,
                       const struct channel *ch, const struct field *f)
{
    values_text(row, "name", choice_name(c->arena, ch, f));
    values_text(row, "label", f->label);
    values_text(row, "unit", f->unit);
}

static void put_cards(struct call *c, struct values *v, const struct edit *e)
{
    for (int i = 0; i < e->n_cards; i++) {
        struct values *row = values_row(v, "cards");

        put_choice(c, row, e->card[i].channel, e->card[i].field);
        values_text(row, "where", e->card[i].channel->name);
        values_flag(row, "first", i == 0);
        values_flag(row, "last", i == e->n_cards - 1);
    }
}

static void put_fields(struct call *c, struct values *v, const struct edit *e)
{
    for (int k = 0; k < e->n_channels; k++) {
        const struct channel *ch = &e->channel[k];
        struct values *group = NULL;

        for (int i = 0; i < ch->n_fields; i++) {
            const struct field *f = &ch->fields[i];

            if (!f->label.n)
                continue;
            if (!group)
                group = values_row(v, "channels");
            values_text(group, "channel", ch->name);
            struct values *row = values_row(group, "fields");
            put_choice(c, row, ch, f);
            values_flag(row, "ticked",
                        card_at(e, (struct home_field){ ch->id, f->number })
                            >= 0);
        }
    }
}

static bool fits(enum advice_role role, const struct field *f)
{
    if (!f->label.n)
        return false;
    if (role == OUTSIDE_HUMIDITY || role == INSIDE_HUMIDITY)
        return str_is(f->unit, "%");
    return str_is(f->unit, "°C") || str_is(f->unit, "°F");
}

static const struct {
    const char *name, *label;
} roles[ADVICE_ROLES] = {
    [OUTSIDE_TEMPERATURE] = { "outside", "Temperature outside" },
    [INSIDE_TEMPERATURE] = { "inside", "Temperature inside" },
    [OUTSIDE_HUMIDITY] = { "outside_humidity", "Humidity outside" },
    [INSIDE_HUMIDITY] = { "inside_humidity", "Humidity inside" },
};

static void put_role(struct call *c, struct values *v, const struct edit *e,
                     enum advice_role role)
{
    struct values *row = values_row(v, "roles");

    values_text(row, "role", str_of(roles[role].name));
    values_text(row, "role_label", str_of(roles[role].label));
    for (int k = 0; k < e->n_channels; k++) {
        const struct channel *ch = &e->channel[k];
        struct values *group = NULL;

        for (int i = 0; i < ch->n_fields; i++) {
            struct home_field id = { ch->id, ch->fields[i].number };

            if (!fits(role, &ch->fields[i]))
                continue;
            if (!group)
                group = values_row(row, "groups");
            values_text(group, "channel", ch->name);
            struct values *option = values_row(group, "options");
            put_choice(c, option, ch, &ch->fields[i]);
            values_flag(option, "selected",
                        same_field(e->advice.sensor[role], id));
        }
    }
}

/* Where people read °F they think in it. */
static enum result reads_fahrenheit(struct call *c, struct edit *e, bool *out)
{
    struct choice inside = { .channel = NULL };
    struct home_field f = e->advice.sensor[INSIDE_TEMPERATURE];
    enum result rc = OK;
    struct str unit;

    *out = false;
    if (f.channel.n)
        rc = choice_find(c, &e->seen, f, &inside);
    if (rc != OK || !inside.channel)
        return rc;
    (void)value_shown(inside.field, 0, &unit);
    *out = str_is(unit, "°F");
    return OK;
}

static enum result put_advice(struct call *c, struct values *v, struct edit *e)
{
    double t = e->advice.has_comfort ? e->advice.comfort : ADVICE_COMFORT;
    char room[DECIMAL_ROOM];
    bool fahrenheit;
    enum result rc = reads_fahrenheit(c, e, &fahrenheit);

    for (int r = 0; r < ADVICE_ROLES; r++)
        put_role(c, v, e, (enum advice_role)r);
    t = fahrenheit ? t * 1.8 + 32 : t;
    struct str text = decimal_round(t, 1, room);
    if (str_ends(text, STR(".0")))
        text.n -= 2;
    values_text(v, "comfort", e->typed.p ? e->typed
                                         : arena_copy(c->arena, text));
    values_text(v, "comfort_unit", fahrenheit ? STR("°F") : STR("°C"));
    return rc;
}

static enum result edit_read(struct call *c, struct edit *e)
{
    enum result rc = choice_cards(c, &e->seen, &e->card, &e->n_cards);

    if (rc == OK)
        rc = choice_channels(c, &e->channel, &e->n_channels);
    if (rc == OK)
        rc = home_advice_get(c->db, c->visitor.account, &e->advice);
    return rc;
}

static enum result show(struct call *c, struct edit *e, const char *why)
{
    struct values *v = values_new(c->arena);
    enum result rc = put_advice(c, v, e);

    if (rc != OK)
        return rc;
    put_cards(c, v, e);
    put_fields(c, v, e);
    values_text(v, "title", STR("What is on your home page - Almanac"));
    values_text(v, "flash", str_of(why));
    values_flag(v, "any_cards", e->n_cards > 0);
    values_flag(v, "any_channels", e->n_channels > 0);
    page_allow_script(c);
    return page_show(c, "home_edit", v);
}

enum result home_edit_page(struct call *c)
{
    struct edit e = { .n_cards = 0 };
    enum result rc = edit_read(c, &e);

    return rc == OK ? show(c, &e, NULL) : rc;
}

/* Changes. */

struct home_change {
    struct job job; /* first */
    struct account_id account;
    const struct home_field *list;
    int n;
    const struct home_advice *advice;
};

static enum result do_cards(struct db *db, struct job *job)
{
    struct home_change *ch = (struct home_change *)job;

    return home_cards_put(db, ch->account, ch->list, ch->n);
}

static enum result do_advice(struct db *db, struct job *job)
{
    struct home_change *ch = (struct home_change *)job;

    return home_advice_put(db, ch->account, ch->advice);
}

static enum result save_cards(struct call *c, const struct home_field *list,
                              int n, struct str then)
{
    struct home_change change = { .job.do_it = do_cards,
                                  .account = c->visitor.account,
                                  .list = list, .n = n };
    enum result rc = writer_do(c->app->writer, &change.job);

    return rc == OK ? page_redirect(c, then) : rc;
}

/* One up, one down, or away. A card that is not there any more stays where it
 * is: nowhere. */
static enum result move_card(struct call *c, struct edit *e, struct str action)
{
    struct home_field moved = choice_named(params_form(&c->params, "card"));
    struct home_field list[HOME_CARDS];
    int at = card_at(e, moved), n = 0;
    int by = str_is(action, "up") ? -1 : str_is(action, "down") ? 1 : 0;

    for (int i = 0; i < e->n_cards; i++)
        if (by || i != at)
            list[n++] = field_of(&e->card[i]);
    if (by && at >= 0 && at + by >= 0 && at + by < n) {
        list[at] = list[at + by];
        list[at + by] = moved;
    }
    return save_cards(c, list, n,
                      by && at >= 0
                          ? arena_printf(c->arena, "/home/edit#card-%lld.%d",
                                         (long long)moved.channel.n,
                                         moved.field)
                          : STR("/home/edit"));
}

/* false: it is no list of cards, or one is there twice. */
static bool read_order(struct str text, struct home_field *list, int *n)
{
    *n = 0;
    while (text.n > 0) {
        struct home_field f = choice_named(str_cut(&text, ','));

        if (!f.channel.n || *n == HOME_CARDS)
            return false;
        for (int i = 0; i < *n; i++)
            if (same_field(list[i], f))
                return false;
        list[(*n)++] = f;
    }
    return *n > 0;
}

/* All cards, as they were dragged. Whoever sends others has a page that is
 * not what there is any more. */
static enum result order_cards(struct call *c, struct edit *e)
{
    struct home_field list[HOME_CARDS];
    int n;

    if (!read_order(params_form(&c->params, "order"), list, &n)) {
        c->why = "order is not a list of cards.";
        return ERR_INVALID;
    }
    bool same = n == e->n_cards;
    for (int i = 0; same && i < n; i++)
        same = card_at(e, list[i]) >= 0;
    return same ? save_cards(c, list, n, STR("/home/edit"))
                : show(c, e, "Your cards were changed meanwhile, perhaps in "
                             "another window. These are what there are now.");
}

static bool ticked(struct call *c, const struct channel *ch,
                   const struct field *f)
{
    return params_form(&c->params, choice_name(c->arena, ch, f).p).p != NULL;
}

static bool offered(const struct edit *e, const struct choice *card)
{
    for (int k = 0; k < e->n_channels; k++)
        if (e->channel[k].id.n == card->channel->id.n)
            return true;
    return false;
}

/* Those that were chosen already keep their place, the others come after
 * them. */
static enum result choose_cards(struct call *c, struct edit *e)
{
    struct home_field list[HOME_CARDS];
    int n = 0;

    for (int i = 0; i < e->n_cards; i++)
        if (!offered(e, &e->card[i])
            || ticked(c, e->card[i].channel, e->card[i].field))
            list[n++] = field_of(&e->card[i]);
    for (int k = 0; k < e->n_channels; k++)
        for (int i = 0; i < e->channel[k].n_fields; i++) {
            const struct field *f = &e->channel[k].fields[i];
            struct home_field id = { e->channel[k].id, f->number };

            if (!f->label.n || card_at(e, id) >= 0
                || !ticked(c, &e->channel[k], f))
                continue;
            if (n == HOME_CARDS)
                return show(c, e, "That is more than 100 cards.");
            list[n++] = id;
        }
    return save_cards(c, list, n, n > 0 ? STR("/home/edit") : STR("/"));
}

/* Only what was offered for it. */
static struct home_field sensor(struct call *c, const struct edit *e, int role)
{
    struct home_field f =
        choice_named(params_form(&c->params, roles[role].name));

    for (int k = 0; k < e->n_channels; k++)
        for (int i = 0; i < e->channel[k].n_fields; i++)
            if (same_field(f, (struct home_field){
                                  e->channel[k].id,
                                  e->channel[k].fields[i].number })
                && fits((enum advice_role)role, &e->channel[k].fields[i]))
                return f;
    return (struct home_field){ { 0 }, 0 };
}

static bool read_comfort(struct call *c, struct home_advice *h)
{
    bool f = str_is(params_form(&c->params, "comfort_unit"), "°F");
    double t;

    if (!decimal_parse(params_form(&c->params, "comfort"), &t, NULL))
        return false;
    h->comfort = f ? (t - 32) / 1.8 : t;
    h->has_comfort = true;
    return h->comfort >= COMFORT_MIN && h->comfort <= COMFORT_MAX;
}

static enum result choose_advice(struct call *c, struct edit *e)
{
    struct home_change change = { .job.do_it = do_advice,
                                  .account = c->visitor.account,
                                  .advice = &e->advice };
    struct home_field *s = e->advice.sensor;

    for (int r = 0; r < ADVICE_ROLES; r++)
        s[r] = sensor(c, e, r);
    if (!read_comfort(c, &e->advice)) {
        e->typed = params_form(&c->params, "comfort");
        return show(c, e, "It is warm from a temperature between 10 and "
                          "35 \u00b0C, which is 50 and 95 \u00b0F.");
    }
    bool any = s[0].channel.n || s[1].channel.n || s[2].channel.n
               || s[3].channel.n;
    if (any && (!s[OUTSIDE_TEMPERATURE].channel.n
                || !s[INSIDE_TEMPERATURE].channel.n))
        return show(c, e, "The advice needs both temperatures.");
    enum result rc = writer_do(c->app->writer, &change.job);
    return rc == OK ? page_redirect(c, STR("/")) : rc;
}

enum result home_edit_post(struct call *c)
{
    struct str action = params_form(&c->params, "action");
    struct edit e = { .n_cards = 0 };
    enum result rc = edit_read(c, &e);

    if (rc != OK)
        return rc;
    if (str_is(action, "order"))
        return order_cards(c, &e);
    if (str_is(action, "choose"))
        return choose_cards(c, &e);
    if (str_is(action, "advice"))
        return choose_advice(c, &e);
    if (str_is(action, "up") || str_is(action, "down")
        || str_is(action, "remove"))
        return move_card(c, &e, action);
    return ERR_INVALID;
}
