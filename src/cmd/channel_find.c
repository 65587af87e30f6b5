#include "cmd/channel_find.h"

#include "base/zone.h"
#include "cmd/cmd.h"
#include "cmd/open_store.h"
#include "cmd/options.h"
#include "cmd/say.h"

int channel_find(struct open_store *s, const struct options *o,
                 struct channel *out)
{
    struct channel_id id = { o->channel };

    if (!id.n && o->n_words == 0)
        return say_wrong("which channel? Its number is missing");
    if (!id.n && (!str_int(str_of(o->word[0]), &id.n) || id.n < 1))
        return say_wrong("a channel is named by its number, not \"%.60s\"",
                         o->word[0]);
    enum result rc = channel_get(s->db, s->arena, id, out);
    if (rc == ERR_MISSING)
        return say_failed("there is no channel %lld", (long long)id.n);
    return rc == OK ? CMD_DONE
                    : store_failed(rc, "the channel cannot be read");
}

int zone_find(const struct options *o, struct str otherwise,
              const struct zone **out)
{
    struct str name = o->timezone ? str_of(o->timezone) : otherwise;

    *out = zone_named(name);
    if (*out)
        return CMD_DONE;
    return say_wrong("there is no time zone \"%.*s\"",
                     STR_FMT(str_cap(name, 60)));
}
