/* memory_files.c - stands in front of file_calls. */
#include "tests/fuzz/memory_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/mem.h"
#include "common/io/file.h"
#include "common/io/frame_write.h"
#include "tests/fuzz/target.h"

#define MOST_FILES 64
#define MOST_OPEN  64
#define MOST_MAPS  256
#define FIRST_FD   (1 << 20) /* no real descriptor is that high */

static struct memory_file {
    char *name; /* NULL: free */
    unsigned char *bytes;
    size_t len;
} files[MOST_FILES];

static struct open_file {
    struct memory_file *file; /* NULL: free */
    size_t at;
} open_files[MOST_OPEN];

static void *maps[MOST_MAPS]; /* NULL: free */

static struct file_calls real;

/* ---- the table ---- */

static bool is_memory(const char *path)
{
    return strncmp(path, MEMORY_DIR "/", sizeof MEMORY_DIR) == 0;
}

static struct memory_file *find_file(const char *name)
{
    for (int i = 0; i < MOST_FILES; i++)
        if (files[i].name && strcmp(files[i].name, name) == 0)
            return &files[i];
    return NULL;
}

static struct memory_file *new_file(const char *name)
{
    int i = 0;
    while (i < MOST_FILES && files[i].name)
        i++;
    FUZZ_HOLDS(i < MOST_FILES);
    files[i] = (struct memory_file){.name = mem_strdup(name)};
    return &files[i];
}

static struct open_file *opened(int fd)
{
    return fd >= FIRST_FD ? &open_files[fd - FIRST_FD] : NULL;
}

/* ---- the calls ---- */

static int memory_open(const char *path, int flags, mode_t mode)
{
    if (!is_memory(path))
        return real.open(path, flags, mode);
    const char *name = path + sizeof MEMORY_DIR;
    struct memory_file *f = find_file(name);
    if (!f == !(flags & O_CREAT)) {
        errno = f ? EEXIST : ENOENT;
        return -1;
    }
    int fd = 0;
    while (fd < MOST_OPEN && open_files[fd].file)
        fd++;
    FUZZ_HOLDS(fd < MOST_OPEN);
    open_files[fd].file = f ? f : new_file(name);
    open_files[fd].at = 0;
    return FIRST_FD + fd;
}

static int memory_close(int fd)
{
    struct open_file *o = opened(fd);
    if (!o)
        return real.close(fd);
    FUZZ_HOLDS(o->file);
    o->file = NULL;
    return 0;
}

static ssize_t memory_read(int fd, void *p, size_t n)
{
    struct open_file *o = opened(fd);
    if (!o)
        return real.read(fd, p, n);
    size_t left = o->file->len - o->at;
    if (n > left)
        n = left;
    if (n)
        memcpy(p, o->file->bytes + o->at, n);
    o->at += n;
    return (ssize_t)n;
}

static ssize_t memory_write(int fd, const void *p, size_t n)
{
    struct open_file *o = opened(fd);
    if (!o)
        return real.write(fd, p, n);
    struct memory_file *f = o->file;
    f->bytes = mem_realloc(f->bytes, f->len + n);
    memcpy(f->bytes + f->len, p, n);
    f->len += n;
    return (ssize_t)n;
}

static int memory_fsync(int fd)
{
    return opened(fd) ? 0 : real.fsync(fd);
}

static int memory_fstat(int fd, struct stat *st)
{
    struct open_file *o = opened(fd);
    if (!o)
        return real.fstat(fd, st);
    *st = (struct stat){.st_mode = S_IFREG | 0644, .st_size = (off_t)o->file->len};
    return 0;
}

static int memory_unlink(const char *path)
{
    if (!is_memory(path))
        return real.unlink(path);
    memory_file_remove(path + sizeof MEMORY_DIR);
    return 0;
}

static int find_map(const void *p)
{
    int i = 0;
    while (i < MOST_MAPS && maps[i] != p)
        i++;
    return i;
}

static void *memory_mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
    struct open_file *o = opened(fd);
    if (!o)
        return real.mmap(at, n, prot, flags, fd, offset);
    int i = find_map(NULL);
    FUZZ_HOLDS(i < MOST_MAPS && n == o->file->len && !offset && prot == PROT_READ);
    return maps[i] = mem_dup(o->file->bytes, n);
}

static int memory_munmap(void *p, size_t n)
{
    int i = find_map(p);
    if (i == MOST_MAPS)
        return real.munmap(p, n);
    maps[i] = NULL;
    free(p);
    return 0;
}

void memory_files_install(void)
{
    if (file_calls.open == memory_open)
        return;
    real = file_calls;
    file_calls.open = memory_open;
    file_calls.close = memory_close;
    file_calls.read = memory_read;
    file_calls.write = memory_write;
    file_calls.fsync = memory_fsync;
    file_calls.fstat = memory_fstat;
    file_calls.unlink = memory_unlink;
    file_calls.mmap = memory_mmap;
    file_calls.munmap = memory_munmap;
}

/* ---- putting files there ---- */

void memory_file_put(const char *name, const void *p, size_t n)
{
    struct memory_file *f = find_file(name);
    if (!f)
        f = new_file(name);
    free(f->bytes);
    f->bytes = mem_dup(p, n);
    f->len = n;
}

void memory_file_remove(const char *name)
{
    struct memory_file *f = find_file(name);
    if (!f)
        return;
    free(f->name);
    free(f->bytes);
    *f = (struct memory_file){0};
}

void memory_file_put_framed(const char *name, uint32_t kind, const unsigned char id[FRAME_ID_BYTES],
                            const struct section *sections, unsigned count,
                            struct file_entry *entry)
{
    struct file_entry ignored;
    struct frame_writer w;
    struct error err;
    char *path = file_join(MEMORY_DIR, name);
    if (!entry)
        entry = &ignored;
    memory_file_remove(name);
    FUZZ_HOLDS(frame_writer_open(&w, path, kind, id, &err) == BF_OK);
    for (unsigned i = 0; i < count; i++)
        frame_put_section(&w, sections[i].p, sections[i].len);
    FUZZ_HOLDS(frame_writer_finish(&w, &entry->length, &entry->crc, &err) == BF_OK);
    free(path);
}

unsigned fuzz_sections(const unsigned char *p, size_t n, struct section out[FRAME_MAX_SECTIONS])
{
    const size_t between = sizeof FUZZ_BETWEEN - 1;
    unsigned count = 0;
    for (;;) {
        const unsigned char *end = memmem(p, n, FUZZ_BETWEEN, between);
        bool last = !end || count + 1 == FRAME_MAX_SECTIONS;
        out[count++] = (struct section){p, last ? n : (size_t)(end - p)};
        if (last)
            return count;
        n -= (size_t)(end - p) + between;
        p = end + between;
    }
}
