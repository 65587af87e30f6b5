#include "cmd/import_run.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/moment.h"
#include "cmd/cmd.h"
#include "cmd/open_store.h"
#include "cmd/say.h"
#include "core/ingest.h"
#include "core/writer.h"

enum {
    TRIES = 30, /* while somebody else holds the database */
    BUSY_MS = 500,
    POLITE_MS = 5,
    POLITE_PART = 3,
    SHOW_TERMINAL_MS = 200,
    SHOW_PLAIN_MS = 5000
};

struct store_job {
    struct job job; /* first */
    struct batch batch;
};

void import_run_start(struct import_run *run, struct db *db,
                      const struct channel *c)
{
    *run = (struct import_run){ .db = db, .shown_at = moment_steady() };
    import_start(&run->import, c);
}

static enum result store(struct db *db, struct job *job)
{
    return ingest_store(db, &((struct store_job *)job)->batch);
}

static void pause_for(int64_t ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

    nanosleep(&t, NULL);
}

/* Who waits for an SQLite file asks again and again whether it is free, ever
 * less often. So that a server's turn comes soon the file is left alone now
 * and then, for a part of the time that it was held. */
static enum result store_politely(struct import_run *run,
                                  struct reading *list, size_t n)
{
    struct store_job job = {
        .job = { .do_it = store },
        .batch = { .channel = run->import.channel, .list = list, .n = n },
    };
    int64_t start = moment_steady();
    enum result rc = writer_do_alone(run->db, &job.job);

    for (int i = 1; i < TRIES && rc == ERR_BUSY; i++) {
        pause_for(BUSY_MS);
        start = moment_steady();
        rc = writer_do_alone(run->db, &job.job);
    }
    pause_for((moment_steady() - start) / POLITE_PART + POLITE_MS);
    return rc;
}

int import_store(struct import_run *run, struct reading *list, size_t n)
{
    size_t kept;
    enum result rc = import_keep_new(&run->import, run->db, list, n, &kept);

    if (rc == OK && kept > 0)
        rc = store_politely(run, list, kept);
    if (rc == OK) {
        import_count(&run->import, n, kept);
        return CMD_DONE;
    }
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
    if (rc == ERR_MISSING)
        return say_failed("channel %lld is gone",
                          (long long)run->import.channel.n);
    store_failed(rc, "the readings cannot be stored");
    return say_failed("%lld were stored before; the same import again goes on "
                      "from there",
                      (long long)run->import.stored);
}

void import_progress(struct import_run *run, int64_t done, int64_t total)
{
    bool terminal = isatty(STDERR_FILENO);
    int64_t now = moment_steady();
    int64_t wait = terminal ? SHOW_TERMINAL_MS : SHOW_PLAIN_MS;

    if (now - run->shown_at < wait)
        return;
    run->shown_at = now;
    fprintf(stderr,
            "%s%3lld %%  %lld stored, %lld already there, %lld refused%s",
            terminal ? "\r" : "",
            (long long)(total > 0 ? done * 100 / total : 100),
            (long long)run->import.stored, (long long)run->import.known,
            (long long)run->import.refused, terminal ? "" : "\n");
}

int import_finish(struct import_run *run, const char *where)
{
    const struct import *im = &run->import;
    struct buf out = { 0 };

    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    for (int i = 0; i < im->n_reasons; i++)
        say_failed("%lld refused, first %s %lld: %s",
                   (long long)im->reasons[i].n, where,
                   (long long)im->reasons[i].first, im->reasons[i].why);
    buf_printf(&out, "%lld stored, %lld already there, %lld refused",
               (long long)im->stored, (long long)im->known,
               (long long)im->refused);
    int status = say_line(&out);
    if (im->refused > 0 && im->stored + im->known == 0)
        return CMD_FAILED;
    return status;
}
