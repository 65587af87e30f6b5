#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/config.h"
#include "cmd/say.h"
#include "cmd/verbs.h"
#include "core/mapper.h"

/* The one who runs this may wait for it and owns the disk: more than a
 * stranger gets, and still an end to a slip of the finger. */
static const struct mapper_limits limits = {
    .input = 16 * 1024 * 1024,
    .output = 256 * 1024 * 1024,
    .connections = 1000000,
    .depth = 64,
    .nodes = 2000000,
};

struct names {
    const char *input, *output;
};

static int help(void)
{
    puts("almanac mapper [-i FILE] [-o FILE]\n"
         "    Makes the user-mapping.xml of a remote-access gateway from a "
         "YAML file\n    about users and devices. It holds passwords: only you "
         "may read it.\n"
         "  -i, --input FILE   the YAML; \"-\": standard input (default: "
         "user-mapping.yaml)\n"
         "  -o, --output FILE  the XML; \"-\": standard output (default: "
         "user-mapping.xml)");
    return CMD_DONE;
}

/* Is argv[*i] this flag, "-i FILE", "-iFILE", "--input FILE" or
 * "--input=FILE"? Its value; NULL when it is not, "" when that is missing. */
static const char *flag_value(char **argv, int argc, int *i, const char *brief,
                              const char *full)
{
    const char *word = argv[*i], *rest = NULL;
    size_t n = strlen(full);

    if (strncmp(word, full, n) == 0 && word[n] == '=')
        return word + n + 1;
    if (strncmp(word, brief, 2) == 0)
        rest = word + 2;
    else if (strcmp(word, full) == 0)
        rest = "";
    if (!rest || *rest)
        return rest;
    return *i + 1 < argc ? argv[++*i] : "";
}

static int read_names(int argc, char **argv, struct names *out)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i], *value;
        int setting = config_flag(word);

        if (setting) {
            i += setting - 1; /* none matters here */
            continue;
        }
        if ((value = flag_value(argv, argc, &i, "-i", "--input")))
            out->input = value;
        else if ((value = flag_value(argv, argc, &i, "-o", "--output")))
            out->output = value;
        else
            return say_wrong("\"%.60s\" is not understood; see \"almanac "
                             "mapper --help\"",
                             word);
        if (!*value)
            return say_wrong("%s needs a file; see \"almanac mapper --help\"",
                             word);
    }
    return CMD_DONE;
}

static bool is_standard(const char *name)
{
    return strcmp(name, "-") == 0;
}

static int open_input(const char *name)
{
    struct stat st;
    int fd = is_standard(name) ? dup(STDIN_FILENO)
                               : open(name, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st) != 0) {
        say_failed("%s cannot be read: %s", name, strerror(errno));
        return -1;
    }
    if (S_ISDIR(st.st_mode)) {
        say_failed("%s is a folder", name);
        close(fd);
        return -1;
    }
    return fd;
}

/* At most one byte more than the limit. */
static int read_input(const char *name, struct buf *out)
{
    char bytes[64 * 1024];
    int fd = open_input(name);
    ssize_t n = 1;

    if (fd < 0)
        return CMD_FAILED;
    while (n != 0 && out->n <= limits.input) {
        n = read(fd, bytes, sizeof bytes);
        if (n < 0 && errno != EINTR)
            break;
        if (n > 0)
            buf_add(out, (struct str){ bytes, (size_t)n });
    }
    close(fd);
    return n >= 0 ? CMD_DONE
                  : say_failed("%s cannot be read: %s", name,
                               strerror(errno));
}

static bool write_all(int fd, struct str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes = str_from(bytes, (size_t)n);
    }
    return true;
}

static int cannot_write(const char *name)
{
    return say_failed("%s cannot be written: %s", name, strerror(errno));
}

/* What is no file (a pipe, /dev/null) is written to as it is. */
static int write_device(const char *name, struct str bytes)
{
    int fd = open(name, O_WRONLY | O_CLOEXEC);
    bool written = fd >= 0 && write_all(fd, bytes);

    if (fd >= 0 && close(fd) != 0)
        written = false;
    return written ? CMD_DONE : cannot_write(name);
}

/* All of it or nothing: a new file, readable by its owner alone, takes the
 * name when it is complete. */
static int write_file(const char *name, struct str bytes)
{
    struct buf temporary = { 0 };
    bool written;
    int fd, status = CMD_DONE;

    buf_printf(&temporary, "%s.XXXXXX%c", name, '\0');
    fd = mkostemp(temporary.p, O_CLOEXEC);
    if (fd < 0) {
        buf_free(&temporary);
        return cannot_write(name);
    }
    written = write_all(fd, bytes) && fsync(fd) == 0;
    if (close(fd) != 0 || !written || rename(temporary.p, name) != 0) {
        status = cannot_write(name);
        unlink(temporary.p);
    }
    buf_free(&temporary);
    return status;
}

static int write_output(const char *name, struct str bytes)
{
    struct stat st;

    if (is_standard(name))
        return say_bytes(NULL, bytes) == OK
                   ? CMD_DONE
                   : say_failed("standard output takes nothing more");
    if (stat(name, &st) == 0 && S_ISDIR(st.st_mode))
        return say_failed("%s is a folder", name);
    if (stat(name, &st) == 0 && !S_ISREG(st.st_mode))
        return write_device(name, bytes);
    return write_file(name, bytes);
}

static int refuse(const char *name, const struct mapper_error *e)
{
    if (is_standard(name))
        name = "standard input";
    if (e->line == 0)
        return say_failed("%s: %.*s", name, STR_FMT(e->sentence));
    return say_failed("%s:%d:%d: %.*s", name, e->line, e->column,
                      STR_FMT(e->sentence));
}

static int convert(const struct names *names)
{
    struct arena *a = arena_new();
    struct buf yaml = { 0 }, xml = { 0 };
    struct mapper_error error;
    int status = read_input(names->input, &yaml);

    if (status == CMD_DONE
        && mapper_convert(a, buf_str(&yaml), &limits, &xml, &error) != OK)
        status = refuse(names->input, &error);
    if (status == CMD_DONE)
        status = write_output(names->output, buf_str(&xml));
    buf_free(&xml);
    buf_free(&yaml);
    arena_free(a);
    return status;
}

int mapper_cmd(int argc, char **argv)
{
    struct names names = { "user-mapping.yaml", "user-mapping.xml" };
    int status;

    if (verbs_ask_help(argc, argv))
        return help();
    status = read_names(argc, argv, &names);
    return status == CMD_DONE ? convert(&names) : status;
}
