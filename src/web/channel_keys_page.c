/* channel_keys_page.c -- a channel's keys, with addresses to copy. */
#include "base/form.h"
#include "base/json.h"
#include "base/zone.h"
#include "core/secret.h"
#include "core/writer.h"
#include "store/channel.h"
#include "store/device.h"
#include "web/channel_nav.h"
#include "web/entry_params.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/wording.h"

enum { KEYS_MOST = 100 }; /* of a channel, when a page adds one */

/* What the addresses are filled in with; key is escaped. */
struct example {
    struct arena *arena;
    struct str origin, station, key;
    long long channel;
    int field;
};

static void put_address(struct values *key, const char *what,
                        struct str address)
{
    struct values *row = values_row(key, "addresses");

    values_text(row, "what", str_of(what));
    values_text(row, "address", address);
}

static struct str bulk_body(const struct example *e, struct str key)
{
    struct buf b = { 0 };
    struct json j = { .out = &b };
    char name[] = "field1";

    name[5] = (char)('0' + e->field);
    json_open(&j, NULL, '{');
    json_text(&j, "write_api_key", key);
    json_open(&j, "updates", '[');
    json_open(&j, NULL, '{');
    json_text(&j, "created_at", STR("2026-01-31T12:00:00Z"));
    json_text(&j, name, STR("21.5"));
    json_close(&j, '}');
    json_close(&j, ']');
    json_close(&j, '}');
    struct str body = arena_copy(e->arena, buf_str(&b));
    buf_free(&b);
    return body;
}

static void put_write(struct values *v, const struct example *e,
                      struct str key)
{
    put_address(v, "Send a reading",
                arena_printf(e->arena, "%.*s/update?api_key=%.*s&field%d=21.5",
                             STR_FMT(e->origin), STR_FMT(e->key), e->field));
    put_address(v, "The same with a station\u2019s name, all in the path",
                arena_printf(e->arena,
                             "%.*s/update/API_key=%.*s/mac=%.*s/field=%d/"
                             "data=21.5",
                             STR_FMT(e->origin), STR_FMT(e->key),
                             STR_FMT(e->station), e->field));
    put_address(v, "Send many at once: POST to",
                arena_printf(e->arena,
                             "%.*s/channels/%lld/bulk_update.json",
                             STR_FMT(e->origin), e->channel));
    put_address(v, "with this, as application/json", bulk_body(e, key));
}

static void put_read(struct values *v, const struct example *e)
{
    put_address(v, "The newest readings",
                arena_printf(e->arena,
                             "%.*s/channels/%lld/feeds.json?results=10&"
                             "api_key=%.*s",
                             STR_FMT(e->origin), e->channel,
                             STR_FMT(e->key)));
    put_address(v, "The last value",
                arena_printf(e->arena,
                             "%.*s/channels/%lld/fields/%d/last.txt?"
                             "api_key=%.*s",
                             STR_FMT(e->origin), e->channel, e->field,
                             STR_FMT(e->key)));
    put_address(v, "The channel\u2019s page, for whom you trust",
                arena_printf(e->arena, "%.*s/channels/%lld?api_key=%.*s",
                             STR_FMT(e->origin), e->channel,
                             STR_FMT(e->key)));
}

static void put_key(struct call *c, struct values *v, const struct key *key,
                    struct example *e, bool only_one)
{
    struct str text = key_text(c->app->secret, c->arena, key);
    struct values *row = values_row(v, "keys");

    values_text(row, "key_id",
                arena_printf(c->arena, "%lld", (long long)key->id.n));
    values_flag(row, "writes", key->kind == KEY_WRITE);
    values_flag(row, "only_write_key", key->kind == KEY_WRITE && only_one);
    values_flag(row, "readable", text.p != NULL);
    values_text(row, "key", text);
    values_text(row, "hint", key->hint);
    wording_moment(c->arena, row, "since_iso", "since", key->created_at,
                   zone_named(c->channel->zone));
    if (!text.p)
        return;
    e->key = form_escape(text, c->arena);
    if (key->kind == KEY_WRITE)
        put_write(row, e, text);
    else
        put_read(row, e);
}

/* A field and a station that the channel takes. */
static enum result find_example(struct call *c, struct example *e)
{
    const struct channel *ch = c->channel;
    struct device *list;
    int n;

    *e = (struct example){
        .arena = c->arena,
        .origin = page_origin(c),
        .station = STR("my-station"),
        .channel = (long long)ch->id.n,
        .field = 1,
    };
    if (ch->n_fields > 0 && ch->fields[0].number <= DIALECT_FIELDS)
        e->field = ch->fields[0].number;
    enum result rc = device_list(c->db, c->arena, ch->id, &list, &n);
    for (int i = 0; rc == OK && i < n; i++)
        if (list[i].accepted) {
            e->station = form_escape(list[i].name, c->arena);
            break;
        }
    return rc;
}

