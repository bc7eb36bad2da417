/* reframe.c - apart with frame.h, together with frame_write.h. */
#include "tests/unit/reframe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/bytes.h"
#include "common/io/crc32c.h"
#include "common/io/file.h"
#include "common/io/frame_write.h"

static void give_up(const struct error *err)
{
    fprintf(stderr, "%s\n", err->text);
    abort();
}

int no_fsync(int fd)
{
    (void)fd;
    return 0;
}

void loose_read(struct loose_frame *f, const char *path, uint32_t kind)
{
    struct frame frame;
    struct error err;
    if (frame_open(&frame, path, kind, &err))
        give_up(&err);
    *f = (struct loose_frame){.kind = kind, .count = frame.section_count};
    memcpy(f->id, frame.id, FRAME_ID_BYTES);
    for (unsigned i = 0; i < frame.section_count; i++)
        buf_add(&f->sections[i], frame.sections[i].p, frame.sections[i].len);
    frame_close(&frame);
}

void loose_write(const struct loose_frame *f, const char *path, struct file_entry *entry)
{
    int (*fsync_before)(int) = file_calls.fsync;
    struct frame_writer w;
    struct error err;
    file_calls.fsync = no_fsync;
    unlink(path);
    if (frame_writer_open(&w, path, f->kind, f->id, &err))
        give_up(&err);
    for (unsigned i = 0; i < f->count; i++)
        frame_put_section(&w, f->sections[i].data, f->sections[i].len);
    if (frame_writer_finish(&w, &entry->length, &entry->crc, &err))
        give_up(&err);
    file_calls.fsync = fsync_before;
}

void loose_free(struct loose_frame *f)
{
    for (unsigned i = 0; i < FRAME_MAX_SECTIONS; i++)
        buf_free(&f->sections[i]);
    *f = (struct loose_frame){0};
}

uint32_t refit_checksums(unsigned char *file, size_t len)
{
    unsigned char *foot = file + len - FRAME_FOOTER;
    uint64_t body = load_u64(foot);
    size_t pages = (body + FRAME_PAGE - 1) >> FRAME_PAGE_BITS;
    if (body > len - FRAME_FOOTER || 4 * pages > len - FRAME_FOOTER - body)
        return 0;
    for (size_t page = 0; page < pages; page++) {
        size_t from = page << FRAME_PAGE_BITS;
        size_t n = body - from < FRAME_PAGE ? body - from : FRAME_PAGE;
        store_u32(file + body + 4 * page, crc32c(0, file + from, n));
    }
    uint32_t crc = crc32c(0, file + body, len - body - 16);
    store_u32(foot + 24, crc);
    return crc;
}
