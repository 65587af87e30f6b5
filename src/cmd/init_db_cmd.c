#include "cmd/cmd.h"
#include "cmd/say.h"
#include "cmd/verbs.h"
#include "db/migrate.h"
#include "store/account.h"
#include "store/channel.h"

struct holdings {
    int64_t accounts, channels, readings;
};

static enum result count(struct open_store *s, struct holdings *h)
{
    struct channel_query q = { 0 };
    struct account *accounts;
    struct channel *channels;
    int n;
    enum result rc = account_list(s->db, s->arena, &accounts, &n);

    if (rc != OK)
        return rc;
    h->accounts = n;
    rc = channel_list(s->db, s->arena, &q, &channels, &n, &h->channels);
    for (int i = 0; i < n && rc == OK; i++)
        h->readings += channels[i].last_entry;
    return rc;
}

static int refuse(struct open_store *s, const struct holdings *h)
{
    return say_failed(
        "%s holds %lld account%s, %lld channel%s and %lld reading%s, which "
        "would be lost; --yes clears it all the same",
        database_shown(s->arena, s->config->database).p,
        (long long)h->accounts, h->accounts == 1 ? "" : "s",
        (long long)h->channels, h->channels == 1 ? "" : "s",
        (long long)h->readings, h->readings == 1 ? "" : "s");
}

/* CMD_DONE when nothing would be lost. */
static int look(struct open_store *s, int version, int latest)
{
    struct holdings h = { 0 };

    if (version == 0)
        return CMD_DONE;
    if (version > latest)
        return say_failed("the database was made by a newer almanac; --yes "
                          "clears it all the same");
    enum result rc = db_migrate(s->db);
    if (rc == OK)
        rc = count(s, &h);
    if (rc != OK)
        return store_failed(rc, "the database cannot be read");
    return h.accounts || h.channels || h.readings ? refuse(s, &h) : CMD_DONE;
}

static int create(struct open_store *s)
{
    struct buf out = { 0 };
    enum result rc = db_wipe(s->db);

    if (rc == OK)
        rc = db_migrate(s->db);
    if (rc != OK)
        return store_failed(rc, "the tables cannot be made");
    buf_add(&out, STR("Initialized the database."));
    return say_line(&out);
}

static int init(struct open_store *s, const struct options *o)
{
    int version, latest;
    int status = open_database(s, DB_WRITE);

    if (status != CMD_DONE)
        return status;
    enum result rc = db_version(s->db, &version, &latest);
    if (rc != OK)
        return store_failed(rc, "the database cannot be read");
    if (!o->yes)
        status = look(s, version, latest);
    return status == CMD_DONE ? create(s) : status;
}

static const struct verb verbs[] = {
    { NULL, "", "yes", NEEDS_NOTHING,
      "Creates the tables. A database that holds accounts, channels or "
      "readings is\n    left alone, and what it holds is named; with --yes it "
      "is cleared first.",
      init },
    { 0 },
};

int init_db_cmd(int argc, char **argv)
{
    static const struct page page = { "init-db", verbs };

    return verbs_run(&page, argc, argv);
}
