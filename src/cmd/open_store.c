#include "cmd/open_store.h"

#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/say.h"
#include "core/secret.h"
#include "db/migrate.h"

struct str database_shown(struct arena *a, const char *url)
{
    struct str s = str_of(url);
    const char *host = strstr(url, "://");
    const char *at = host ? strrchr(host, '@') : NULL;
    const char *colon = at ? strchr(host + 3, ':') : NULL;

    if (!colon || colon > at)
        return s;
    return arena_printf(a, "%.*s:...%s", (int)(colon - url), url, at);
}

int store_failed(enum result rc, const char *what)
{
    if (rc == ERR_BUSY)
        return say_failed("%s: the database is busy, full or away; try again "
                          "shortly",
                          what);
    return say_failed("%s: %s", what, result_words(rc));
}

int open_database(struct open_store *s, enum db_use use)
{
    const char *url = s->config->database;
    enum result rc = db_open(url, use, &s->db);
    struct str shown = database_shown(s->arena, url);

    if (rc == OK)
        return CMD_DONE;
    s->db = NULL;
    if (rc == ERR_INVALID)
        return say_wrong("\"%s\" is no database: it begins with sqlite: or "
                         "postgresql://",
                         shown.p);
    if (rc == ERR_MISSING)
        return say_failed("there is no database %s yet; \"almanac init-db\" "
                          "makes one",
                          shown.p);
    return say_failed("the database %s cannot be opened", shown.p);
}

/* Are the tables there, and as this program knows them? */
static int check_version(struct open_store *s, unsigned needs)
{
    int version, latest;
    enum result rc = db_version(s->db, &version, &latest);

    if (rc != OK)
        return store_failed(rc, "the database cannot be read");
    if (version > latest)
        return say_failed("the database was made by a newer almanac: its "
                          "tables are version %d, this program knows %d",
                          version, latest);
    if (version == 0 && !(needs & MAY_CREATE))
        return say_failed("the database %s has no tables yet; \"almanac "
                          "init-db\" makes them",
                          database_shown(s->arena, s->config->database).p);
    if (version < latest && !(needs & NEEDS_TO_WRITE))
        return say_failed("the database's tables are version %d, of %d; any "
                          "command that changes something, and serve, brings "
                          "them up to date",
                          version, latest);
    if (version == latest)
        return CMD_DONE;
    rc = db_migrate(s->db);
    return rc == OK ? CMD_DONE
                    : store_failed(rc, "the tables cannot be brought up to "
                                       "date");
}

/* A database that is not there is not made by opening it for a change. */
static int open_existing(struct open_store *s, unsigned needs)
{
    if (needs & MAY_CREATE)
        return open_database(s, DB_WRITE);
    int status = open_database(s, DB_READ);
    if (status != CMD_DONE || !(needs & NEEDS_TO_WRITE))
        return status;
    db_close(s->db);
    return open_database(s, DB_WRITE);
}

static int open_secret(struct open_store *s, unsigned needs)
{
    const char *path = s->config->secret;

    if (!(needs & NEEDS_TO_WRITE) && access(path, R_OK) != 0)
        return CMD_DONE;
    enum result rc = secret_open(path, &s->secret);
    if (rc == OK)
        return CMD_DONE;
    s->secret = NULL;
    if (rc == ERR_INVALID)
        return say_failed("%s is not a secret of this program", path);
    return say_failed("the secret %s can be neither read nor made", path);
}

int open_store(struct open_store *s, const struct config *c, unsigned needs)
{
    *s = (struct open_store){ .config = c, .arena = arena_new() };
    int status = CMD_DONE;

    if (needs & (NEEDS_TO_READ | NEEDS_TO_WRITE)) {
        status = open_existing(s, needs);
        if (status == CMD_DONE)
            status = check_version(s, needs);
    }
    if (status == CMD_DONE && (needs & NEEDS_SECRET))
        status = open_secret(s, needs);
    return status;
}

void close_store(struct open_store *s)
{
    db_close(s->db);
    if (s->secret)
        secret_close(s->secret);
    arena_free(s->arena);
}
