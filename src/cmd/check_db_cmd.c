#include "cmd/cmd.h"
#include "cmd/say.h"
#include "cmd/verbs.h"
#include "db/migrate.h"
#include "store/invariant.h"
#include "store/statements.h"

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
    int64_t bad, first;
    enum result rc = invariant_broken(s->db, i, &bad, &first);

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
    for (const struct invariant *i = invariants; i->what; i++)
        status |= check_invariant(s, i);
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
