#include "store/row.h"

struct str row_text(const struct rows *q, int col, struct arena *a)
{
    struct str s = rows_text(q, col);

    return s.p ? arena_copy(a, s) : NO_STR;
}

struct str row_bytes(const struct rows *q, int col, struct arena *a)
{
    struct str s = rows_bytes(q, col);

    return s.p ? arena_copy(a, s) : NO_STR;
}

/* Doubles at each power of two; the arena keeps the old ones until it ends. */
void *row_room(struct arena *a, void *list, int n, size_t size)
{
    if (n & (n - 1))
        return list;
    void *larger = arena_get(a, (n ? (size_t)n * 2 : 1) * size);
    if (n)
        memcpy(larger, list, (size_t)n * size);
    return larger;
}

enum result row_expect(struct db *db, const struct sql *sql, struct args args)
{
    struct rows q;
    bool found = false;

    for (db_query(db, sql, args, &q); rows_next(&q);)
        found = true;
    enum result rc = rows_end(&q);
    return rc == OK && !found ? ERR_MISSING : rc;
}

enum result row_number(struct db *db, const struct sql *sql, struct args args,
                       int64_t *out)
{
    struct rows q;
    bool found = false;

    for (db_query(db, sql, args, &q); rows_next(&q); found = true)
        if (!found)
            *out = rows_int(&q, 0);
    enum result rc = rows_end(&q);
    return rc == OK && !found ? ERR_MISSING : rc;
}

enum result row_check(struct str s, size_t max)
{
    if (s.n > max)
        return ERR_TOO_BIG;
    return str_is_text(s) ? OK : ERR_GARBLED;
}
