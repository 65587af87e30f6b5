#include "cmd/channel_json.h"

#include "base/moment.h"
#include "base/zone.h"
#include "cmd/open_store.h"
#include "core/secret.h"

const char *key_kind(enum key_kind kind)
{
    switch (kind) {
    case KEY_WRITE:
        return "write";
    case KEY_READ:
        return "read";
    case KEY_USER:
        return "user";
    }
    return "unknown";
}

static void moment_json(struct json *j, const char *key, int64_t at)
{
    char room[MOMENT_ROOM];

    json_text(j, key, moment_iso(at, zone_utc(), room));
}

void key_json(struct json *j, struct open_store *s, const struct key *key)
{
    json_open(j, NULL, '{');
    json_int(j, "id", key->id.n);
    json_text(j, "kind", str_of(key_kind(key->kind)));
    json_text(j, "key",
              s->secret ? key_text(s->secret, s->arena, key) : NO_STR);
    json_text(j, "hint", key->hint);
    json_close(j, '}');
}

void device_json(struct json *j, const struct device *d)
{
    json_open(j, NULL, '{');
    json_text(j, "mac", d->name);
    json_bool(j, "accepted", d->accepted);
    moment_json(j, "first_at", d->first_at);
    json_close(j, '}');
}

static void head_json(struct json *j, const struct channel *c)
{
    json_int(j, "id", c->id.n);
    json_text(j, "name", c->name);
    json_text(j, "owner", c->owner_name);
    json_bool(j, "public", c->is_public);
    json_int(j, "last_entry", c->last_entry);
    moment_json(j, "created_at", c->created_at);
}

void channel_line_json(struct json *j, const struct channel *c)
{
    json_open(j, NULL, '{');
    head_json(j, c);
    json_close(j, '}');
}

static void fields_json(struct json *j, const struct channel *c)
{
    json_open(j, "fields", '[');
    for (int i = 0; i < c->n_fields; i++) {
        json_open(j, NULL, '{');
        json_int(j, "number", c->fields[i].number);
        json_text(j, "label", c->fields[i].label);
        json_text(j, "unit", c->fields[i].unit);
        json_text(j, "display", c->fields[i].display);
        json_close(j, '}');
    }
    json_close(j, ']');
}

enum result channel_json(struct json *j, struct open_store *s,
                         const struct channel *c)
{
    struct key *keys;
    struct device *devices;
    int n_keys, n_devices;
    enum result rc
        = key_list_channel(s->db, s->arena, c->id, &keys, &n_keys);

    if (rc == OK)
        rc = device_list(s->db, s->arena, c->id, &devices, &n_devices);
    if (rc != OK)
        return rc;
    json_open(j, NULL, '{');
    head_json(j, c);
    json_text(j, "timezone", c->zone);
    json_text(j, "description", c->description);
    fields_json(j, c);
    json_open(j, "keys", '[');
    for (int i = 0; i < n_keys; i++)
        key_json(j, s, &keys[i]);
    json_close(j, ']');
    json_open(j, "devices", '[');
    for (int i = 0; i < n_devices; i++)
        device_json(j, &devices[i]);
    json_close(j, ']');
    json_close(j, '}');
    return OK;
}
