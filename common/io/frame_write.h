/*
 * frame_write.h - writing a framed file (frame.h has the layout).
 *
 * Errors are sticky: once a write fails the rest is ignored and
 * frame_writer_finish reports the first failure. The file is created under
 * its final name, which must not exist, and is unlinked again by
 * frame_writer_abandon or a finish that fails.
 */
#ifndef IO_FRAME_WRITE_H
#define IO_FRAME_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/error.h"
#include "common/io/frame.h"

struct frame_writer {
    char *path; /* NULL when no file is open */
    int fd;
    uint64_t offset;    /* bytes of the body written so far, the pending ones included */
    struct buf pending; /* not yet handed to the system */
    struct buf page_crcs;
    uint32_t page_crc; /* of the page that is being filled */
    unsigned section_count;
    uint64_t sections[FRAME_MAX_SECTIONS][2];
    struct error err; /* the first failure; err.code is BF_OK while all is well */
};

/* Creates the file and writes its header. */
int frame_writer_open(struct frame_writer *w, const char *path, uint32_t kind,
                      const unsigned char id[FRAME_ID_BYTES], struct error *err);

/* Starts the next section; bytes then go in through frame_write. */
void frame_section(struct frame_writer *w);
void frame_write(struct frame_writer *w, const void *p, size_t n);
/* A whole section at once. */
void frame_put_section(struct frame_writer *w, const void *p, size_t n);

/* Bytes of the present section so far. */
uint64_t frame_section_bytes(const struct frame_writer *w);

/* Writes tables and footer, syncs and closes. `length` and `crc` (of the
 * tail) identify the file in the manifest. */
int frame_writer_finish(struct frame_writer *w, uint64_t *length, uint32_t *crc, struct error *err);
void frame_writer_abandon(struct frame_writer *w);

#endif
