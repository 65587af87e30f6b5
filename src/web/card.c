#include "web/card.h"

#include <math.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "base/moment.h"
#include "base/zone.h"
#include "core/newest.h"
#include "http/message.h"
#include "web/page.h"
#include "web/spark.h"
#include "web/value_text.h"

enum { CHANGE_DECIMALS = 3 };

/* What the cards of a channel are made from: a member of list for each of its
 * fields, a line of day for each that has a label. */
struct cards {
    const struct channel *ch;
    const struct zone *zone;
    struct newest *list;
    struct series day;
    int line[CHANNEL_FIELDS];
};

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

static void put_number(struct call *c, struct values *v, const char *name,
                       int64_t n)
{
    values_text(v, name, arena_printf(c->arena, "%lld", (long long)n));
}

/* What a card goes on with by itself: see static/cards.js. */
static void put_facts(struct call *c, struct values *v,
                      const struct cards *s, int i, int64_t usual_ms)
{
    put_number(c, v, "card_channel", s->ch->id.n);
    put_number(c, v, "card_field", s->ch->fields[i].number);
    put_number(c, v, "card_last", s->ch->last_entry);
    put_number(c, v, "card_ahead", zone_offset(s->zone, c->req->at));
    values_flag(v, "card_locked", !s->ch->is_public);
    put_number(c, v, "card_at", s->list[i].at);
    put_number(c, v, "card_usual", usual_ms);
}

/* As many decimals as the value is shown with. */
static int decimals_of(struct str text)
{
    struct str s = str_trim(text);
    size_t point = 0, n = 0;

    while (point < s.n && s.p[point] != '.' && s.p[point] != ',')
        point++;
    while (point + n + 1 < s.n && s.p[point + n + 1] >= '0'
           && s.p[point + n + 1] <= '9')
        n++;
    return n > CHANGE_DECIMALS ? CHANGE_DECIMALS : (int)n;
}

/* "+0.8 in the last hour"; in words for those who listen. */
static void put_change(struct call *c, struct values *v,
                       const struct field *f, const struct newest *w,
                       struct str shown)
{
    char room[DECIMAL_ROOM];
    struct str unit;
    double now;

    if (!w->has_before || !decimal_parse(w->text, &now, NULL))
        return;
    double d = value_shown(f, now, &unit) - value_shown(f, w->before, &unit);
    struct str text = decimal_round(fabs(d), decimals_of(shown), room);
    if (!isfinite(d) || text.n > 12)
        return;
    text = arena_copy(c->arena, text);
    values_flag(v, "has_change", true);
    if (strspn(text.p, "0.") == text.n)
        return;
    values_flag(v, "moved", true);
    values_text(v, "change",
                arena_printf(c->arena, "%s%s", d > 0 ? "+" : "\u2212", text.p));
    values_text(v, "change_words",
                arena_printf(c->arena, "%s by %s%s%.*s",
                             d > 0 ? "Up" : "Down", text.p,
                             unit.n ? " " : "", STR_FMT(unit)));
}

static void put_spark(struct call *c, struct values *v,
                      const struct series *day, int line)
{
    struct spark spark;

    if (line < 0 || line >= day->n_lines
        || !spark_draw(c->arena, day, &day->line[line], &spark))
        return;
    values_flag(v, "has_spark", true);
    values_text(v, "spark_line", spark.line);
    values_text(v, "spark_band", spark.band);
    values_text(v, "spark_end", spark.end);
}

void cards_put(struct call *c, struct values *v, struct cards *s, int i)
{
    const struct field *f = &s->ch->fields[i];
    struct newest *w = &s->list[i];
    struct str unit = NO_STR, text;
    int64_t usual = value_usual_ms(w->times, w->n_times);

    put_facts(c, v, s, i, usual);
    values_text(v, "label", f->label);
    values_flag(v, "has_value", w->text.p != NULL);
    values_flag(v, "unsure", w->unsure);
    if (!w->text.p)
        return;
    text = value_text(c->arena, f, w->text, &unit);
    page_value(v, text);
    values_flag(v, "has_unit", unit.n > 0);
    values_text(v, "unit", unit);
    put_time(c, v, "iso", "clock", w->at, s->zone);
    bool stale = value_is_stale(w->at, usual, c->req->at);
    put_age(c, v, w->at, stale);
    put_spark(c, v, &s->day, s->line[i]);
    if (!stale)
        put_change(c, v, f, w, text);
}

static void put_channel(struct call *c, struct values *v, struct cards *s)
{
    const struct channel *ch = s->ch;
    struct values *row = values_row(v, "channels");
    bool labelled = false;

    struct str id = arena_printf(c->arena, "%lld", (long long)ch->id.n);
    struct str path = arena_printf(c->arena, "/channels/%s", id.p);
    values_text(row, "id", id);
    values_text(row, "name", ch->name);
    values_text(row, "link", ch->is_public ? path : page_link(c, path.p));
    values_text(row, "zone", zone_name(s->zone));
    values_flag(row, "private", !ch->is_public);
    put_number(c, row, "ahead", zone_offset(s->zone, c->req->at));
    put_time(c, row, "now_iso", "now_clock", c->req->at, s->zone);
    for (int i = 0; i < ch->n_fields; i++)
        if (ch->fields[i].label.n) {
            labelled = true;
            cards_put(c, values_row(row, "cards"), s, i);
        }
    values_flag(row, "has_cards", labelled);
}

/* One query for all curves of a channel. */
static enum result read_day(struct call *c, struct cards *s)
{
    int fields[CHANNEL_FIELDS];
    struct series_query q = { .readings = READINGS_OF(s->ch->id),
                              .fields = fields, .decimals = -1 };

    for (int i = 0; i < s->ch->n_fields; i++) {
        s->line[i] = s->ch->fields[i].label.n ? q.n_fields : -1;
        if (s->line[i] >= 0)
            fields[q.n_fields++] = s->ch->fields[i].number;
    }
    spark_query(&q, c->req->at);
    if (s->ch->last_entry == 0 || q.n_fields == 0)
        return OK;
    return series_read(c->db, c->arena, &q, &s->day);
}

enum result cards_read(struct call *c, const struct channel *ch,
                       struct cards **out)
{
    struct cards *s = ARENA_NEW(c->arena, struct cards);

    *out = s;
    *s = (struct cards){ .ch = ch, .zone = zone_named(ch->zone) };
    if (!s->zone)
        s->zone = zone_utc();
    enum result rc
        = newest_values(c->db, c->arena, ch, c->req->at, &s->list);
    if (rc == OK)
        rc = newest_before(c->db, ch, c->req->at, s->list);
    return rc == OK ? read_day(c, s) : rc;
}

enum result cards_add(struct call *c, struct values *v,
                      const struct channel *ch)
{
    struct cards *s;
    enum result rc = cards_read(c, ch, &s);

    if (rc == OK)
        put_channel(c, v, s);
    return rc;
}
