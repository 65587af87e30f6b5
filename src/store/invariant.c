#include "store/invariant.h"

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
const struct invariant invariants[] = {
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
    { "every document is one account's or one session's",
      { "SELECT COUNT(*), MIN(id) FROM document"
        " WHERE (account IS NULL) = (session IS NULL)" } },
    { "what all documents come to is right",
      { "SELECT COUNT(*), MIN(bytes) FROM document_total WHERE bytes <>"
        " (SELECT COALESCE(SUM(size), 0) FROM document)" } },
    { NULL, { NULL } },
};

const struct sql *const invariant_sql[] = {
    &invariants[0].sql, &invariants[1].sql, &invariants[2].sql,
    &invariants[3].sql, &invariants[4].sql, &invariants[5].sql,
    &invariants[6].sql, &invariants[7].sql, &invariants[8].sql,
    NULL
};

enum result invariant_broken(struct db *db, const struct invariant *i,
                             int64_t *n, int64_t *first)
{
    struct rows q;

    *n = *first = 0;
    for (db_query(db, &i->sql, NO_ARGS, &q); rows_next(&q);) {
        *n = rows_int(&q, 0);
        *first = rows_int(&q, 1);
    }
    return rows_end(&q);
}
