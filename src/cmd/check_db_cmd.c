#include "cmd/cmd.h"
#include "cmd/say.h"
#include "cmd/verbs.h"
#include "db/migrate.h"
#include "store/statements.h"

/* The channels that a table speaks of, found by leaps along its index. */
#define CHANNELS_OF(table)                                            \
    "WITH RECURSIVE seen (n) AS (SELECT MIN(channel) FROM " table     \
    " UNION ALL SELECT (SELECT MIN(channel) FROM " table              \
    " WHERE channel > n) FROM seen WHERE n IS NOT NULL)"              \
    " SELECT COUNT(*), MIN(n) FROM seen WHERE n IS NOT NULL"          \
    " AND n NOT IN (SELECT id FROM channel)"

/* What must hold, each as a question that gives for how many it does not, and
 * the number of the first of them. That no entry number is there twice is a
 * promise of the index that the first one counts in. */
static const struct invariant {
    const char *what;
    struct sql sql;
} invariants[] = {
    { "entry numbers run from 1 to the last, without a gap",
      { "SELECT COUNT(*), MIN(channel) FROM progress p WHERE last_entry <>"
        " (SELECT COUNT(*) FROM reading r WHERE r.channel = p.channel)"
        " OR last_entry <> (SELECT COALESCE(MAX(entry), 0) FROM reading r"
        " WHERE r.channel = p.channel)"
        " OR 1 > (SELECT MIN(entry) FROM reading r"
        " WHERE r.channel = p.channel)" } },
    { "every reading belongs to a channel", { CHANNELS_OF("reading") } },
    { "every summary belongs to a channel", { CHANNELS_OF("summary") } },
    { "every field, device, key and tag belongs to a channel",
      { "SELECT COUNT(*), MIN(x.channel) FROM (SELECT channel FROM field"
        " UNION SELECT channel FROM device UNION SELECT channel FROM progress"
        " UNION SELECT channel FROM channel_tag"
        " UNION SELECT channel FROM key WHERE channel IS NOT NULL) x"
        " WHERE NOT EXISTS (SELECT 1 FROM channel WHERE id = x.channel)" } },
    { "every channel counts its entries",
      { "SELECT COUNT(*), MIN(c.id) FROM channel c WHERE NOT EXISTS"
        " (SELECT 1 FROM progress WHERE channel = c.id)" } },
    { "every channel has an owner",
      { "SELECT COUNT(*), MIN(c.id) FROM channel c WHERE NOT EXISTS"
        " (SELECT 1 FROM account WHERE id = c.owner)" } },
    { "every key opens a channel or an account",
      { "SELECT COUNT(*), MIN(k.id) FROM key k WHERE"
        " (k.kind IN (1, 2) AND k.account IS NULL"
        " AND k.channel IS NOT NULL) = (k.kind = 3 AND k.channel IS NULL"
        " AND EXISTS (SELECT 1 FROM account WHERE id = k.account))" } },
};

enum { INVARIANTS = sizeof invariants / sizeof *invariants };

static int report(const char *what, bool good, const char *trouble)
{
    struct buf out = { 0 };

    buf_printf(&out, "%-4s %s%s%s", good ? "ok" : "BAD", what,
               good ? "" : ": ", good ? "" : trouble);
    int status = say_line(&out);
    return good ? status : CMD_FAILED;
}

static int check_version(struct open_store *s)
{
    char trouble[80];
    int version, latest;
    enum result rc = db_version(s->db, &version, &latest);

    if (rc != OK)
        return report("the tables are there", false, result_words(rc));
    snprintf(trouble, sizeof trouble, "they are version %d, of %d", version,
             latest);
    return report("the tables are up to date", version == latest, trouble);
}

static int check_statements(struct open_store *s)
{
    char trouble[80];
    int n = 0, bad = 0;
    const char *file = "";

    for (const struct statements *f = all_statements; f->file; f++)
        for (int i = 0; f->list[i]; i++) {
            n++;
            if (db_prepares(s->db, f->list[i]) != OK) {
                bad++;
                file = f->file;
            }
        }
    snprintf(trouble, sizeof trouble, "%d of %d do not, one about %s", bad, n,
             file);
    return report("every statement fits the tables", bad == 0, trouble);
}

static int check_integrity(struct open_store *s)
{
    enum result rc = db_integrity(s->db);

    return report("the database is whole", rc == OK, result_words(rc));
}

static int check_invariant(struct open_store *s, const struct invariant *i)
{
    char trouble[80];
    int64_t bad = 0, first = 0;
    struct rows q;

    for (db_query(s->db, &i->sql, NO_ARGS, &q); rows_next(&q);) {
        bad = rows_int(&q, 0);
        first = rows_int(&q, 1);
    }
    enum result rc = rows_end(&q);
    if (rc != OK)
        return report(i->what, false, result_words(rc));
    snprintf(trouble, sizeof trouble, "not so for %lld, the first is %lld",
             (long long)bad, (long long)first);
    return report(i->what, bad == 0, trouble);
}

static int check(struct open_store *s, const struct options *o)
{
    int status = open_database(s, DB_READ);

    (void)o;
    if (status != CMD_DONE)
        return status;
    status = check_version(s);
    if (status != CMD_DONE)
        return status;
    status |= check_statements(s);
    status |= check_integrity(s);
    enum result rc = db_begin_read(s->db);
    if (rc != OK)
        return store_failed(rc, "the database cannot be read");
    for (int i = 0; i < INVARIANTS; i++)
        status |= check_invariant(s, &invariants[i]);
    rc = db_end(s->db, OK);
    return rc == OK ? status : CMD_FAILED;
}

static const struct verb verbs[] = {
    { NULL, "", "", NEEDS_NOTHING,
      "Looks whether the tables are up to date, every statement fits them, "
      "the\n    file or cluster is whole, and what must hold of the readings "
      "does. A line\n    for each; exit 1 when one is bad.",
      check },
    { 0 },
};

int check_db_cmd(int argc, char **argv)
{
    static const struct page page = { "check-db", verbs };

    return verbs_run(&page, argc, argv);
}
