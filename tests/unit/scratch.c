/* scratch.c - plain system calls: what is under test must not be needed to test it. */
#include "tests/unit/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/mem.h"

static void give_up(const char *path)
{
    perror(path);
    abort();
}

char *scratch_path(const char *dir, const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", dir, name);
    char *copy = mem_strdup(buf_text(&path));
    buf_free(&path);
    return copy;
}

/* Thousands of small files: in memory where that is to be had. */
static const char *place(void)
{
    const char *wanted = getenv("TMPDIR");
    if (wanted)
        return wanted;
    return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
}

char *scratch_new(void)
{
    char *dir = scratch_path(place(), "backfile-test-XXXXXX");
    if (!mkdtemp(dir))
        give_up(dir);
    return dir;
}

static void remove_all(const char *path)
{
    if (unlink(path) == 0)
        return;
    DIR *d = opendir(path);
    if (!d)
        give_up(path);
    for (struct dirent *e; (e = readdir(d));) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        char *inside = scratch_path(path, e->d_name);
        remove_all(inside);
        free(inside);
    }
    closedir(d);
    if (rmdir(path) < 0)
        give_up(path);
}

size_t scratch_files(const char *dir)
{
    size_t count = 0;
    DIR *d = opendir(dir);
    if (!d)
        give_up(dir);
    for (struct dirent *e; (e = readdir(d));)
        count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return count;
}

void scratch_free(char *dir)
{
    if (dir)
        remove_all(dir);
    free(dir);
}

void scratch_write(const char *path, const void *p, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0 || write(fd, p, n) != (ssize_t)n || close(fd) < 0)
        give_up(path);
}

void scratch_read(const char *path, struct buf *out)
{
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        give_up(path);
    out->len = 0;
    for (;;) {
        buf_reserve(out, 65536);
        ssize_t n = read(fd, out->data + out->len, 65536);
        if (n < 0)
            give_up(path);
        if (n == 0)
            break;
        out->len += (size_t)n;
    }
    close(fd);
}

bool scratch_exists(const char *dir, const char *name)
{
    char *path = scratch_path(dir, name);
    bool exists = access(path, F_OK) == 0;
    free(path);
    return exists;
}

unsigned char *exact_copy(const void *p, size_t n)
{
    return mem_dup(p, n);
}
