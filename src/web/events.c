#include "web/events.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/decimal.h"
#include "base/json.h"
#include "base/moment.h"
#include "base/zone.h"
#include "web/value_text.h"

static struct json begin(struct buf *out, const char *name)
{
    struct json j = { .out = out };

    buf_printf(out, "event: %s\ndata: ", name);
    json_open(&j, NULL, '{');
    return j;
}

static void end(struct json *j)
{
    json_close(j, '}');
    buf_add(j->out, STR("\n\n"));
}

/* As a chart shows it: in the unit of the card, and not rounded. */
static void put_number(struct json *j, const struct field *f, struct str value)
{
    char room[DECIMAL_ROOM];
    struct str unit;
    double v;

    if (!decimal_parse(value, &v, NULL))
        return;
    v = value_shown(f, v, &unit);
    if (isfinite(v))
        json_raw(j, "number", decimal_shortest(v, room));
}

static void put_field(struct json *j, struct arena *a, const struct field *f,
                      struct str value)
{
    struct str unit = NO_STR, text = value_text(a, f, value, &unit);
    char number[12];

    snprintf(number, sizeof number, "%d", f->number);
    json_open(j, number, '{');
    json_text(j, "text", text);
    json_text(j, "unit", unit.p ? unit : STR(""));
    put_number(j, f, value);
    json_close(j, '}');
}

void event_of_reading(struct buf *out, struct arena *a,
                      const struct channel *ch, const struct reading *r)
{
    const struct zone *zone = zone_named(ch->zone);
    struct json j = begin(out, "reading");
    char room[MOMENT_ROOM];

    json_int(&j, "channel", ch->id.n);
    json_int(&j, "entry", r->entry);
    json_int(&j, "at", r->at);
    json_text(&j, "iso", moment_iso(r->at, zone_utc(), room));
    json_text(&j, "clock",
              moment_clock(r->at, zone ? zone : zone_utc(), room));
    json_open(&j, "fields", '{');
    for (int i = 0; i < ch->n_fields; i++) {
        const struct field *f = &ch->fields[i];
        struct str value = reading_value(r, f->number);

        if (f->label.n && str_trim(value).n)
            put_field(&j, a, f, value);
    }
    json_close(&j, '}');
    end(&j);
}

void event_of_reset(struct buf *out, struct channel_id id, int64_t entry)
{
    struct json j = begin(out, "reset");

    json_int(&j, "channel", id.n);
    json_int(&j, "entry", entry);
    end(&j);
}

void event_of_hello(struct buf *out, int64_t now, const struct watch *list,
                    int n)
{
    struct json j = begin(out, "hello");
    char number[21];

    json_int(&j, "now", now);
    json_open(&j, "changed", '{');
    for (int i = 0; i < n; i++) {
        snprintf(number, sizeof number, "%" PRId64, list[i].channel.n);
        json_int(&j, number, list[i].updated_at);
    }
    json_close(&j, '}');
    end(&j);
}

void event_of_beat(struct buf *out, int64_t now)
{
    struct json j = begin(out, "beat");

    json_int(&j, "now", now);
    end(&j);
}
