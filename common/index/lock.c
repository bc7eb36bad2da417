/* lock.c - taking the lock; the writer's number inside is for people only. */
#include "common/index/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/index/manifest.h"
#include "common/io/file.h"

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

int lock_take(const char *dir, struct error *err)
{
    char *path = file_join(dir, LOCK_NAME);
    int fd = file_calls.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0) {
        error_system(err, path, "opening the lock");
    } else if (file_calls.lock(fd) < 0) {
        refuse(fd, dir, err);
        file_calls.close(fd);
        fd = -1;
    } else {
        char owner[64];
        int n = snprintf(owner, sizeof owner, "process %ld\n", (long)getpid());
        if (ftruncate(fd, 0) == 0)
            file_write(fd, path, owner, (size_t)n, NULL);
    }
    free(path);
    return fd;
}

void lock_release(int fd)
{
    if (fd >= 0)
        file_calls.close(fd);
}
