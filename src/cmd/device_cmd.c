#include "base/moment.h"
#include "cmd/channel_find.h"
#include "cmd/channel_json.h"
#include "cmd/cmd.h"
#include "cmd/say.h"
#include "cmd/verbs.h"

static int add(struct open_store *s, const struct options *o)
{
    struct channel c;
    int status = channel_find(s, o, &c);

    if (status != CMD_DONE)
        return status;
    enum result rc = db_begin(s->db);
    if (rc == OK)
        rc = db_end(s->db, device_put(s->db, c.id, str_of(o->mac), true,
                                      moment_now()));
    if (rc == ERR_INVALID)
        return say_wrong("a device's name is text of 1 to %d bytes",
                         DEVICE_NAME_MAX);
    if (rc == ERR_TOO_BIG)
        return say_failed("channel %lld has %d devices already",
                          (long long)c.id.n, DEVICES_MAX);
    return rc == OK ? CMD_DONE
                    : store_failed(rc, "the device cannot be stored");
}

static int list(struct open_store *s, const struct options *o)
{
    struct channel c;
    struct device *all;
    int n, status = channel_find(s, o, &c);

    if (status != CMD_DONE)
        return status;
    enum result rc = device_list(s->db, s->arena, c.id, &all, &n);
    if (rc != OK)
        return store_failed(rc, "the devices cannot be read");
    for (int i = 0; i < n && status == CMD_DONE; i++) {
        struct buf out = { 0 };
        struct json j = { .out = &out };

        device_json(&j, &all[i]);
        status = say_line(&out);
    }
    return status;
}

static int drop(struct open_store *s, const struct options *o)
{
    struct channel c;
    int status = channel_find(s, o, &c);

    if (status != CMD_DONE)
        return status;
    enum result rc = db_begin(s->db);
    if (rc == OK)
        rc = db_end(s->db, device_remove(s->db, c.id, str_of(o->mac)));
    if (rc == ERR_MISSING || rc == ERR_INVALID)
        return say_failed("channel %lld has no device \"%.80s\"",
                          (long long)c.id.n, o->mac);
    return rc == OK ? CMD_DONE
                    : store_failed(rc, "the device cannot be removed");
}

static const struct verb verbs[] = {
    { "add", "", "channel! mac!", NEEDS_TO_WRITE,
      "From now on the channel accepts this device, and of those that name\n"
      "    themselves only the ones that were added.",
      add },
    { "list", "", "channel!", NEEDS_TO_READ,
      "Prints a JSON object for each device, one a line; those not accepted "
      "were\n    only seen.",
      list },
    { "remove", "", "channel! mac!", NEEDS_TO_WRITE,
      "Forgets a device. When none is left the channel accepts any.", drop },
    { 0 },
};

int device_cmd(int argc, char **argv)
{
    static const struct page page = { "device", verbs };

    return verbs_run(&page, argc, argv);
}
