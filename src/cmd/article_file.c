#include "cmd/article_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/moment.h"
#include "cmd/cmd.h"
#include "cmd/open_store.h"
#include "cmd/say.h"
#include "db/db.h"
#include "store/device.h"

/* Its statements are not the store's: another schema, and SQLite only. */
static const struct sql count_sql = {
    "SELECT COUNT(*), COUNT(DISTINCT \"API_key\") FROM data"
};
static const struct sql rows_sql = {
    "SELECT \"Id\", date_time, mac, field, CAST(data AS TEXT) FROM data"
    " ORDER BY \"Id\""
};
static const struct sql devices_sql = {
    "SELECT mac, MIN(date_time) FROM data WHERE mac IS NOT NULL"
    " AND mac <> '' GROUP BY mac"
};

struct article {
    struct import_run *run;
    struct db *db;
    const struct zone *zone;
    struct arena *arena;     /* what the list points at */
    struct reading *list;
    size_t n;
    int64_t done, total;
};

bool article_file_is(int fd)
{
    static const char magic[16] = "SQLite format 3";
    char start[sizeof magic];

    return pread(fd, start, sizeof start, 0) == sizeof start
           && memcmp(start, magic, sizeof magic) == 0;
}

/* The present row as a reading; NULL, or why not. */
static const char *read_row(struct article *f, const struct rows *q,
                            struct reading *out)
{
    struct value *value = ARENA_NEW(f->arena, struct value);
    struct str mac = rows_text(q, 2), text = rows_text(q, 4);
    int64_t field = rows_int(q, 3);
    double number;

    *out = (struct reading){ .values = value, .n_values = 1 };
    if (!moment_parse(rows_text(q, 1), f->zone, &out->at))
        return "the time cannot be read";
    if (field < 1 || field > CHANNEL_FIELDS)
        return "the field is not one of 1 to 64";
    if (!decimal_parse(text, &number, NULL))
        return "there is no number";
    if (mac.n > 0 && (mac.n > DEVICE_NAME_MAX || !str_is_text(mac)))
        return "the mac is too long or not text";
    value->field = (int)field;
    value->text = arena_copy(f->arena, str_cap(text, VALUE_MAX));
    if (mac.n > 0)
        out->device = arena_copy(f->arena, mac);
    return NULL;
}

static int store(struct article *f)
{
    int status = import_store(f->run, f->list, f->n);

    arena_free(f->arena);
    f->arena = arena_new();
    f->n = 0;
    import_progress(f->run, f->done, f->total);
    return status;
}

static int store_rows(struct article *f)
{
    int status = CMD_DONE;
    struct rows q;

    db_query(f->db, &rows_sql, NO_ARGS, &q);
    while (status == CMD_DONE && rows_next(&q)) {
        const char *why = read_row(f, &q, &f->list[f->n]);

        f->done++;
        if (why)
            import_refuse(&f->run->import, why, rows_int(&q, 0));
        else if (++f->n == IMPORT_BATCH)
            status = store(f);
    }
    enum result rc = rows_end(&q);
    if (rc != OK)
        return store_failed(rc, "the file cannot be read");
    return status == CMD_DONE && f->n > 0 ? store(f) : status;
}

/* The stations are among those that the channel has seen. */
static enum result remember_devices(struct article *f)
{
    enum result rc = db_begin(f->run->db);
    struct rows q;
    int64_t at;

    if (rc != OK)
        return rc;
    db_query(f->db, &devices_sql, NO_ARGS, &q);
    while (rc == OK && rows_next(&q)) {
        struct str mac = rows_text(&q, 0);

        if (!moment_parse(rows_text(&q, 1), f->zone, &at)
            || mac.n > DEVICE_NAME_MAX || !str_is_text(mac))
            continue;
        rc = device_put(f->run->db, f->run->import.channel, mac, false, at);
        if (rc == ERR_TOO_BIG)
            rc = OK;
    }
    enum result end = rows_end(&q);
    return db_end(f->run->db, rc == OK ? end : rc);
}

static int count(struct article *f)
{
    int64_t keys = 0;
    struct rows q;

    for (db_query(f->db, &count_sql, NO_ARGS, &q); rows_next(&q);) {
        f->total = rows_int(&q, 0);
        keys = rows_int(&q, 1);
    }
    if (rows_end(&q) != OK)
        return say_failed("this SQLite file has no table data (Id, API_key, "
                          "date_time, mac, field, data)");
    if (keys > 1)
        fprintf(stderr, "almanac: the rows are of %lld API keys; all of them "
                        "go into channel %lld\n",
                (long long)keys, (long long)f->run->import.channel.n);
    return CMD_DONE;
}

int article_file_import(struct import_run *run, const char *path,
                        const struct zone *zone)
{
    struct article f = { .run = run, .zone = zone };
    struct arena *a = arena_new();
    enum result rc
        = db_open(arena_printf(a, "sqlite:%s", path).p, DB_READ, &f.db);

    arena_free(a);
    if (rc != OK)
        return store_failed(rc, "the SQLite file cannot be opened");
    f.arena = arena_new();
    f.list = mem_new(IMPORT_BATCH * sizeof *f.list);
    int status = count(&f);
    if (status == CMD_DONE)
        status = store_rows(&f);
    if (status == CMD_DONE && (rc = remember_devices(&f)) != OK)
        status = store_failed(rc, "the devices cannot be stored");
    arena_free(f.arena);
    free(f.list);
    db_close(f.db);
    return status == CMD_DONE ? import_finish(run, "Id") : status;
}
