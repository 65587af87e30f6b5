#include "web/channel_form.h"

#include <stdio.h>

#include "base/form.h"
#include "base/zone.h"
#include "base/zone_list.h"
#include "core/channel_change.h"

enum { ROWS_LEAST = 3, ROWS_SPARE = 2, ROWS_MORE = 8 };

enum { HEX_COLOUR = 7 };

static struct str join_tags(struct arena *a, const struct channel *ch)
{
    struct str all = STR("");

    for (int i = 0; i < ch->n_tags; i++)
        all = arena_printf(a, "%.*s%s%.*s", STR_FMT(all), i ? ", " : "",
                           STR_FMT(ch->tags[i].name));
    return all;
}

/* Room for what is there and for a few more. */
static void count_rows(struct channel_form *f, int64_t asked)
{
    int rows = ROWS_LEAST;

    for (int i = 0; i < CHANNEL_FIELDS; i++)
        if (f->row[i].label.n > 0 && rows < i + 1 + ROWS_SPARE)
            rows = i + 1 + ROWS_SPARE;
    if (asked > rows)
        rows = asked < CHANNEL_FIELDS ? (int)asked : CHANNEL_FIELDS;
    f->rows = rows < CHANNEL_FIELDS ? rows : CHANNEL_FIELDS;
}

void channel_form_of(struct channel_form *f, struct arena *a,
                     const struct channel *ch)
{
    *f = (struct channel_form){
        .name = ch->name,
        .description = ch->description,
        .tags = join_tags(a, ch),
        .url = ch->url,
        .metadata = ch->metadata,
        .latitude = ch->latitude,
        .longitude = ch->longitude,
        .elevation = ch->elevation,
        .zone = ch->zone,
        .is_public = ch->is_public,
    };
    channel_spread_fields(ch, f->row);
    count_rows(f, 0);
}

static struct str typed(const struct params *p, const char *name)
{
    return str_trim(params_form(p, name));
}

static struct str in_row(const struct params *p, const char *name, int number)
{
    char full[16];

    snprintf(full, sizeof full, "%s%d", name, number);
    return typed(p, full);
}

void channel_form_read(struct channel_form *f, struct arena *a,
                       const struct params *p)
{
    int64_t rows = 0;

    *f = (struct channel_form){
        .name = typed(p, "name"),
        .description = form_lines(typed(p, "description"), a),
        .tags = typed(p, "tags"),
        .url = typed(p, "url"),
        .metadata = form_lines(typed(p, "metadata"), a),
        .latitude = typed(p, "latitude"),
        .longitude = typed(p, "longitude"),
        .elevation = typed(p, "elevation"),
        .zone = typed(p, "zone"),
        .is_public = params_find_form(p, "is_public") != NULL,
        .more = params_find_form(p, "more") != NULL,
    };
    for (int i = 0; i < CHANNEL_FIELDS; i++)
        f->row[i] = (struct field){
            .number = i + 1,
            .label = in_row(p, "label", i + 1),
            .unit = in_row(p, "unit", i + 1),
            .display = in_row(p, "display", i + 1),
            .colour = in_row(p, "colour", i + 1),
        };
    if (str_int(typed(p, "rows"), &rows) && f->more && rows >= 0
        && rows < CHANNEL_FIELDS)
        rows += ROWS_MORE;
    count_rows(f, rows);
}

static bool is_colour(struct str s)
{
    static const char digits[] = "0123456789abcdefABCDEF";

    if (s.n != HEX_COLOUR || s.p[0] != '#')
        return false;
    for (size_t i = 1; i < s.n; i++)
        if (!s.p[i] || !strchr(digits, s.p[i]))
            return false;
    return true;
}

static const char *apply_fields(const struct channel_form *f,
                                struct arena *a, struct channel *ch)
{
    struct field all[CHANNEL_FIELDS];

