#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/article_file.h"
#include "cmd/channel_find.h"
#include "cmd/cmd.h"
#include "cmd/import_run.h"
#include "cmd/say.h"
#include "cmd/verbs.h"
#include "core/csv_file.h"

static enum result copy(int from, int to)
{
    char bytes[64 * 1024];
    ssize_t n;

    while ((n = read(from, bytes, sizeof bytes)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        for (ssize_t done = 0, got; n > 0 && done < n; done += got)
            if ((got = write(to, bytes + done, (size_t)(n - done))) <= 0)
                return ERR_FAILED;
        if (n < 0)
            return ERR_FAILED;
    }
    return OK;
}

/* What cannot be sought in (a pipe) goes into a file without a name. -1 when
 * that fails, the sentence said. */
static int seekable(struct open_store *s, int fd)
{
    if (lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    struct str path = arena_printf(s->arena, "%s/almanac-import.XXXXXX",
                                   s->config->spool);
    int file = mkostemp((char *)path.p, O_CLOEXEC);
    if (file >= 0)
        unlink(path.p);
    if (file < 0 || copy(fd, file) != OK) {
        say_failed("what comes in cannot be kept in %s: %s", s->config->spool,
                   strerror(errno));
        if (file >= 0)
            close(file);
        file = -1;
    }
    close(fd);
    return file;
}

static int open_file(struct open_store *s, const char *name)
{
    bool standard = strcmp(name, "-") == 0;
    int fd = standard ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0) {
        say_failed("%s cannot be read: %s", name, strerror(errno));
        return -1;
    }
    if (S_ISDIR(st.st_mode)) {
        say_failed("%s is a folder", name);
        close(fd);
        return -1;
    }
    return seekable(s, fd);
}

static int refuse_file(enum result rc, const char *name)
{
    switch (rc) {
    case ERR_MISSING:
        return say_failed("%s is empty", name);
    case ERR_GARBLED:
        return say_failed("%s is neither CSV nor an SQLite file", name);
    case ERR_INVALID:
        return say_failed("%s names a column twice", name);
    case ERR_TOO_BIG:
        return say_failed("%s has more columns than a channel has fields",
                          name);
    default:
        return say_failed("%s cannot be read", name);
    }
}

/* Byte offsets of what was refused become numbers of lines. */
static void count_lines(struct import_run *run, struct csv_file *f)
{
    for (int i = 0; i < run->import.n_reasons; i++)
        run->import.reasons[i].first
            = csv_file_line(f, run->import.reasons[i].first);
}

static int import_csv(struct import_run *run, struct csv_file *f)
{
    struct csv_chunk c;
    enum result rc = OK;
    int status = CMD_DONE;

    while (status == CMD_DONE && csv_file_next(f, &c, &rc)) {
        for (size_t i = 0; i < c.n_refused; i++)
            import_refuse(&run->import, c.refused[i].why, c.refused[i].at);
        status = import_store(run, c.list, c.n);
        import_progress(run, c.done, csv_file_size(f));
    }
    if (rc != OK)
        return say_failed("the file cannot be read any further; %lld were "
                          "stored",
                          (long long)run->import.stored);
    if (status != CMD_DONE)
        return status;
    count_lines(run, f);
    return import_finish(run, "in line");
}

static int import_file(struct import_run *run, int fd, const char *name,
                       const struct zone *zone)
{
    struct csv_file *f;

    if (article_file_is(fd) && strcmp(name, "-") == 0)
        return say_failed("an SQLite file cannot come on standard input: name "
                          "it");
    if (article_file_is(fd))
        return article_file_import(run, name, zone);
    enum result rc = csv_file_open(fd, zone, IMPORT_BATCH, &f);
    if (rc != OK)
        return refuse_file(rc, name);
    int status = import_csv(run, f);
    csv_file_close(f);
    return status;
}

static int import(struct open_store *s, const struct options *o)
{
    struct import_run run;
    struct channel c;
    const struct zone *zone;
    struct options channel = *o;

    channel.n_words = 0; /* the word is the file */
    int status = channel_find(s, &channel, &c);
    if (status == CMD_DONE)
        status = zone_find(o, c.zone, &zone);
    if (status != CMD_DONE)
        return status;
    int fd = open_file(s, o->word[0]);
    if (fd < 0)
        return CMD_FAILED;
    import_run_start(&run, s->db, &c);
    status = import_file(&run, fd, o->word[0], zone);
    close(fd);
    return status;
}

static const struct verb verbs[] = {
    { NULL, "FILE", "channel! timezone", NEEDS_TO_WRITE,
      "Stores the readings of a file, or of standard input when it is named "
      "\"-\":\n"
      "    an export of the hosted service in any of its forms, a CSV with or "
      "without\n"
      "    a line of names, or the article's data.db. Entry numbers are given "
      "anew,\n"
      "    oldest first. What the channel has already is not stored again.\n"
      "    Times without a zone are of --timezone, or else of the channel's.",
      import },
    { 0 },
};

int import_cmd(int argc, char **argv)
{
    static const struct page page = { "import", verbs };

    return verbs_run(&page, argc, argv);
}
