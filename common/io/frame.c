/* frame.c - opening a framed file: nothing in it is believed before its checksum is right. */
#include "common/io/frame.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/io/crc32c.h"
#include "common/io/fault.h"
#include "common/io/file.h"

void frame_tell_damage(const struct frame *f, const void *p, const char *what, struct error *err)
{
    size_t offset = (uintptr_t)p - (uintptr_t)f->map;
    if (offset > f->len) /* nothing of the file, but all of it */
        offset = 0;
    error_set(err, BF_ERR_DAMAGED, "index damaged: %s: offset %zu: %s", f->path, offset, what);
}

static int map_file(struct frame *f, struct error *err)
{
    int fd = file_open_read(f->path, false, err);
    if (fd < 0)
        return errno == ENOENT ? (err->code = BF_ERR_MISSING) : BF_ERR_SYSTEM;
    struct stat st;
    int rc = BF_OK;
    if (file_calls.fstat(fd, &st) < 0) {
        rc = error_system(err, f->path, "reading its length");
        goto out;
    }
    f->len = (size_t)st.st_size;
    if (f->len < FRAME_HEADER + FRAME_FOOTER) {
        rc = error_set(err, BF_ERR_DAMAGED, "index damaged: %s: offset 0: only %zu bytes", f->path,
                       f->len);
        goto out;
    }
    void *map = file_calls.mmap(NULL, f->len, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        rc = error_system(err, f->path, "mapping");
        goto out;
    }
    f->map = map;
    fault_watch(f->map, f->len, f->path);
out:
    file_calls.close(fd);
    return rc;
}

static int read_header(struct frame *f, uint32_t kind, struct error *err)
{
    const unsigned char *h = f->map;
    f->kind = load_u32(h + 8);
    if (f->kind != kind)
        return frame_damaged(f, h + 8, "a file of another kind", err);
    memcpy(f->id, h + 16, FRAME_ID_BYTES);
    for (int i = 32; i < FRAME_HEADER; i++)
        if (h[i])
            return frame_damaged(f, h + i, "reserved byte is not zero", err);
    return BF_OK;
}

static int read_sections(struct frame *f, const unsigned char *table, struct error *err)
{
    size_t at = FRAME_HEADER;
    for (unsigned i = 0; i < f->section_count; i++) {
        uint64_t offset = load_u64(table + 16 * i), len = load_u64(table + 16 * i + 8);
        if (offset % FRAME_ALIGN || offset < at || offset > f->body_len ||
            len > f->body_len - offset)
            return frame_damaged(f, table + 16 * i, "section outside the body", err);
        f->sections[i] = (struct section){f->map + offset, len};
        at = offset + len;
    }
    return BF_OK;
}

static int read_footer(struct frame *f, struct error *err)
{
    const unsigned char *foot = f->map + f->len - FRAME_FOOTER;
    if (memcmp(foot + 32, "ELIFKCAB", 8) != 0)
        return frame_damaged(f, foot + 32, "end mark missing", err);
    uint64_t body = load_u64(foot);
    f->section_count = load_u32(foot + 8);
    if (load_u64(foot + 16) != f->len || load_u32(foot + 12) || load_u32(foot + 28))
        return frame_damaged(f, foot, "footer contradicts the file's length", err);
    if (f->section_count > FRAME_MAX_SECTIONS || body % FRAME_ALIGN || body < FRAME_HEADER ||
        body > f->len)
        return frame_damaged(f, foot, "footer out of range", err);
    size_t pages = (body + FRAME_PAGE - 1) >> FRAME_PAGE_BITS;
    if (f->len - body != 4 * pages + 16 * (size_t)f->section_count + FRAME_FOOTER)
        return frame_damaged(f, foot, "tables do not fit", err);
    f->body_len = body;
    f->page_table = f->map + body;
    f->crc = crc32c(0, f->page_table, f->len - body - 16);
    if (f->crc != load_u32(foot + 24))
        return frame_damaged(f, foot + 24, "checksum of the tables is wrong", err);
    f->verified = mem_zalloc(pages + 1, 1);
    return read_sections(f, f->page_table + 4 * pages, err);
}

