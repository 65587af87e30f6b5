#include "web/feed_writer.h"

#include "base/csv.h"
#include "base/moment.h"
#include "base/zone.h"

enum { NAME_ROOM = 8 }; /* fields have two digits at most */

static const char *field_name(int number, char room[static NAME_ROOM])
{
    char *p = room + 5;

    memcpy(room, "field", 5);
    if (number >= 10)
        *p++ = (char)('0' + number / 10);
    *p++ = (char)('0' + number % 10);
    *p = '\0';
    return room;
}

static struct str rounded(struct str text, int decimals,
                          char room[static DECIMAL_ROOM])
{
    bool comma = false;
    double v;

    if (decimals < 0 || !text.p || !decimal_parse(text, &v, &comma))
        return text;
    struct str out = decimal_round(v, decimals, room);
    char *point = comma ? strchr(room, '.') : NULL;
    if (point)
        *point = ',';
    return out;
}

struct entry entry_of(const struct feed_view *v, const struct reading *r,
                      struct rounding *room)
{
    struct entry e = {
        .at = r->at,
        .number = r->entry,
        .latitude = r->latitude,
        .longitude = r->longitude,
        .elevation = r->elevation,
        .status = r->status,
    };

    for (int i = 0; i < v->n_shown; i++)
        e.text[i] = rounded(reading_value(r, v->shown[i]), v->decimals,
                            room->text[i]);
    return e;
}

bool entry_dropped(const struct feed_view *v, const struct reading *r)
{
    double n;

    if (!v->has_min && !v->has_max)
        return false;
    for (int i = 0; i < v->n_shown; i++) {
        struct str s = reading_value(r, v->shown[i]);

        if (s.p && decimal_parse(s, &n, NULL)
            && ((v->has_min && n < v->min) || (v->has_max && n > v->max)))
            return true;
    }
    return false;
}

void callback_open(struct call *c, struct str callback)
{
    if (c->suffix != JSON || !callback.p)
        return;
    response_header(c->res, "Content-Type",
                    STR("application/javascript; charset=utf-8"));
    buf_add(&c->res->body, callback);
    buf_char(&c->res->body, '(');
}

void callback_close(struct call *c, struct str callback)
{
    if (c->suffix == JSON && callback.p)
        buf_char(&c->res->body, ')');
}

/* The channel's coordinates are "0.0" when nobody set them. */
static struct str or_zero(struct str s)
{
    return s.p ? s : STR("0.0");
}

static void channel_json(struct feed_writer *w)
{
    const struct channel *ch = w->channel;
    struct json *j = &w->json;
    char room[MOMENT_ROOM], name[NAME_ROOM];

    json_open(j, "channel", '{');
    if (!w->statuses)
        json_int(j, "id", ch->id.n);
    json_text(j, "name", ch->name);
    if (ch->description.p && !w->statuses)
        json_text(j, "description", ch->description);
    if (w->view->metadata && !w->statuses)
        json_text(j, "metadata", ch->metadata);
    json_text(j, "latitude", or_zero(ch->latitude));
    json_text(j, "longitude", or_zero(ch->longitude));
    for (int i = 0; i < ch->n_fields && !w->statuses; i++)
        if (ch->fields[i].label.n > 0 && ch->fields[i].number <= SHOWN_FIELDS)
            json_text(j, field_name(ch->fields[i].number, name),
                      ch->fields[i].label);
    if (!w->statuses) {
        json_text(j, "created_at",
                  moment_iso(ch->created_at, w->view->zone, room));
        json_text(j, "updated_at",
                  moment_iso(ch->updated_at, w->view->zone, room));
    }
    if (ch->elevation.p)
        json_text(j, "elevation", ch->elevation);
    if (!w->statuses && ch->last_entry)
        json_int(j, "last_entry_id", ch->last_entry);
    else if (!w->statuses)
        json_null(j, "last_entry_id");
    json_close(j, '}');
}

static void channel_xml(struct feed_writer *w)
{
    const struct channel *ch = w->channel;
    struct xml *x = &w->xml;
    char room[MOMENT_ROOM], name[NAME_ROOM];

    if (!w->statuses)
        xml_int(x, "id", ch->id.n);
    xml_text(x, "name", NULL, ch->name);
    if (ch->description.p && !w->statuses)
        xml_text(x, "description", NULL, ch->description);
    if (w->view->metadata && !w->statuses)
        xml_text(x, "metadata", NULL, ch->metadata);
    xml_text(x, "latitude", "decimal", or_zero(ch->latitude));
    xml_text(x, "longitude", "decimal", or_zero(ch->longitude));
    for (int i = 0; i < ch->n_fields && !w->statuses; i++)
        if (ch->fields[i].label.n > 0 && ch->fields[i].number <= SHOWN_FIELDS)
            xml_text(x, field_name(ch->fields[i].number, name), NULL,
                     ch->fields[i].label);
    if (!w->statuses) {
        xml_text(x, "created-at", "dateTime",
                 moment_iso(ch->created_at, w->view->zone, room));
        xml_text(x, "updated-at", "dateTime",
                 moment_iso(ch->updated_at, w->view->zone, room));
    }
    if (ch->elevation.p)
        xml_text(x, "elevation", NULL, ch->elevation);
    if (!w->statuses && ch->last_entry)
        xml_int(x, "last-entry-id", ch->last_entry);
    else if (!w->statuses)
        xml_text(x, "last-entry-id", "integer", NO_STR);
}

