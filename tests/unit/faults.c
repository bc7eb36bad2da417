/* faults.c - one wrapper a call: fail when it is its turn, else do the real thing. */
#include "tests/unit/faults.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/io/file.h"

static struct file_calls real;
static struct fault_plan plan;
static unsigned seen, moved;

static bool fails(enum fault_call call)
{
    if (!(plan.calls & call))
        return false;
    seen++;
    if (!plan.nth || seen < plan.nth || (seen > plan.nth && !plan.sticky))
        return false;
    if (plan.deadly)
        _exit(FAULT_DEATH);
    errno = plan.error_number;
    return true;
}

/* Whether a read or write is interrupted by a signal this time. */
static bool interrupted(void)
{
    if (!plan.trickle || moved++ % 2)
        return false;
    errno = EINTR;
    return true;
}

static size_t portion(size_t n)
{
    return plan.trickle && n > 3 ? 3 : n;
}

static int faulty_open(const char *path, int flags, mode_t mode)
{
    return fails(FAULT_OPEN) || interrupted() ? -1 : real.open(path, flags, mode);
}

static int faulty_close(int fd)
{
    int rc = real.close(fd);
    return fails(FAULT_CLOSE) ? -1 : rc;
}

static ssize_t faulty_read(int fd, void *p, size_t n)
{
    return fails(FAULT_READ) || interrupted() ? -1 : real.read(fd, p, portion(n));
}

static ssize_t faulty_write(int fd, const void *p, size_t n)
{
    if (fails(FAULT_WRITE))
        return plan.nothing ? 0 : -1;
    return interrupted() ? -1 : real.write(fd, p, portion(n));
}

static int faulty_fsync(int fd)
{
    return fails(FAULT_FSYNC) || interrupted() ? -1 : real.fsync(fd);
}

static int faulty_fstat(int fd, struct stat *st)
{
    return fails(FAULT_FSTAT) ? -1 : real.fstat(fd, st);
}

static int faulty_rename(const char *from, const char *to)
{
    return fails(FAULT_RENAME) ? -1 : real.rename(from, to);
}

static int faulty_unlink(const char *path)
{
    return fails(FAULT_UNLINK) ? -1 : real.unlink(path);
}

static int faulty_mkdir(const char *path, mode_t mode)
{
    return fails(FAULT_MKDIR) ? -1 : real.mkdir(path, mode);
}

static void *faulty_mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
    return fails(FAULT_MMAP) ? MAP_FAILED : real.mmap(at, n, prot, flags, fd, offset);
}

static DIR *faulty_opendir(const char *path)
{
    return fails(FAULT_OPENDIR) ? NULL : real.opendir(path);
}

static struct dirent *faulty_readdir(DIR *dir)
{
    return fails(FAULT_READDIR) ? NULL : real.readdir(dir);
}

static int faulty_ftruncate(int fd, off_t length)
{
    return fails(FAULT_FTRUNCATE) ? -1 : real.ftruncate(fd, length);
}

static int faulty_stat(const char *path, struct stat *st)
{
    return fails(FAULT_STAT) ? -1 : real.stat(path, st);
}

static int faulty_lstat(const char *path, struct stat *st)
{
    return fails(FAULT_STAT) ? -1 : real.lstat(path, st);
}

static int faulty_lock(int fd)
{
    return fails(FAULT_LOCK) ? -1 : real.lock(fd);
}

void faults_install(const struct fault_plan *wanted)
{
    real = file_calls;
    plan = *wanted;
    seen = moved = 0;
    file_calls.open = faulty_open;
    file_calls.close = faulty_close;
    file_calls.read = faulty_read;
    file_calls.write = faulty_write;
    file_calls.fsync = faulty_fsync;
    file_calls.fstat = faulty_fstat;
    file_calls.rename = faulty_rename;
    file_calls.unlink = faulty_unlink;
    file_calls.mkdir = faulty_mkdir;
    file_calls.mmap = faulty_mmap;
    file_calls.opendir = faulty_opendir;
    file_calls.readdir = faulty_readdir;
    file_calls.ftruncate = faulty_ftruncate;
    file_calls.stat = faulty_stat;
    file_calls.lstat = faulty_lstat;
    file_calls.lock = faulty_lock;
}

unsigned faults_remove(void)
{
    file_calls = real;
    return seen;
}
