/* lock.c - taking the lock; the writer's number inside is for people only. */
#include "common/index/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "common/base/progress.h"
#include "common/index/manifest.h"
#include "common/io/file.h"

#define PAUSE_NANOSECONDS 20000000

static void read_owner(int fd, char *owner, size_t size)
{
    ssize_t n = file_calls.read(fd, owner, size - 1);
    owner[n > 0 ? n : 0] = '\0';
    for (char *p = owner; *p; p++)
        if (*p == '\n')
            *p = '\0';
}

static int refuse(int fd, const char *dir, struct error *err)
{
    char owner[64];
    if (errno != EAGAIN && errno != EACCES && errno != EWOULDBLOCK)
        return error_system(err, dir, "locking");
    read_owner(fd, owner, sizeof owner);
    return error_set(err, BF_ERR_LOCKED, "%s: another process is writing to this index (%s)", dir,
                     *owner ? owner : "unknown");
}

/* Not into a file that has another name: it may be somebody's whom a link was to hurt. */
static int write_owner(int fd, const char *path, struct error *err)
{
    char owner[64];
    struct stat st;
    int n = snprintf(owner, sizeof owner, "process %ld\n", (long)getpid());
    if (file_calls.fstat(fd, &st) < 0)
        return error_system(err, path, "reading its attributes");
    if (!S_ISREG(st.st_mode))
        return error_set(err, BF_ERR_SYSTEM, "%s: not a regular file", path);
    if (st.st_nlink > 1)
        return BF_OK;
    int rc = file_empty(fd, path, err);
    return rc ? rc : file_write(fd, path, owner, (size_t)n, err);
}

int lock_take(const char *dir, struct error *err)
{
    char *path = file_join(dir, LOCK_NAME);
    int fd = file_open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK), rc = BF_OK;
    if (fd < 0)
        error_system(err, path, "opening the lock");
    else if (file_calls.lock(fd) < 0)
        rc = refuse(fd, dir, err);
    else
        rc = write_owner(fd, path, err);
    free(path);
    if (fd >= 0 && rc) {
        file_calls.close(fd);
        fd = -1;
    }
    return fd;
}

int lock_wait(const char *dir, const struct lock_patience *patience, struct error *err)
{
    static const struct timespec pause = {.tv_nsec = PAUSE_NANOSECONDS};
    double until = progress_clock() + patience->seconds;
    struct error ignored, *why = err ? err : &ignored;
    int fd;
    while ((fd = lock_take(dir, why)) < 0 && why->code == BF_ERR_LOCKED &&
           progress_clock() < until && !*patience->stop)
        nanosleep(&pause, NULL);
    if (fd < 0 && why->code == BF_ERR_LOCKED && *patience->stop)
        why->code = BF_ERR_STOPPED;
    return fd;
}

void lock_release(int fd)
{
    if (fd >= 0)
        file_calls.close(fd);
}
