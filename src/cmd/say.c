#include "cmd/say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd/cmd.h"

static void sentence(const char *fmt, va_list args)
{
    fputs("almanac: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
}

int say_failed(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    sentence(fmt, args);
    va_end(args);
    return CMD_FAILED;
}

int say_wrong(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    sentence(fmt, args);
    va_end(args);
    return CMD_USE;
}

enum result say_bytes(void *unused, struct str bytes)
{
    (void)unused;
    while (bytes.n > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes.p, bytes.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return ERR_FAILED;
        bytes = str_from(bytes, (size_t)n);
    }
    return OK;
}

int say_line(struct buf *line)
{
    buf_char(line, '\n');
    enum result rc = say_bytes(NULL, buf_str(line));
    buf_free(line);
    return rc == OK ? CMD_DONE
                    : say_failed("standard output takes nothing more");
}
