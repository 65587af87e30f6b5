#include "core/newest.h"

#include <stdlib.h>

#include "base/decimal.h"
#include "base/moment.h"
#include "store/summary.h"

enum {
    ALL = -1,                   /* instead of one field */
    SCAN = 20000,               /* readings that may be read one by one */
    FIRST_STEP_MS = 86400000,
    WIDER = 4
};

struct look {
    struct db *db;
    struct arena *arena;
    const struct channel *ch;
    struct newest *list;
    int64_t now;
};

static bool wanted(const struct look *l, int i)
{
    return l->ch->fields[i].label.n > 0 && !l->list[i].text.p;
}

/* Readings come oldest first, so a later one replaces what was there. */
static void note(struct newest *w, const struct reading *r, struct str text,
                 char room[static VALUE_MAX])
{
    text = str_cap(text, VALUE_MAX);
    memcpy(room, text.p, text.n);
    w->text = (struct str){ room, text.n };
    w->at = r->at;
    if (w->n_times == NEWEST_TIMES)
        memmove(w->times, w->times + 1, sizeof *w->times * --w->n_times);
    w->times[w->n_times++] = r->at;
}

/* Those that are wanted now, or the only one of them, from the readings that
 * q asks for. */
static enum result look_at(struct look *l, const struct reading_query *q,
                           int only, int64_t *seen)
{
    char *room[CHANNEL_FIELDS] = { 0 };
    struct reading r;

    for (int i = 0; i < l->ch->n_fields; i++)
        if (wanted(l, i) && (only == ALL || only == i))
            room[i] = arena_get(l->arena, VALUE_MAX);
    struct readings *it = readings_open(l->db, q);
    for (*seen = 0; readings_next(it, &r); ++*seen)
        for (int i = 0; i < l->ch->n_fields; i++) {
            struct str text = reading_value(&r, l->ch->fields[i].number);

            if (room[i] && str_trim(text).n > 0)
                note(&l->list[i], &r, text, room[i]);
        }
    return readings_end(it);
}

static enum result look_for(struct look *l, int i, int64_t from,
                            int64_t until)
{
    int field = l->ch->fields[i].number;
    struct reading r;
    enum result rc = reading_latest(l->db, l->arena, l->ch->id, field, from,
                                    until, &r);

    if (rc == OK)
        note(&l->list[i], &r, reading_value(&r, field),
             arena_get(l->arena, VALUE_MAX));
    return rc == ERR_MISSING ? OK : rc;
}

/* The last hour that has a number of the field; *found false: none has. */
static enum result last_hour(struct look *l, int field, int64_t *hour,
                             bool *found)
{
    int64_t until = l->now + NEWEST_AHEAD_MS, step = FIRST_STEP_MS;
    enum result rc = OK;

    *found = false;
    while (rc == OK && !*found && until > MOMENT_MIN) {
        int64_t from = until - step > 0 ? until - step : MOMENT_MIN;
        struct hour h;
        struct summaries *it =
            summaries_open(l->db, l->ch->id, from, until);

        while (summaries_next(it, &h)) {
            if (h.field[field].numbers == 0)
                continue;
            *hour = h.at;
            *found = true;
        }
        rc = summaries_end(it);
        until = from;
        step *= WIDER;
    }
    return rc;
}

/* The same, but where q leaves some out, in those as well. */
static enum result look_in(struct look *l, const struct reading_query *q,
                           int only)
{
    int64_t seen;
    enum result rc = look_at(l, q, only, &seen);

    if (seen < q->newest)
        return rc;
    for (int i = 0; rc == OK && i < l->ch->n_fields; i++)
        if (wanted(l, i) && (only == ALL || only == i))
            rc = look_for(l, i, q->from, q->until);
    return rc;
}

/* What came since the summaries end is read, what is older looked up there. */
static enum result look_far(struct look *l)
{
    struct reading_query q = READINGS_OF(l->ch->id);
    int64_t hour;
    enum result rc = summary_until(l->db, l->ch->id, &q.from);

    q.until = l->now + NEWEST_AHEAD_MS;
    q.newest = SCAN;
    if (rc == OK)
        rc = look_in(l, &q, ALL);
    for (int i = 0; rc == OK && i < l->ch->n_fields; i++) {
        bool found;

        if (!wanted(l, i))
            continue;
        rc = last_hour(l, l->ch->fields[i].number, &hour, &found);
        l->list[i].unsure = !found;
        if (rc != OK || !found)
            continue;
        q.from = hour;
        q.until = hour + SUMMARY_MS - 1;
        rc = look_in(l, &q, i);
    }
    return rc;
}

static enum result look_one_by_one(struct look *l)
{
    int64_t ahead = l->now + NEWEST_AHEAD_MS;
    enum result rc = OK;

    for (int i = 0; rc == OK && i < l->ch->n_fields; i++) {
        if (wanted(l, i))
            rc = look_for(l, i, INT64_MIN, ahead);
        if (rc == OK && wanted(l, i))
            rc = look_for(l, i, ahead + 1, INT64_MAX);
    }
    return rc;
}

enum result newest_values(struct db *db, struct arena *a,
                          const struct channel *ch, int64_t now,
                          struct newest **list)
{
    struct look l = { .db = db, .arena = a, .ch = ch, .now = now };
    struct reading_query q = READINGS_OF(ch->id);
    enum result rc = OK;
    int64_t seen = 0;

    l.list = arena_get(a, sizeof *l.list * (size_t)(ch->n_fields + 1));
    *list = l.list;
    q.newest = NEWEST_TIMES;
    q.until = now + NEWEST_AHEAD_MS;
    if (ch->last_entry > 0)
        rc = look_at(&l, &q, ALL, &seen);
    if (rc != OK || seen >= ch->last_entry)
        return rc;
    return ch->last_entry > SCAN ? look_far(&l) : look_one_by_one(&l);
}

/* A number, and not too old to say what the last hour did. */
static bool has_hour(const struct newest *w, int64_t now)
{
    double v;

    return w->text.p && w->at > now - NEWEST_HOUR_MS
           && decimal_parse(w->text, &v, NULL);
}

static void nearer(struct newest *w, int64_t *off, const struct reading *r,
                   struct str text)
{
    int64_t d = llabs(r->at - (w->at - NEWEST_HOUR_MS));
    double v;

    if (d > NEWEST_ABOUT_MS || (w->has_before && d >= *off)
        || !text.p || !decimal_parse(text, &v, NULL))
        return;
    w->has_before = true;
    w->before = v;
    *off = d;
}

enum result newest_before(struct db *db, const struct channel *ch,
                          int64_t now, struct newest *list)
{
    struct reading_query q = READINGS_OF(ch->id);
    int64_t off[CHANNEL_FIELDS], first = INT64_MAX, last = INT64_MIN;
    bool wanted[CHANNEL_FIELDS];
    struct reading r;

    for (int i = 0; i < ch->n_fields; i++) {
        wanted[i] = has_hour(&list[i], now);
        if (wanted[i] && list[i].at < first)
            first = list[i].at;
        if (wanted[i] && list[i].at > last)
            last = list[i].at;
    }
    if (first > last)
        return OK;
    q.from = first - NEWEST_HOUR_MS - NEWEST_ABOUT_MS;
    q.until = last - NEWEST_HOUR_MS + NEWEST_ABOUT_MS;
    struct readings *it = readings_open(db, &q);
    while (readings_next(it, &r))
        for (int i = 0; i < ch->n_fields; i++)
            if (wanted[i])
                nearer(&list[i], &off[i], &r,
                       reading_value(&r, ch->fields[i].number));
    return readings_end(it);
}
