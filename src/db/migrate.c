#include "db/migrate.h"

#include <assert.h>
#include <stdio.h>

#include "base/log.h"
#include "base/moment.h"
#include "db/driver.h"

enum { NAME_ROOM = 64 };

static const struct sql newest_sql = {
    "SELECT coalesce(max(number), 0) FROM migration"
};

static const struct sql record_sql = {
    "INSERT INTO migration (number, name, at) VALUES ($1, $2, $3)"
};

static const char table[] = "CREATE TABLE IF NOT EXISTS migration (\n"
                            "    number $INT NOT NULL PRIMARY KEY,\n"
                            "    name TEXT NOT NULL,\n"
                            "    at $INT NOT NULL\n"
                            ")$STRICT;";

static enum result version(struct db *db, int *out)
{
    struct rows q;
    bool is_there = false;

    *out = 0;
    for (db_query(db, &db->driver->has_table, ARGS(TEXT(STR("migration"))),
                  &q);
         rows_next(&q);)
        is_there = true;
    enum result rc = rows_end(&q);
    if (rc != OK || !is_there)
        return rc;
    for (db_query(db, &newest_sql, NO_ARGS, &q); rows_next(&q);)
        *out = (int)rows_int(&q, 0);
    return rows_end(&q);
}

static int latest(void)
{
    int n = 0;

    for (const struct migration *m = migrations; m->number; m++)
        n = m->number;
    return n;
}

enum result db_version(struct db *db, int *out, int *newest)
{
    *newest = latest();
    return version(db, out);
}

/* Another process may have done it while this one waited. */
static enum result step(struct db *db, const struct migration *m)
{
    int now;
    enum result rc = db_script(db, db->driver->lock);

    if (rc == OK)
        rc = version(db, &now);
    if (rc != OK || now >= m->number)
        return rc;
    if ((rc = db_script(db, table)) != OK
        || (rc = db_script(db, m->text)) != OK)
        return rc;
    return db_run(db, &record_sql,
                  ARGS(INT(m->number), TEXT(str_of(m->name)),
                       INT(moment_now())));
}

enum result db_migrate(struct db *db)
{
    int now;
    enum result rc = version(db, &now);

    for (const struct migration *m = migrations; rc == OK && m->number; m++) {
        if (m->number <= now)
            continue;
        rc = db_begin(db);
        if (rc == OK)
            rc = db_end(db, step(db, m));
        if (rc == OK && now > 0) /* a new database is no news */
            log_info("db.migrate", "number=%d name=%s", m->number, m->name);
    }
    if (rc == OK && (rc = version(db, &now)) == OK && now > latest()) {
        log_fail("db.migrate", "reason=\"the database is newer\" number=%d",
                 now);
        rc = ERR_CONFLICT;
    }
    return rc;
}

/* The name that a line of a migration creates, and what it is. */
static bool created(struct str line, const char **kind, struct str *name)
{
    static const char *const kinds[] = { "TABLE", "VIEW" };

    for (int i = 0; i < 2; i++) {
        struct str rest = line;

        if (!str_is(str_cut(&rest, ' '), "CREATE")
            || !str_is(str_cut(&rest, ' '), kinds[i]))
            continue;
        *kind = kinds[i];
        *name = str_cut(&rest, ' ');
        return true;
    }
    return false;
}

/* Last made, first dropped: nothing that is left refers to what goes. */
static enum result drop(struct db *db, struct str script)
{
    const char *kind;
    struct str name, line = str_cut(&script, '\n');
    char text[NAME_ROOM * 2];

    if (!line.p)
        return OK;
    enum result rc = drop(db, script);
    if (rc != OK || !created(line, &kind, &name))
        return rc;
    assert(name.n < NAME_ROOM);
    snprintf(text, sizeof text, "DROP %s IF EXISTS %.*s", kind, STR_FMT(name));
    return db_script(db, text);
}

static enum result drop_all(struct db *db)
{
    int now;
    enum result rc = db_script(db, db->driver->lock);

    if (rc == OK)
        rc = version(db, &now);
    if (rc != OK || now == 0)
        return rc;
    int n = 0;
    while (migrations[n].number && migrations[n].number <= now)
        n++;
    while (rc == OK && n > 0)
        rc = drop(db, str_of(migrations[--n].text));
    return rc == OK ? db_script(db, "DROP TABLE migration") : rc;
}

enum result db_wipe(struct db *db)
{
    enum result rc = db_begin(db);

    return rc == OK ? db_end(db, drop_all(db)) : rc;
}
