/* frame_write.c - one pass: page checksums are taken as the bytes go by. */
#include "common/io/frame_write.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/io/crc32c.h"
#include "common/io/file.h"

#define PENDING_BYTES ((size_t)256 * 1024)

static void flush(struct frame_writer *w)
{
    if (!w->err.code)
        file_write(w->fd, w->path, w->pending.data, w->pending.len, &w->err);
    w->pending.len = 0;
}

/* Bytes of the body: counted and checksummed page by page. */
static void put_body(struct frame_writer *w, const void *p, size_t n)
{
    const unsigned char *from = p;
    while (n) {
        size_t room = FRAME_PAGE - (size_t)(w->offset & (FRAME_PAGE - 1));
        size_t part = n < room ? n : room;
        w->page_crc = crc32c(w->page_crc, from, part);
        buf_add(&w->pending, from, part);
        w->offset += part;
        from += part;
        n -= part;
        if (part == room) {
            buf_u32(&w->page_crcs, w->page_crc);
            w->page_crc = 0;
        }
        if (w->pending.len >= PENDING_BYTES)
            flush(w);
    }
}

static void align_body(struct frame_writer *w)
{
    static const unsigned char zeros[FRAME_ALIGN];
    put_body(w, zeros, (size_t)(-w->offset & (FRAME_ALIGN - 1)));
}

int frame_writer_open(struct frame_writer *w, const char *path, uint32_t kind,
                      const unsigned char id[FRAME_ID_BYTES], struct error *err)
{
    *w = (struct frame_writer){.fd = file_create(path, err)};
    if (w->fd < 0)
        return BF_ERR_SYSTEM;
    w->path = mem_strdup(path);
    unsigned char header[FRAME_HEADER] = "BACKFILE";
    store_u32(header + 8, kind);
    store_u16(header + 12, FORMAT_VERSION);
    memcpy(header + 16, id, FRAME_ID_BYTES);
    put_body(w, header, sizeof header);
    return BF_OK;
}

static void end_section(struct frame_writer *w)
{
    if (w->section_count)
        w->sections[w->section_count - 1][1] = frame_section_bytes(w);
}

void frame_section(struct frame_writer *w)
{
    end_section(w);
    align_body(w);
    w->sections[w->section_count++][0] = w->offset;
}

uint64_t frame_section_bytes(const struct frame_writer *w)
{
    return w->offset - w->sections[w->section_count - 1][0];
}

void frame_write(struct frame_writer *w, const void *p, size_t n)
{
    put_body(w, p, n);
}

void frame_put_section(struct frame_writer *w, const void *p, size_t n)
{
    frame_section(w);
    frame_write(w, p, n);
}

static uint32_t put_tail(struct frame_writer *w)
{
    struct buf tail = {0};
    buf_add(&tail, w->page_crcs.data, w->page_crcs.len);
    for (unsigned i = 0; i < w->section_count; i++) {
        buf_u64(&tail, w->sections[i][0]);
        buf_u64(&tail, w->sections[i][1]);
    }
    buf_u64(&tail, w->offset);
    buf_u32(&tail, w->section_count);
    buf_u32(&tail, 0);
    buf_u64(&tail, w->offset + tail.len + 24);
    uint32_t crc = crc32c(0, tail.data, tail.len);
    buf_u32(&tail, crc);
    buf_u32(&tail, 0);
    buf_puts(&tail, "ELIFKCAB");
    buf_add(&w->pending, tail.data, tail.len);
    w->offset += tail.len;
    buf_free(&tail);
    return crc;
}

static void release(struct frame_writer *w)
{
    free(w->path);
    buf_free(&w->pending);
    buf_free(&w->page_crcs);
    w->path = NULL;
    w->fd = -1;
}

int frame_writer_finish(struct frame_writer *w, uint64_t *length, uint32_t *crc, struct error *err)
{
    end_section(w);
    align_body(w);
    if (w->offset & (FRAME_PAGE - 1))
        buf_u32(&w->page_crcs, w->page_crc);
    uint32_t tail_crc = put_tail(w);
    flush(w);
    if (!w->err.code)
        file_sync(w->fd, w->path, &w->err);
    struct error close_err = {0};
    file_close(w->fd, w->path, &close_err);
    if (!w->err.code)
        w->err = close_err;
    if (w->err.code) {
        file_calls.unlink(w->path);
        *err = w->err;
    } else {
        *length = w->offset;
        *crc = tail_crc;
    }
    int rc = w->err.code;
    release(w);
    return rc;
}

void frame_writer_abandon(struct frame_writer *w)
{
    if (!w->path)
        return;
    file_calls.close(w->fd);
    file_calls.unlink(w->path);
    release(w);
}
