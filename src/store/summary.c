#include "store/summary.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "store/channel.h"
#include "store/reading.h"
#include "store/row.h"
#include "store/statements.h"

/* Hours are summed in runs, so that what waits to be written stays small:
 * at most RUN_HOURS rows for each field. */
enum { RUN_HOURS = 744, CHUNK = 256, COLUMNS = 10, CHANNEL_COST = 8 };

#define RUN_MS ((int64_t)RUN_HOURS * SUMMARY_MS)
#define ALL_FIELDS                                                             \
    "(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,"       \
    "25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,"          \
    "46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64)"

/* Naming the fields lets both databases go straight to the few rows. */
static const struct sql clear_sql = {
    "DELETE FROM summary WHERE channel = $1 AND field IN " ALL_FIELDS
    " AND at >= $2 AND at < $3"};

static const struct sql add_sql = {
    "INSERT INTO summary (channel, field, at, entries, numbers, sum, rest,"
    " low, high, comma) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};

static const struct sql until_sql = {
    "SELECT summed_until FROM progress WHERE channel = $1"};

static const struct sql behind_sql = {
    "SELECT channel FROM progress WHERE summed_until < $1"
    " ORDER BY summed_until LIMIT 1"};

/* Changes nothing, but nobody else adds readings until the commit. */
static const struct sql lock_sql = {
    "UPDATE progress SET last_entry = last_entry WHERE channel = $1"
    " RETURNING summed_until"};

static const struct sql move_sql = {
    "UPDATE progress SET summed_until = $2 WHERE channel = $1"};

#define NEXT                                                                   \
    "SELECT at FROM reading WHERE channel = $1 AND at >= $2 AND at < $3"       \
    " ORDER BY at, entry LIMIT 1"

static const struct sql next_sql = {NEXT};
static const struct sql nth_sql = {NEXT " OFFSET $4"};

static const struct sql count_sql = {
    "SELECT count(*) FROM reading WHERE channel = $1 AND at >= $2 AND at < $3"};

static const struct sql list_sql = {
    "SELECT at, entries, numbers, sum, rest, low, high, comma FROM summary"
    " WHERE channel = $1 AND field = $2 AND at >= $3 AND at < $4 ORDER BY at"};

const struct sql *const summary_sql[] = {
    &clear_sql, &add_sql, &until_sql, &behind_sql, &lock_sql, &move_sql,
    &next_sql,  &nth_sql, &count_sql, &list_sql,   NULL};

static int64_t hour_of(int64_t at)
{
    int64_t past = at % SUMMARY_MS;

    return at - past - (past < 0 ? SUMMARY_MS : 0);
}

/* Adding up. */

struct sums {
    struct summary *done; /* of the hours that are over */
    size_t n, room;
    int64_t hour, entries;
    struct summary now[CHANNEL_FIELDS]; /* of this hour; [0] is field 1 */
};

/* Neumaier's sum. Beyond what a double can hold it stays at the edge, for
 * infinity less infinity would be no number. */
static void add_number(struct summary *s, double v)
{
    double sum = s->sum + v;

    if (!isfinite(sum)) {
        s->sum = copysign(DBL_MAX, sum);
        s->rest = 0;
        return;
    }
    s->rest +=
        fabs(s->sum) >= fabs(v) ? (s->sum - sum) + v : (v - sum) + s->sum;
    s->sum = sum;
}

static void take_value(struct summary *s, struct str text)
{
    double v;

    if (!decimal_parse(text, &v, &s->comma))
        return;
    if (s->numbers++ == 0)
        s->low = s->high = v;
    s->low = fmin(s->low, v);
    s->high = fmax(s->high, v);
    add_number(s, v);
}

static void keep_sum(struct sums *t, int field, struct summary sum)
{
    if (t->n == t->room) {
        t->room = t->room ? t->room * 2 : 64;
        t->done = mem_grow(t->done, t->room * sizeof *t->done);
    }
    sum.field = field;
    sum.at = t->hour;
    sum.entries = t->entries;
    t->done[t->n++] = sum;
}

static void end_hour(struct sums *t)
{
    if (t->entries == 0)
        return;
    keep_sum(t, SUMMARY_ALL, (struct summary){0});
    for (int i = 0; i < CHANNEL_FIELDS; i++)
        if (t->now[i].numbers > 0)
            keep_sum(t, i + 1, t->now[i]);
    memset(t->now, 0, sizeof t->now);
    t->entries = 0;
}

static void take_reading(struct sums *t, const struct reading *r)
{
    int64_t hour = hour_of(r->at);

    if (hour != t->hour)
        end_hour(t);
    t->hour = hour;
    t->entries++;
    for (int i = 0; i < r->n_values; i++)
        take_value(&t->now[r->values[i].field - 1], r->values[i].text);
}

static enum result write_sums(struct db *db, struct channel_id channel,
                              const struct summary *s, size_t n)
{
    struct arg arg[CHUNK][COLUMNS];
    struct args list[CHUNK];
    enum result rc = OK;

    for (size_t at = 0, k; at < n && rc == OK; at += k) {
        for (k = 0; k < CHUNK && at + k < n; k++) {
            const struct summary *e = &s[at + k];
            const struct arg row[COLUMNS] = {
                INT(channel.n),  INT(e->field), INT(e->at),    INT(e->entries),
                INT(e->numbers), REAL(e->sum),  REAL(e->rest), REAL(e->low),
                REAL(e->high),   INT(e->comma)};

            memcpy(arg[k], row, sizeof row);
            list[k] = (struct args){arg[k], COLUMNS};
        }
        rc = db_run_many(db, &add_sql, list, k);
    }
    return rc;
}

/* Sums whole hours, at most RUN_HOURS of them, in place of what was there. */
static enum result sum_run(struct db *db, struct channel_id channel,
                           int64_t from, int64_t until)
{
    struct reading_query q = READINGS_OF(channel);
    struct sums *t;
    struct reading r;

    assert(until - from <= RUN_MS);
    enum result rc =
        db_run(db, &clear_sql, ARGS(INT(channel.n), INT(from), INT(until)));
    if (rc != OK)
        return rc;
    q.from = from;
    q.until = until - 1;
    t = NEW(struct sums);
    struct readings *it = readings_open(db, &q);
    while (readings_next(it, &r))
        take_reading(t, &r);
    end_hour(t);
    rc = readings_end(it);
    if (rc == OK)
        rc = write_sums(db, channel, t->done, t->n);
    free(t->done);
    free(t);
    return rc;
}

/* Late readings. */

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

enum result summary_redo(struct db *db, struct channel_id channel,
                         const int64_t *at, size_t n)
{
    int64_t until, *hour;
    enum result rc = summary_until(db, channel, &until);

    if (rc != OK || n == 0)
        return rc;
    hour = mem_new(n * sizeof *hour);
    for (size_t i = 0; i < n; i++)
        hour[i] = hour_of(at[i]);
    qsort(hour, n, sizeof *hour, by_time);
    for (size_t i = 0, k; rc == OK && i < n && hour[i] < until; i = k) {
        int64_t end = hour[i] + SUMMARY_MS;

        for (k = i + 1; k < n && hour[k] <= end && hour[k] < until &&
                        hour[k] - hour[i] < RUN_MS;
             k++)
            end = hour[k] + SUMMARY_MS;
        rc = sum_run(db, channel, hour[i], end);
    }
    free(hour);
    return rc;
}

/* Going on. */

static enum result move(struct db *db, struct channel_id channel, int64_t until)
{
    return db_run(db, &move_sql, ARGS(INT(channel.n), INT(until)));
}

/* Where a run that begins with the hour start ends, so that it holds about
 * max readings: at the hour in which the next one is. */
static enum result run_end(struct db *db, struct channel_id channel,
                           int64_t start, int64_t until, int max, int64_t *end)
{
    int64_t at;

    *end = until - start < RUN_MS ? until : start + RUN_MS;
    enum result rc =
        row_number(db, &nth_sql,
                   ARGS(INT(channel.n), INT(start), INT(*end), INT(max)), &at);
    if (rc == OK)
        *end = hour_of(at) > start ? hour_of(at) : start + SUMMARY_MS;
    return rc == ERR_MISSING ? OK : rc;
}

/* Some hours of one channel; *cost is about what it took, in readings. */
static enum result advance_one(struct db *db, struct channel_id channel,
                               int64_t until, int max, int64_t *cost)
{
    int64_t from, first, end;
    enum result rc = row_number(db, &lock_sql, ARGS(INT(channel.n)), &from);

    *cost = 0;
    if (rc == ERR_MISSING || (rc == OK && from >= until))
        return OK; /* meanwhile another process has dealt with it */
    if (rc == OK)
        rc = row_number(db, &next_sql,
                        ARGS(INT(channel.n), INT(from), INT(until)), &first);
    if (rc == ERR_MISSING)
        return move(db, channel, until);
    if (rc == OK)
        rc = run_end(db, channel, hour_of(first), until, max, &end);
    if (rc == OK)
        rc = row_number(db, &count_sql,
                        ARGS(INT(channel.n), INT(first), INT(end)), cost);
    if (rc == OK)
        rc = sum_run(db, channel, hour_of(first), end);
    return rc == OK ? move(db, channel, end) : rc;
}

enum result summary_advance(struct db *db, int64_t until, int max, bool *more)
{
    struct channel_id channel;
    int64_t left = max, cost = 0;
    enum result rc = OK;

    until = hour_of(until);
    for (*more = true; rc == OK && left > 0; left -= cost + CHANNEL_COST) {
        rc = row_number(db, &behind_sql, ARGS(INT(until)), &channel.n);
        if (rc == ERR_MISSING) {
            *more = false;
            return OK;
        }
        if (rc == OK)
            rc = advance_one(db, channel, until, max, &cost);
    }
    return rc;
}

enum result summary_until(struct db *db, struct channel_id channel,
                          int64_t *out)
{
    return row_number(db, &until_sql, ARGS(INT(channel.n)), out);
}

/* Reading them. */

struct summaries {
    struct rows q;
    int field;
};

struct summaries *summaries_open(struct db *db, struct channel_id channel,
                                 int field, int64_t from, int64_t until)
{
    struct summaries *it = NEW(struct summaries);

    it->field = field;
    db_query(db, &list_sql,
             ARGS(INT(channel.n), INT(field), INT(from), INT(until)), &it->q);
    return it;
}

bool summaries_next(struct summaries *it, struct summary *out)
{
    if (!rows_next(&it->q))
        return false;
    *out = (struct summary){.at = rows_int(&it->q, 0),
                            .field = it->field,
                            .entries = rows_int(&it->q, 1),
                            .numbers = rows_int(&it->q, 2),
                            .sum = rows_real(&it->q, 3),
                            .rest = rows_real(&it->q, 4),
                            .low = rows_real(&it->q, 5),
                            .high = rows_real(&it->q, 6),
                            .comma = rows_int(&it->q, 7) != 0};
    return true;
}

enum result summaries_end(struct summaries *it)
{
    enum result rc = rows_end(&it->q);

    free(it);
    return rc;
}