static void csv_header(struct feed_writer *w, bool numbered)
{
    struct buf *b = &w->c->res->body;

    buf_add(b, numbered ? STR("created_at,entry_id") : STR("created_at"));
    for (int i = 0; i < w->view->n_shown && w->values; i++)
        buf_printf(b, ",field%d", w->view->shown[i]);
    if (w->view->location)
        buf_add(b, STR(",latitude,longitude,elevation"));
    if (w->view->status || w->statuses)
        buf_add(b, STR(",status"));
    buf_char(b, '\n');
}

static struct feed_writer writer_for(struct call *c, const struct feed_view *v,
                                     const struct channel *ch)
{
    return (struct feed_writer){
        .c = c,
        .view = v,
        .channel = ch,
        .values = true,
        .json = { .out = &c->res->body },
        .xml = { .out = &c->res->body },
    };
}

static void begin(struct feed_writer *w)
{
    switch (w->c->suffix) {
    case CSV:
        csv_header(w, w->view->slice_ms == 0);
        break;
    case XML:
        xml_start(&w->xml);
        xml_open(&w->xml, "channel", NULL);
        channel_xml(w);
        break;
    case PLAIN:
    case TXT:
    case JSON:
        w->c->suffix = JSON;
        callback_open(w->c, w->view->callback);
        json_open(&w->json, NULL, '{');
        channel_json(w);
        json_open(&w->json, "feeds", '[');
        break;
    }
}

void feed_begin(struct feed_writer *w, struct call *c,
                const struct feed_view *v, const struct channel *ch)
{
    *w = writer_for(c, v, ch);
    begin(w);
}

void feed_begin_statuses(struct feed_writer *w, struct call *c,
                         const struct feed_view *v, const struct channel *ch)
{
    *w = writer_for(c, v, ch);
    w->values = false;
    w->statuses = true;
    begin(w);
}

static void entry_json(struct feed_writer *w, const struct entry *e)
{
    struct json *j = &w->json;
    char room[MOMENT_ROOM], name[NAME_ROOM];

    json_open(j, NULL, '{');
    json_text(j, "created_at", moment_iso(e->at, w->view->zone, room));
    if (e->number)
        json_int(j, "entry_id", e->number);
    for (int i = 0; i < w->view->n_shown && w->values; i++)
        json_text(j, field_name(w->view->shown[i], name), e->text[i]);
    if (w->view->location) {
        json_text(j, "latitude", e->latitude);
        json_text(j, "longitude", e->longitude);
        json_text(j, "elevation", e->elevation);
    }
    if (w->view->status || w->statuses)
        json_text(j, "status", e->status);
    json_close(j, '}');
}

static void entry_xml(struct feed_writer *w, const struct entry *e)
{
    struct xml *x = &w->xml;
    char room[MOMENT_ROOM], name[NAME_ROOM];

    xml_open(x, "feed", NULL);
    xml_text(x, "created-at", "dateTime",
             moment_iso(e->at, w->view->zone, room));
    if (e->number)
        xml_int(x, "entry-id", e->number);
    for (int i = 0; i < w->view->n_shown && w->values; i++)
        xml_text(x, field_name(w->view->shown[i], name), NULL, e->text[i]);
    if (w->view->location) {
        xml_text(x, "latitude", "decimal", e->latitude);
        xml_text(x, "longitude", "decimal", e->longitude);
        xml_text(x, "elevation", NULL, e->elevation);
    }
    if (w->view->status || w->statuses)
        xml_text(x, "status", NULL, e->status);
    xml_close(x, "feed");
}

static void cell(struct buf *b, struct str s)
{
    buf_char(b, ',');
    csv_cell(b, s);
}

static void entry_csv(struct feed_writer *w, const struct entry *e)
{
    struct buf *b = &w->c->res->body;
    char room[MOMENT_ROOM];

    buf_add(b, moment_csv(e->at, w->view->zone, room));
    if (e->number) {
        buf_char(b, ',');
        buf_int(b, e->number);
    }
    for (int i = 0; i < w->view->n_shown && w->values; i++)
        cell(b, e->text[i]);
    if (w->view->location) {
        cell(b, e->latitude);
        cell(b, e->longitude);
        cell(b, e->elevation);
    }
    if (w->view->status || w->statuses)
        cell(b, e->status);
    buf_char(b, '\n');
}

void feed_entry(struct feed_writer *w, const struct entry *e)
{
    if (w->c->suffix == XML && !w->any)
        xml_open(&w->xml, "feeds", "array");
    w->any = true;
    if (w->c->suffix == XML)
        entry_xml(w, e);
    else if (w->c->suffix == CSV)
        entry_csv(w, e);
    else
        entry_json(w, e);
}

void feed_end(struct feed_writer *w)
{
    if (w->c->suffix == XML) {
        if (w->any)
            xml_close(&w->xml, "feeds");
        else
            xml_empty(&w->xml, "feeds", "array");
        xml_close(&w->xml, "channel");
    } else if (w->c->suffix == JSON) {
        json_close(&w->json, ']');
        json_close(&w->json, '}');
        callback_close(w->c, w->view->callback);
    }
}

void feed_one(struct call *c, const struct feed_view *v,
              const struct entry *e)
{
    struct feed_writer w = writer_for(c, v, NULL);

    if (c->suffix == XML) {
        xml_start(&w.xml);
        entry_xml(&w, e);
    } else if (c->suffix == CSV) {
        csv_header(&w, e->number != 0);
        entry_csv(&w, e);
    } else {
        c->suffix = JSON;
        callback_open(c, v->callback);
        entry_json(&w, e);
        callback_close(c, v->callback);
    }
}

void feed_nothing(struct call *c, const struct feed_view *v)
{
    callback_open(c, v->callback);
    buf_add(&c->res->body, c->suffix == JSON ? STR("\"-1\"") : STR("-1"));
    callback_close(c, v->callback);
}
