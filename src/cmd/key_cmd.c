#include "base/moment.h"
#include "cmd/channel_find.h"
#include "cmd/channel_json.h"
#include "cmd/cmd.h"
#include "cmd/say.h"
#include "cmd/verbs.h"
#include "core/secret.h"

static int add(struct open_store *s, const struct options *o)
{
    struct channel c;
    struct str made;
    struct buf out = { 0 };
    struct json j = { .out = &out };

    if (o->write == o->read)
        return say_wrong("a key either writes or reads: --write or --read");
    if (o->key && !key_text_valid(str_of(o->key)))
        return say_wrong("a key is 1 to %d visible ASCII characters",
                         KEY_TEXT_MAX);
    int status = channel_find(s, o, &c);
    if (status != CMD_DONE)
        return status;
    struct key key = { .kind = o->write ? KEY_WRITE : KEY_READ,
                       .channel = c.id,
                       .created_at = moment_now() };
    enum result rc = db_begin(s->db);
    if (rc == OK)
        rc = db_end(s->db, key_issue(s->db, s->secret, s->arena, &key,
                                     str_of(o->key), &made));
    if (rc == ERR_CONFLICT)
        return say_failed("that key is taken already, by this channel or "
                          "another");
    if (rc != OK)
        return store_failed(rc, "the key cannot be stored");
    json_open(&j, NULL, '{');
    json_int(&j, "id", key.id.n);
    json_text(&j, "kind", str_of(key_kind(key.kind)));
    json_text(&j, "key", made);
    json_close(&j, '}');
    return say_line(&out);
}

static int list(struct open_store *s, const struct options *o)
{
    struct channel c;
    struct key *keys;
    int n, status = channel_find(s, o, &c);

    if (status != CMD_DONE)
        return status;
    enum result rc = key_list_channel(s->db, s->arena, c.id, &keys, &n);
    if (rc != OK)
        return store_failed(rc, "the keys cannot be read");
    for (int i = 0; i < n && status == CMD_DONE; i++) {
        struct buf out = { 0 };
        struct json j = { .out = &out };

        key_json(&j, s, &keys[i]);
        status = say_line(&out);
    }
    return status;
}

/* The channel's key of that number or text. */
static enum result find(struct open_store *s, const struct options *o,
                        struct channel_id channel, struct key_id *out)
{
    unsigned char hash[KEY_HASH];
    struct key *keys;
    int n;
    enum result rc = key_list_channel(s->db, s->arena, channel, &keys, &n);

    if (o->key)
        key_hash(str_of(o->key), hash);
    for (int i = 0; i < n && rc == OK; i++) {
        *out = keys[i].id;
        if (o->key ? str_eq(keys[i].hash,
                            (struct str){ (const char *)hash, KEY_HASH })
                   : keys[i].id.n == o->id)
            return OK;
    }
    return rc == OK ? ERR_MISSING : rc;
}

static int drop(struct open_store *s, const struct options *o)
{
    struct channel c;
    struct key_id id;

    if (!o->key == !o->id)
        return say_wrong("which key? Name it by --key or by --id");
    int status = channel_find(s, o, &c);
    if (status != CMD_DONE)
        return status;
    enum result rc = find(s, o, c.id, &id);
    if (rc == OK)
        rc = db_begin(s->db);
    if (rc == OK)
        rc = db_end(s->db, key_remove(s->db, id));
    if (rc == ERR_MISSING)
        return say_failed("channel %lld has no such key", (long long)c.id.n);
    return rc == OK ? CMD_DONE
                    : store_failed(rc, "the key cannot be removed");
}

static const struct verb verbs[] = {
    { "add", "", "channel! write read key", NEEDS_TO_WRITE | NEEDS_SECRET,
      "Adds a key that writes or reads, of one's own choice or generated, "
      "and\n    prints one JSON object: id, kind and key.",
      add },
    { "list", "", "channel!", NEEDS_TO_READ | NEEDS_SECRET,
      "Prints a JSON object for each key, one a line. The key is null when it "
      "was\n    sealed with another secret; hint has its first letters.",
      list },
    { "remove", "", "channel! key id", NEEDS_TO_WRITE,
      "Removes a key: nobody writes or reads with it any more.", drop },
    { 0 },
};

int key_cmd(int argc, char **argv)
{
    static const struct page page = { "key", verbs };

    return verbs_run(&page, argc, argv);
}
