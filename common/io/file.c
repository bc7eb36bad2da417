/* file.c - the table of system calls and what is built on it. */
#include "common/io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/interrupt.h"
#include "common/base/mem.h"

#define WRITE_MOST ((size_t)1 << 30) /* Linux writes no more than 2 GiB at a time */

static int call_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

static int call_dup(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

static int call_lock(int fd)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int rc = fcntl(fd, F_OFD_SETLK, &whole);
    return rc < 0 && errno == EINVAL ? flock(fd, LOCK_EX | LOCK_NB) : rc;
}

struct file_calls file_calls = {
    .open = call_open,
    .close = close,
    .read = read,
    .write = write,
    .fsync = fsync,
    .ftruncate = ftruncate,
    .fstat = fstat,
    .stat = stat,
    .lstat = lstat,
    .dup = call_dup,
    .rename = rename,
    .unlink = unlink,
    .mkdir = mkdir,
    .mmap = mmap,
    .munmap = munmap,
    .opendir = opendir,
    .readdir = readdir,
    .closedir = closedir,
    .lock = call_lock,
};

int file_open(const char *path, int flags)
{
    int fd;
    do {
        fd = file_calls.open(path, flags | O_CLOEXEC, 0666);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/* What may be a fifo waits for its other end: not when the run is to end. */
static int open_waiting(const char *path, int flags)
{
    int fd;
    do {
        fd = file_calls.open(path, flags | O_CLOEXEC, 0666);
    } while (fd < 0 && errno == EINTR && !interrupt_pending());
    return fd;
}

static int no_descriptor(struct error *err, const char *path, const char *doing)
{
    bool stopped = errno == EINTR;
    error_system(err, path, doing);
    if (err && stopped)
        err->code = BF_ERR_STOPPED;
    return -1;
}

int file_open_read(const char *path, bool any, struct error *err)
{
    /* O_NONBLOCK: opening a fifo must not wait for its writer. */
    int fd = any ? open_waiting(path, O_RDONLY) : file_open(path, O_RDONLY | O_NONBLOCK);
    if (fd < 0)
        return no_descriptor(err, path, "opening");
    struct stat st;
    if (file_calls.fstat(fd, &st) < 0)
        error_system(err, path, "reading its attributes");
    else if (!any && !S_ISREG(st.st_mode))
        error_set(err, BF_ERR_SYSTEM, "%s: not a regular file", path);
    else
        return fd;
    file_calls.close(fd);
    errno = EINVAL; /* callers tell a missing file by ENOENT: this one is there */
    return -1;
}

int file_open_write(const char *path, struct error *err)
{
    bool standard = strcmp(path, "-") == 0;
    int fd =
        standard ? file_calls.dup(STDOUT_FILENO) : open_waiting(path, O_WRONLY | O_CREAT | O_TRUNC);
    return fd < 0 ? no_descriptor(err, path, "opening to write") : fd;
}

int file_create(const char *path, struct error *err)
{
    int fd = file_open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW);
    if (fd < 0)
        error_system(err, path, "creating");
    return fd;
}

int file_read(int fd, const char *path, void *p, size_t n, size_t *got, struct error *err)
{
    size_t total = 0;
    while (total < n) {
        ssize_t r = file_calls.read(fd, (char *)p + total, n - total);
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return error_system(err, path, "reading");
        if (r == 0)
            break;
        total += (size_t)r;
    }
    *got = total;
    return BF_OK;
}

int file_write(int fd, const char *path, const void *p, size_t n, struct error *err)
{
    const char *from = p;
    while (n) {
        ssize_t w = file_calls.write(fd, from, n < WRITE_MOST ? n : WRITE_MOST);
        if (w < 0 && errno == EINTR)
            continue;
        if (w == 0)
            errno = ENOSPC; /* never for a regular file; but no endless loop */
        if (w <= 0)
            return error_system(err, path, "writing");
        from += w;
        n -= (size_t)w;
    }
    return BF_OK;
}

int file_empty(int fd, const char *path, struct error *err)
{
    int rc;
    do {
        rc = file_calls.ftruncate(fd, 0);
    } while (rc < 0 && errno == EINTR);
    return rc < 0 ? error_system(err, path, "emptying") : BF_OK;
}

int file_sync(int fd, const char *path, struct error *err)
{
    int rc;
    do {
        rc = file_calls.fsync(fd);
    } while (rc < 0 && errno == EINTR);
    return rc < 0 ? error_system(err, path, "writing to disk (fsync)") : BF_OK;
}

int file_close(int fd, const char *path, struct error *err)
{
    /* On Linux the descriptor is gone even when close is interrupted. */
    if (file_calls.close(fd) < 0 && errno != EINTR)
        return error_system(err, path, "closing");
    return BF_OK;
}

int file_replace(const char *temp, const char *path, struct error *err)
{
    if (!file_calls.rename(temp, path))
        return BF_OK;
    int rc = error_system(err, path, "renaming the new file to it");
    file_calls.unlink(temp);
    return rc;
}

int file_sync_directory(const char *path, struct error *err)
{
    int fd = file_open(path, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return error_system(err, path, "opening the directory");
    int rc = file_sync(fd, path, err);
    struct error *close_err = rc ? NULL : err;
    int closed = file_close(fd, path, close_err);
    return rc ? rc : closed;
}

int file_read_all(const char *path, size_t limit, struct buf *out, struct error *err)
{
    int fd = file_open_read(strcmp(path, "-") ? path : "/dev/stdin", true, err);
    if (fd < 0)
        return BF_ERR_SYSTEM;
    int rc = BF_OK;
    size_t got = 1;
    while (!rc && got && out->len <= limit) {
        buf_reserve(out, 65536);
        rc = file_read(fd, path, out->data + out->len, 65536, &got, err);
        if (!rc)
            out->len += got;
    }
    if (!rc && out->len > limit)
        rc = error_set(err, BF_ERR_LIMIT, "%s: larger than %zu bytes", path, limit);
    file_calls.close(fd);
    return rc;
}

char *file_join(const char *dir, const char *name)
{
    size_t d = strlen(dir), n = strlen(name);
    char *path = mem_alloc(d + n + 2);
    memcpy(path, dir, d);
    path[d] = '/';
    memcpy(path + d + 1, name, n + 1);
    return path;
}

char *file_parent(const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    while (n && path[n - 1] != '/')
        n--;
    return n ? mem_strndup(path, n) : mem_strdup(".");
}

void file_open_standard(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}