    channel_spread_fields(ch, all);
    for (int i = 0; i < CHANNEL_FIELDS; i++) {
        const struct field *row = &f->row[i];

        if (!row->label.p)
            continue;
        if (row->label.n == 0 && all[i].label.n == 0
            && (row->unit.n > 0 || row->display.n > 0))
            return arena_printf(a, "Field %d has a unit but no label, so it "
                                "would not be shown.", i + 1).p;
        if (row->colour.n > 0 && !is_colour(row->colour))
            return arena_printf(a, "The colour of field %d is not one such as "
                                "#0b6e5c.", i + 1).p;
        all[i] = *row;
    }
    channel_gather_fields(ch, a, all);
    return NULL;
}

static bool is_web_address(struct str s)
{
    return str_starts(s, STR("https://")) || str_starts(s, STR("http://"));
}

static struct str or_none(struct str s)
{
    return s.n > 0 ? s : NO_STR;
}

static const char *check(const struct channel_form *f)
{
    if (f->name.n == 0)
        return "A channel needs a name.";
    if (!zone_named(f->zone))
        return "There is no such time zone. One is called Europe/Berlin, "
               "another UTC.";
    if (!latitude_valid(or_none(f->latitude)))
        return "The latitude is not a number of degrees from -90 to 90.";
    if (!longitude_valid(or_none(f->longitude)))
        return "The longitude is not a number of degrees from -180 to 180.";
    if (f->url.n > 0 && !is_web_address(f->url))
        return "The web address does not begin with https:// or http://.";
    return NULL;
}

const char *channel_form_apply(const struct channel_form *f, struct arena *a,
                               struct channel *ch)
{
    const char *why = check(f);

    if (!why)
        why = apply_fields(f, a, ch);
    if (why)
        return why;
    if (!channel_read_tags(ch, a, f->tags))
        return "There are more than 32 tags.";
    ch->name = f->name;
    ch->description = or_none(f->description);
    ch->metadata = or_none(f->metadata);
    ch->url = or_none(f->url);
    ch->latitude = or_none(f->latitude);
    ch->longitude = or_none(f->longitude);
    ch->elevation = or_none(f->elevation);
    ch->zone = f->zone;
    ch->is_public = f->is_public;
    return NULL;
}

static void put_rows(const struct channel_form *f, struct arena *a,
                     struct values *v)
{
    for (int i = 0; i < f->rows; i++) {
        struct values *row = values_row(v, "fields");

        values_text(row, "number", arena_printf(a, "%d", i + 1));
        values_text(row, "label", f->row[i].label);
        values_text(row, "unit", f->row[i].unit);
        values_text(row, "display", f->row[i].display);
        values_text(row, "colour", f->row[i].colour);
    }
    values_text(v, "rows", arena_printf(a, "%d", f->rows));
    values_flag(v, "may_have_more", f->rows < CHANNEL_FIELDS);
}

/* Is there more in it than a new channel needs? */
static bool is_elaborate(const struct channel_form *f)
{
    for (int i = 0; i < CHANNEL_FIELDS; i++)
        if (f->row[i].display.n > 0 || f->row[i].colour.n > 0)
            return true;
    return f->description.n > 0 || f->tags.n > 0 || f->url.n > 0
           || f->metadata.n > 0 || f->latitude.n > 0 || f->longitude.n > 0
           || f->elevation.n > 0 || !str_is(f->zone, "UTC");
}

void channel_form_put(const struct channel_form *f, struct arena *a,
                      struct values *v)
{
    values_text(v, "form_name", f->name);
    values_text(v, "form_description", f->description);
    values_text(v, "tags", f->tags);
    values_text(v, "url", f->url);
    values_text(v, "metadata", f->metadata);
    values_text(v, "latitude", f->latitude);
    values_text(v, "longitude", f->longitude);
    values_text(v, "elevation", f->elevation);
    values_text(v, "form_zone", f->zone);
    values_flag(v, "is_public", f->is_public);
    values_flag(v, "elaborate", is_elaborate(f));
    put_rows(f, a, v);
    channel_form_put_zones(v);
}

void channel_form_put_zones(struct values *v)
{
    size_t n;
    const struct str *zones = zone_list(&n);

    for (size_t i = 0; i < n; i++)
        values_text(values_row(v, "zones"), "zone_name", zones[i]);
}
