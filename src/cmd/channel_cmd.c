#include "base/moment.h"
#include "base/zone.h"
#include "cmd/channel_find.h"
#include "cmd/channel_json.h"
#include "cmd/cmd.h"
#include "cmd/field_text.h"
#include "cmd/say.h"
#include "cmd/verbs.h"
#include "core/channel_change.h"
#include "store/account.h"

static int read_fields(struct open_store *s, const struct options *o,
                       struct channel *c)
{
    const char *why;

    c->fields = arena_get(s->arena,
                          (size_t)o->n_fields * sizeof *c->fields);
    c->n_fields = o->n_fields;
    for (int i = 0; i < o->n_fields; i++) {
        if (!field_text_read(str_of(o->field[i]), &c->fields[i], &why))
            return say_wrong("--field \"%.80s\" %s", o->field[i], why);
        for (int k = 0; k < i; k++)
            if (c->fields[k].number == c->fields[i].number)
                return say_wrong("field %d is given twice",
                                 c->fields[i].number);
    }
    return CMD_DONE;
}

static int describe(struct open_store *s, const struct options *o,
                    struct channel *c)
{
    struct account owner;
    const struct zone *zone;
    int status = zone_find(o, STR("UTC"), &zone);

    if (status != CMD_DONE)
        return status;
    *c = (struct channel){
        .name = str_of(o->name),
        .description = str_of(o->description),
        .zone = o->timezone ? str_of(o->timezone) : STR("UTC"),
        .is_public = o->is_public,
        .created_at = moment_now(),
    };
    c->updated_at = c->created_at;
    status = read_fields(s, o, c);
    if (status != CMD_DONE)
        return status;
    enum result rc
        = account_named(s->db, s->arena, str_of(o->owner), &owner);
    if (rc == ERR_MISSING)
        return say_failed("there is no account \"%.80s\"", o->owner);
    c->owner = owner.id;
    return rc == OK ? CMD_DONE
                    : store_failed(rc, "the accounts cannot be read");
}

static enum result store(struct open_store *s, struct channel *c,
                         struct channel_keys *made)
{
    enum result rc = db_begin(s->db);

    if (rc != OK)
        return rc;
    return db_end(s->db, channel_make(s->db, s->secret, s->arena, c, made));
}

static int add(struct open_store *s, const struct options *o)
{
    struct channel c;
    struct channel_keys made;
    struct buf out = { 0 };
    struct json j = { .out = &out };
    int status = describe(s, o, &c);

    if (status != CMD_DONE)
        return status;
    enum result rc = store(s, &c, &made);
    if (rc == ERR_TOO_BIG)
        return say_wrong("a name, a label or a unit has at most %d bytes, a "
                         "description %d",
                         CHANNEL_TEXT_MAX, CHANNEL_LONG_MAX);
    if (rc == ERR_GARBLED)
        return say_wrong("one of the texts is not valid UTF-8");
    if (rc == OK)
        rc = channel_get(s->db, s->arena, c.id, &c); /* the name it got */
    if (rc != OK)
        return store_failed(rc, "the channel cannot be stored");
    json_open(&j, NULL, '{');
    json_int(&j, "id", c.id.n);
    json_text(&j, "name", c.name);
    json_text(&j, "write_key", made.write);
    json_text(&j, "read_key", made.read);
    json_close(&j, '}');
    return say_line(&out);
}

static int list(struct open_store *s, const struct options *o)
{
    struct channel_query q = { 0 };
    struct channel *all;
    int n, status = CMD_DONE;
    enum result rc = channel_list(s->db, s->arena, &q, &all, &n, NULL);

    (void)o;
    if (rc != OK)
        return store_failed(rc, "the channels cannot be read");
    for (int i = 0; i < n && status == CMD_DONE; i++) {
        struct buf out = { 0 };
        struct json j = { .out = &out };

        channel_line_json(&j, &all[i]);
        status = say_line(&out);
    }
    return status;
}

static int show(struct open_store *s, const struct options *o)
{
    struct channel c;
    struct buf out = { 0 };
    struct json j = { .out = &out };
    int status = channel_find(s, o, &c);

    if (status != CMD_DONE)
        return status;
    enum result rc = channel_json(&j, s, &c);
    return rc == OK ? say_line(&out)
                    : store_failed(rc, "the channel cannot be read");
}

static int drop(struct open_store *s, const struct options *o)
{
    struct channel c;
    int status = channel_find(s, o, &c);

    if (status != CMD_DONE)
        return status;
    if (c.last_entry > 0 && !o->yes)
        return say_failed("channel %lld \"%.*s\" has %lld reading%s, which "
                          "would be lost; --yes removes it all the same",
                          (long long)c.id.n, STR_FMT(c.name),
                          (long long)c.last_entry,
                          c.last_entry == 1 ? "" : "s");
    enum result rc = db_begin(s->db);
    if (rc == OK)
        rc = db_end(s->db, channel_remove(s->db, c.id));
    return rc == OK ? CMD_DONE
                    : store_failed(rc, "the channel cannot be removed");
}

static const struct verb verbs[] = {
    { "add", "", "owner! name! field public timezone description",
      NEEDS_TO_WRITE | NEEDS_SECRET,
      "Makes a channel and prints one JSON object: id, name, write_key and\n"
      "    read_key. Without any --field, field 1 is \"Field Label 1\".",
      add },
    { "list", "", "", NEEDS_TO_READ,
      "Prints a JSON object for each channel, one a line.", list },
    { "show", "[ID]", "channel", NEEDS_TO_READ | NEEDS_SECRET,
      "Prints all about a channel, its keys too, as one JSON object.", show },
    { "remove", "[ID]", "channel yes", NEEDS_TO_WRITE,
      "Removes a channel with its keys and devices; one that has readings "
      "only\n    with --yes.",
      drop },
    { 0 },
};

int channel_cmd(int argc, char **argv)
{
    static const struct page page = { "channel", verbs };

    return verbs_run(&page, argc, argv);
}
