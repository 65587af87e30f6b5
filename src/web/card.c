#include "web/card.h"

#include "base/moment.h"
#include "base/zone.h"
#include "core/newest.h"
#include "http/message.h"
#include "web/page.h"
#include "web/value_text.h"


static void put_time(struct call *c, struct values *v, const char *iso,
                     const char *clock, int64_t at, const struct zone *zone)
{
    char room[MOMENT_ROOM];

    values_text(v, iso,
                arena_copy(c->arena, moment_iso(at, zone_utc(), room)));
    values_text(v, clock,
                arena_copy(c->arena, moment_clock(at, zone, room)));
}

static void put_age(struct call *c, struct values *v, int64_t at, bool stale)
{
    char room[MOMENT_ROOM];
    int64_t now = c->req->at;
    struct str age = moment_age(at < now ? now - at : 0, room);

    values_flag(v, "stale", stale);
    if (at > now + NEWEST_AHEAD_MS)
        age = STR("a time ahead of this server\u2019s clock");
    else if (stale)
        age = arena_printf(c->arena, "No news for %.*s", STR_FMT(age));
    else if (!str_is(age, "just now"))
        age = arena_printf(c->arena, "%.*s ago", STR_FMT(age));
    values_text(v, "age", arena_copy(c->arena, age));
}

static void put_card(struct call *c, struct values *v, const struct field *f,
                     struct newest *w, const struct zone *zone)
{
    struct str unit = NO_STR, text;

    values_text(v, "label", f->label);
    values_flag(v, "has_value", w->text.p != NULL);
    values_flag(v, "unsure", w->unsure);
    if (!w->text.p)
        return;
    text = value_text(c->arena, f, w->text, &unit);
    page_value(v, text);
    values_flag(v, "has_unit", unit.n > 0);
    values_text(v, "unit", unit);
    put_time(c, v, "iso", "clock", w->at, zone);
    put_age(c, v, w->at,
            value_is_stale(w->at, value_usual_ms(w->times, w->n_times),
                           c->req->at));
}

static void put_channel(struct call *c, struct values *v,
                        const struct channel *ch, struct newest *list)
{
    const struct zone *zone = zone_named(ch->zone);
    struct values *row = values_row(v, "channels");
    bool labelled = false;

    if (!zone)
        zone = zone_utc();
    struct str id = arena_printf(c->arena, "%lld", (long long)ch->id.n);
    struct str path = arena_printf(c->arena, "/channels/%s", id.p);
    values_text(row, "id", id);
    values_text(row, "name", ch->name);
    values_text(row, "link", ch->is_public ? path : page_link(c, path.p));
    values_text(row, "zone", zone_name(zone));
    values_flag(row, "private", !ch->is_public);
    put_time(c, row, "now_iso", "now_clock", c->req->at, zone);
    for (int i = 0; i < ch->n_fields; i++)
        if (ch->fields[i].label.n) {
            labelled = true;
            put_card(c, values_row(row, "cards"), &ch->fields[i], &list[i],
                     zone);
        }
    values_flag(row, "has_cards", labelled);
}

enum result cards_add(struct call *c, struct values *v,
                      const struct channel *ch)
{
    struct newest *list;
    enum result rc =
        newest_values(c->db, c->arena, ch, c->req->at, &list);

    if (rc == OK)
        put_channel(c, v, ch, list);
    return rc;
}
