#include "store/summary.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "base/exact_sum.h"
#include "base/mem.h"
#include "store/channel.h"
#include "store/reading.h"
#include "store/row.h"
#include "store/statements.h"
#include "store/summary_pack.h"

/* Hours are summed in runs, so that what waits to be written stays small:
 * at most RUN_HOURS rows for each field. */
enum { RUN_HOURS = 744, CHUNK = 256, COLUMNS = 4, CHANNEL_COST = 8 };

#define RUN_MS ((int64_t)RUN_HOURS * SUMMARY_MS)

static const struct sql clear_sql = {
    "DELETE FROM summary WHERE channel = $1 AND at >= $2 AND at < $3"
};

static const struct sql add_sql = {
    "INSERT INTO summary (channel, at, entries, fields)"
    " VALUES ($1, $2, $3, $4)"
};

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

static const struct sql next_sql = { NEXT };
static const struct sql nth_sql = { NEXT " OFFSET $4" };

static const struct sql count_sql = {
    "SELECT count(*) FROM reading WHERE channel = $1 AND at >= $2 AND at < $3"};

static const struct sql list_sql = {
    "SELECT at, entries, fields FROM summary"
    " WHERE channel = $1 AND at >= $2 AND at < $3 ORDER BY at"
};

const struct sql *const summary_sql[] = {
    &clear_sql, &add_sql, &until_sql, &behind_sql, &lock_sql, &move_sql,
    &next_sql,  &nth_sql, &count_sql, &list_sql,   NULL};

static int64_t hour_of(int64_t at)
{
    int64_t past = at % SUMMARY_MS;

    return at - past - (past < 0 ? SUMMARY_MS : 0);
}

/* Adding up. */

struct summed {
    int64_t at, entries;
    size_t from, n; /* of its fields, packed */
};

struct sums {
    struct summed *done; /* the hours that are over */
    size_t n, room;
    struct buf packed;
    int64_t hour, entries;
    struct summary now[CHANNEL_FIELDS + 1]; /* of this hour, by number */
};

/* Beyond what a double can hold it stays at the edge, for infinity less
 * infinity would be no number. */
static void add_number(struct summary *s, double v)
{
    struct exact_sum sum = { s->sum, s->rest };

    if (!isfinite(s->sum + v)) {
        s->sum = copysign(DBL_MAX, v);
        s->rest = 0;
        return;
    }
    exact_add(&sum, v);
    s->sum = sum.sum;
    s->rest = sum.rest;
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

static void end_hour(struct sums *t)
{
    size_t from = t->packed.n;

    if (t->entries == 0)
        return;
    for (int i = 1; i <= CHANNEL_FIELDS; i++)
        if (t->now[i].numbers > 0)
            summary_pack(&t->packed, i, &t->now[i]);
    if (t->n == t->room) {
        t->room = t->room ? t->room * 2 : 64;
        t->done = mem_grow(t->done, t->room * sizeof *t->done);
    }
    t->done[t->n++] = (struct summed){ t->hour, t->entries, from,
                                       t->packed.n - from };
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
        take_value(&t->now[r->values[i].field], r->values[i].text);
}

static enum result write_sums(struct db *db, struct channel_id channel,
                              const struct sums *t)
{
    struct arg arg[CHUNK][COLUMNS];
    struct args list[CHUNK];
    enum result rc = OK;

    for (size_t at = 0, k; at < t->n && rc == OK; at += k) {
        for (k = 0; k < CHUNK && at + k < t->n; k++) {
            const struct summed *h = &t->done[at + k];
            const struct arg row[COLUMNS] = {
                INT(channel.n), INT(h->at), INT(h->entries),
                BYTES(((struct str){ t->packed.p ? t->packed.p + h->from : "",
                                     h->n }))
            };

            memcpy(arg[k], row, sizeof row);
            list[k] = (struct args){ arg[k], COLUMNS };
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
        rc = write_sums(db, channel, t);
    buf_free(&t->packed);
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

        for (k = i + 1; k < n && hour[k] <= end && hour[k] < until
                        && hour[k] - hour[i] < RUN_MS;
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
    struct summary field[CHANNEL_FIELDS + 1];
    int set[CHANNEL_FIELDS + 1], n_set; /* those that this hour has */
};

struct summaries *summaries_open(struct db *db, struct channel_id channel,
                                 int64_t from, int64_t until)
{
    struct summaries *it = NEW(struct summaries);

    db_query(db, &list_sql, ARGS(INT(channel.n), INT(from), INT(until)),
             &it->q);
    return it;
}

bool summaries_next(struct summaries *it, struct hour *out)
{
    struct summary s;
    int field;

    if (!rows_next(&it->q))
        return false;
    while (it->n_set > 0)
        it->field[it->set[--it->n_set]] = (struct summary){ 0 };
    struct str packed = rows_bytes(&it->q, 2);
    while (it->n_set < CHANNEL_FIELDS && summary_unpack(&packed, &field, &s)) {
        it->field[field] = s;
        it->set[it->n_set++] = field;
    }
    *out = (struct hour){ rows_int(&it->q, 0), rows_int(&it->q, 1),
                          it->field };
    return true;
}

enum result summaries_end(struct summaries *it)
{
    enum result rc = rows_end(&it->q);

    free(it);
    return rc;
}
