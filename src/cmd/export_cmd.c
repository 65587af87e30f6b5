#include <unistd.h>

#include "base/zone.h"
#include "cmd/channel_find.h"
#include "cmd/cmd.h"
#include "cmd/say.h"
#include "cmd/verbs.h"
#include "core/csv_export.h"

static int export(struct open_store *s, const struct options *o)
{
    struct buf out = { .sink = say_bytes };
    const struct zone *zone;
    struct channel c;
    int status = zone_find(o, STR("UTC"), &zone);

    if (status == CMD_DONE)
        status = channel_find(s, o, &c);
    if (status != CMD_DONE)
        return status;
    enum result rc = db_begin_read(s->db);
    if (rc == OK)
        rc = db_end(s->db, csv_export_all(s->db, &c, zone, &out));
    enum result written = buf_flush(&out);
    buf_free(&out);
    if (rc != OK)
        return store_failed(rc, "the readings cannot be read");
    return written == OK ? CMD_DONE
                         : say_failed("standard output takes nothing more");
}

static const struct verb verbs[] = {
    { NULL, "[ID]", "channel timezone", NEEDS_TO_READ,
      "Prints a channel's readings as CSV, oldest first, in the form of the "
      "hosted\n    service's export; times in UTC unless told otherwise.",
      export },
    { 0 },
};

int export_cmd(int argc, char **argv)
{
    static const struct page page = { "export", verbs };

    return verbs_run(&page, argc, argv);
}