/* Another version's frame need not be like ours, so it is told before the
 * rest is looked at - unless all of the file is a frame of ours but for the
 * page that the version stands on: then it is that page which is damaged. */
static int read_version(struct frame *f, struct error *err)
{
    const unsigned char *h = f->map;
    if (memcmp(h, "BACKFILE", 8) != 0)
        return frame_damaged(f, h, "not a Backfile file (magic)", err);
    unsigned version = load_u16(h + 12), flags = load_u16(h + 14);
    if (version == FORMAT_VERSION && !flags)
        return BF_OK;
    if (!read_footer(f, NULL) && frame_touch(f, h, FRAME_HEADER, NULL))
        return frame_damaged(f, h + 12, "checksum of this page is wrong", err);
    if (version < FORMAT_VERSION)
        return error_set(err, BF_ERR_TOO_OLD, "%s: format %u is no longer read", f->path, version);
    return error_set(err, BF_ERR_TOO_NEW,
                     "%s: made by a newer version (format %u, flags %u; this program reads %d)",
                     f->path, version, flags, FORMAT_VERSION);
}

int frame_open(struct frame *f, const char *path, uint32_t kind, struct error *err)
{
    struct error local;
    err = err ? err : &local;
    *f = (struct frame){.path = mem_strdup(path)};
    int rc = map_file(f, err);
    if (!rc)
        rc = read_version(f, err);
    if (!rc)
        rc = read_footer(f, err);
    if (!rc)
        rc = frame_touch(f, f->map, FRAME_HEADER, err);
    if (!rc)
        rc = read_header(f, kind, err);
    if (rc)
        frame_close(f);
    return rc;
}

void frame_close(struct frame *f)
{
    if (f->map) {
        fault_unwatch(f->map);
        file_calls.munmap((void *)(uintptr_t)f->map, f->len);
    }
    free(f->path);
    free(f->verified);
    *f = (struct frame){0};
}

void frame_leave(const struct frame *f)
{
    if (f->map)
        madvise((void *)(uintptr_t)f->map, f->len, MADV_DONTNEED); /* a wish */
}

static int verify_page(const struct frame *f, size_t page, struct error *err)
{
    size_t from = page << FRAME_PAGE_BITS;
    size_t n = f->body_len - from < FRAME_PAGE ? f->body_len - from : FRAME_PAGE;
    if (crc32c(0, f->map + from, n) != load_u32(f->page_table + 4 * page))
        return frame_damaged(f, f->map + from, "checksum of this page is wrong", err);
    __atomic_store_n(f->verified + page, 1, __ATOMIC_RELAXED);
    return BF_OK;
}

int frame_touch_slow(const struct frame *f, const unsigned char *p, size_t n, struct error *err)
{
    if (p < f->map || (size_t)(p - f->map) > f->body_len || n > f->body_len - (size_t)(p - f->map))
        return frame_damaged(f, p, "a range outside the file", err);
    if (!n)
        return BF_OK;
    size_t first = (size_t)(p - f->map) >> FRAME_PAGE_BITS;
    size_t last = (size_t)(p + n - 1 - f->map) >> FRAME_PAGE_BITS;
    int rc = BF_OK;
    for (size_t page = first; page <= last && !rc; page++)
        if (!__atomic_load_n(f->verified + page, __ATOMIC_RELAXED))
            rc = verify_page(f, page, err);
    return rc;
}

int frame_verify(const struct frame *f, struct error *err)
{
    size_t pages = (f->body_len + FRAME_PAGE - 1) >> FRAME_PAGE_BITS;
    int rc = BF_OK;
    for (size_t page = 0; page < pages && !rc; page++)
        rc = verify_page(f, page, err);
    return rc;
}