static enum result show(struct call *c, const char *why)
{
    struct values *v = values_new(c->arena);
    struct example e;
    struct key *list;
    int n, writing = 0;
    enum result rc
        = key_list_channel(c->db, c->arena, c->channel->id, &list, &n);

    if (rc == OK)
        rc = find_example(c, &e);
    if (rc != OK)
        return rc;
    for (int i = 0; i < n; i++)
        writing += list[i].kind == KEY_WRITE;
    for (int i = 0; i < n; i++)
        put_key(c, v, &list[i], &e, writing == 1);
    values_flag(v, "any", n > 0);
    values_flag(v, "mute", writing == 0);
    values_flag(v, "is_public", c->channel->is_public);
    values_text(v, "flash", str_of(why));
    if (why) {
        values_text(v, "typed", params_form(&c->params, "text"));
        values_flag(v, "typed_read",
                    str_is(params_form(&c->params, "kind"), "read"));
    }
    channel_nav_put(c, v, c->channel, "keys", "Keys");
    return page_show(c, "channel_keys", v);
}

enum result channel_keys_page(struct call *c)
{
    return show(c, NULL);
}

struct key_change {
    struct job job; /* first */
    struct call *c;
    struct key key;  /* the new one */
    struct str text; /* its own choice of text; p NULL: generated */
    struct key_id old;
};

/* The channel's key of that number. */
static enum result find(struct db *db, const struct key_change *ch,
                        enum key_kind *kind)
{
    struct key *list;
    int n;
    enum result rc = key_list_channel(db, ch->c->arena, ch->c->channel->id,
                                      &list, &n);

    for (int i = 0; rc == OK && i < n; i++)
        if (list[i].id.n == ch->old.n) {
            *kind = list[i].kind;
            return OK;
        }
    return rc == OK ? ERR_MISSING : rc;
}

static enum result issue(struct db *db, struct key_change *ch)
{
    struct str made;

    return key_issue(db, ch->c->app->secret, ch->c->arena, &ch->key, ch->text,
                     &made);
}

static enum result do_add(struct db *db, struct job *job)
{
    struct key_change *ch = (struct key_change *)job;
    struct key *list;
    int n;
    enum result rc = key_list_channel(db, ch->c->arena, ch->key.channel,
                                      &list, &n);

    if (rc == OK && n >= KEYS_MOST)
        rc = ERR_TOO_BIG;
    return rc == OK ? issue(db, ch) : rc;
}

static enum result do_renew(struct db *db, struct job *job)
{
    struct key_change *ch = (struct key_change *)job;
    enum result rc = find(db, ch, &ch->key.kind);

    if (rc == OK)
        rc = key_remove(db, ch->old);
    return rc == OK ? issue(db, ch) : rc;
}

static enum result do_remove(struct db *db, struct job *job)
{
    struct key_change *ch = (struct key_change *)job;
    enum key_kind kind;
    enum result rc = find(db, ch, &kind);

    return rc == OK ? key_remove(db, ch->old) : rc;
}

static const char *read_new(struct call *c, struct key_change *ch)
{
    struct str kind = params_form(&c->params, "kind");
    struct str text = str_trim(params_form(&c->params, "text"));

    if (!str_is(kind, "write") && !str_is(kind, "read"))
        return "What may the key do? Choose write or read.";
    ch->key.kind = str_is(kind, "write") ? KEY_WRITE : KEY_READ;
    if (text.n == 0)
        return NULL;
    ch->text = text;
    return key_text_valid(text) ? NULL
                                : "A key is 1 to 64 visible ASCII characters, "
                                  "without spaces.";
}

static const char *refusal(enum result rc)
{
    if (rc == ERR_CONFLICT)
        return "That key is taken already, by this channel or another.";
    if (rc == ERR_TOO_BIG)
        return "The channel has 100 keys already. Remove one first.";
    return NULL;
}

enum result channel_keys_post(struct call *c)
{
    struct str action = params_form(&c->params, "action");
    struct key_change change = {
        .c = c,
        .key = { .channel = c->channel->id, .created_at = c->req->at },
    };
    const char *why = NULL;

    if (str_is(action, "add")) {
        change.job.do_it = do_add;
        why = read_new(c, &change);
    } else if (str_int(params_form(&c->params, "key"), &change.old.n)) {
        change.job.do_it = str_is(action, "renew")    ? do_renew
                           : str_is(action, "remove") ? do_remove
                                                      : NULL;
    }
    if (!change.job.do_it)
        return ERR_INVALID;
    enum result rc = why ? ERR_INVALID
                         : writer_do(c->app->writer, &change.job);
    why = why ? why : refusal(rc);
    if (why)
        return show(c, why);
    if (rc != OK)
        return rc;
    c->keys_changed = true;
    return channel_redirect(c, c->channel->id, "/keys");
}
