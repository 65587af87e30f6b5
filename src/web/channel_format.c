#include "web/channel_format.h"

#include "base/moment.h"
#include "base/zone.h"
#include "core/secret.h"

/* Rails' rule for the order of the public list. */
static int ranking(const struct channel *ch)
{
    return (ch->name.n ? 15 : 0) + (ch->description.n ? 20 : 0)
           + (ch->latitude.n && ch->longitude.n ? 15 : 0)
           + (ch->url.n ? 15 : 0) + (ch->n_tags ? 20 : 0);
}

static struct str or_zero(struct str s)
{
    return s.p ? s : STR("0.0");
}

struct key_texts {
    struct key *list;
    int n;
};

static enum result read_keys(struct call *c, const struct channel *ch,
                             struct key_texts *k)
{
    *k = (struct key_texts){ 0 };
    return key_list_channel(c->db, c->arena, ch->id, &k->list, &k->n);
}

static void tags_json(struct json *j, const struct channel *ch)
{
    json_open(j, "tags", '[');
    for (int i = 0; i < ch->n_tags; i++) {
        json_open(j, NULL, '{');
        json_int(j, "id", ch->tags[i].id);
        json_text(j, "name", ch->tags[i].name);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void keys_json(struct call *c, struct json *j,
                      const struct key_texts *k)
{
    json_open(j, "api_keys", '[');
    for (int i = 0; i < k->n; i++) {
        json_open(j, NULL, '{');
        json_text(j, "api_key",
                  key_text(c->app->secret, c->arena, &k->list[i]));
        json_bool(j, "write_flag", k->list[i].kind == KEY_WRITE);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void as_json(struct call *c, struct json *j, struct channel_look look,
                    const struct channel *ch, const struct key_texts *k)
{
    char room[MOMENT_ROOM];

    json_open(j, NULL, '{');
    json_int(j, "id", ch->id.n);
    json_text(j, "name", ch->name);
    json_text(j, "description", ch->description);
    json_text(j, "latitude", or_zero(ch->latitude));
    json_text(j, "longitude", or_zero(ch->longitude));
    json_text(j, "created_at", moment_iso(ch->created_at, zone_utc(), room));
    json_text(j, "elevation", ch->elevation);
    if (ch->last_entry)
        json_int(j, "last_entry_id", ch->last_entry);
    else
        json_null(j, "last_entry_id");
    json_bool(j, "public_flag", ch->is_public);
    json_text(j, "url", ch->url);
    json_int(j, "ranking", ranking(ch));
    if (look.user_name)
        json_text(j, "username", ch->owner_name);
    if (look.whole) {
        json_text(j, "metadata", ch->metadata);
        json_int(j, "license_id", 0);
        json_null(j, "github_url");
    }
    tags_json(j, ch);
    if (look.keys)
        keys_json(c, j, k);
    json_close(j, '}');
}

static void tags_xml(struct xml *x, const struct channel *ch)
{
    if (ch->n_tags == 0) {
        xml_empty(x, "tags", "array");
        return;
    }
    xml_open(x, "tags", "array");
    for (int i = 0; i < ch->n_tags; i++) {
        xml_open(x, "tag", NULL);
        xml_int(x, "id", ch->tags[i].id);
        xml_text(x, "name", NULL, ch->tags[i].name);
        xml_close(x, "tag");
    }
    xml_close(x, "tags");
}

static void keys_xml(struct call *c, struct xml *x, const struct key_texts *k)
{
    xml_open(x, "api-keys", "array");
    for (int i = 0; i < k->n; i++) {
        xml_open(x, "api-key", NULL);
        xml_text(x, "api-key", NULL,
                 key_text(c->app->secret, c->arena, &k->list[i]));
        xml_text(x, "write-flag", "boolean",
                 k->list[i].kind == KEY_WRITE ? STR("true") : STR("false"));
        xml_close(x, "api-key");
    }
    xml_close(x, "api-keys");
}

static void as_xml(struct call *c, struct xml *x, struct channel_look look,
                   const struct channel *ch, const struct key_texts *k)
{
    struct str last = ch->last_entry
                          ? arena_printf(c->arena, "%lld",
                                         (long long)ch->last_entry)
                          : NO_STR;
    char room[MOMENT_ROOM];

    xml_open(x, "channel", NULL);
    xml_int(x, "id", ch->id.n);
    xml_text(x, "name", NULL, ch->name);
    xml_text(x, "description", NULL, ch->description);
    xml_text(x, "latitude", "decimal", or_zero(ch->latitude));
    xml_text(x, "longitude", "decimal", or_zero(ch->longitude));
    xml_text(x, "created-at", "dateTime",
             moment_iso(ch->created_at, zone_utc(), room));
    xml_text(x, "elevation", NULL, ch->elevation);
    xml_text(x, "last-entry-id", "integer", last);
    xml_text(x, "public-flag", "boolean",
             ch->is_public ? STR("true") : STR("false"));
    xml_text(x, "url", NULL, ch->url);
    xml_int(x, "ranking", ranking(ch));
    if (look.user_name)
        xml_text(x, "username", NULL, ch->owner_name);
    if (look.whole) {
        xml_text(x, "metadata", NULL, ch->metadata);
        xml_int(x, "license-id", 0);
        xml_text(x, "github-url", NULL, NO_STR);
    }
    tags_xml(x, ch);
    if (look.keys)
        keys_xml(c, x, k);
    xml_close(x, "channel");
}

void channel_list_begin(struct channel_list_writer *w, struct call *c,
                        struct channel_look look)
{
    *w = (struct channel_list_writer){
        .c = c,
        .look = look,
        .json = { .out = &c->res->body },
        .xml = { .out = &c->res->body },
    };
    if (c->suffix != XML)
        c->suffix = JSON;
}

enum result channel_list_write(struct channel_list_writer *w,
                               const struct channel *ch)
{
    struct key_texts k = { 0 };
    enum result rc = w->look.keys ? read_keys(w->c, ch, &k) : OK;

    if (rc != OK)
        return rc;
    if (w->c->suffix == XML)
        as_xml(w->c, &w->xml, w->look, ch, &k);
    else
        as_json(w->c, &w->json, w->look, ch, &k);
    return OK;
}

enum result channel_write(struct call *c, struct channel_look look,
                          const struct channel *ch)
{
    struct channel_list_writer w;

    channel_list_begin(&w, c, look);
    if (c->suffix == XML)
        xml_start(&w.xml);
    return channel_list_write(&w, ch);
}
