#include "web/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"

enum { PATH_ROOM = 512, SPARE_MB = 64, SPARE_PART = 20 };

static int open_unlinked(const char *folder)
{
    char path[PATH_ROOM];
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return fd;
    if (snprintf(path, sizeof path, "%s/almanac-XXXXXX", folder)
        >= (int)sizeof path)
        return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

/* The database may be on the same disk: so much, or a part of a small disk, is
 * not for answers. */
static bool has_room(int fd)
{
    struct statvfs disk;

    if (fstatvfs(fd, &disk) != 0)
        return true;
    uint64_t spare = (uint64_t)disk.f_blocks / SPARE_PART;
    uint64_t most = SPARE_MB * UINT64_C(1048576) / disk.f_frsize;
    return disk.f_bavail >= (spare < most ? spare : most);
}

static enum result to_file(void *arg, struct str bytes)
{
    struct call *c = arg;
    struct response *res = c->res;

    if (res->fd < 0)
        res->fd = open_unlinked(c->app->settings->spool);
    if (res->fd >= 0 && !has_room(res->fd)) {
        log_fail("spool.full", "folder=\"%s\"", c->app->settings->spool);
        return ERR_BUSY;
    }
    while (res->fd >= 0 && bytes.n > 0) {
        ssize_t n = write(res->fd, bytes.p, bytes.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        res->fd_length += n;
        bytes = str_from(bytes, (size_t)n);
    }
    if (bytes.n == 0)
        return OK;
    log_fail("spool.write", "reason=\"%s\"", strerror(errno));
    return ERR_BUSY;
}

void spool_begin(struct call *c)
{
    c->res->body.sink = to_file;
    c->res->body.arg = c;
}

void spool_never(struct call *c)
{
    c->res->body.sink = NULL;
}

enum result spool_end(struct call *c, enum result rc)
{
    struct response *res = c->res;

    if (rc == OK && res->fd >= 0)
        rc = buf_flush(&res->body);
    else if (rc == OK)
        rc = res->body.rc;
    res->body.sink = NULL;
    if (rc == OK)
        return OK;
    if (res->fd >= 0)
        close(res->fd);
    res->fd = -1;
    res->fd_length = 0;
    res->body.n = 0;
    return rc;
}
