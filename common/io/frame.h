/*
 * frame.h - the frame round every file of an index (reading).
 *
 *     offset 0    header, 48 bytes
 *                   8  magic "BACKFILE"
 *                   4  kind, four letters ("TERM", "POST", ...)
 *                   2  format version (FORMAT_VERSION)
 *                   2  flags, 0; an unknown flag refuses the file
 *                  16  id: the same in all files of a segment
 *                  16  zeros
 *     offset 48   sections, each starting at a multiple of 16, zeros between
 *     body end    (multiple of 16)
 *                 page table: CRC-32C of each 16 KiB page of the body [0, body end), 4 bytes each
 *                 section table: for each section its offset (8) and length (8)
 *                 footer, 40 bytes
 *                   8  body end
 *                   4  number of sections
 *                   4  zeros
 *                   8  total length of the file
 *                   4  CRC-32C of page table, section table and the footer up to here
 *                   4  zeros
 *                   8  magic "ELIFKCAB"
 *
 * The footer's checksum covers the page table, which covers every other byte:
 * whoever knows that checksum (the manifest does) knows the whole file.
 * Opening verifies header, tables and footer. Pages are verified when they
 * are first touched through frame_touch(), so that a query pays only for
 * what it reads.
 */
#ifndef IO_FRAME_H
#define IO_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

#define FORMAT_VERSION     1
#define FRAME_HEADER       48
#define FRAME_FOOTER       40
#define FRAME_ALIGN        16
#define FRAME_PAGE_BITS    14
#define FRAME_PAGE         ((size_t)1 << FRAME_PAGE_BITS)
#define FRAME_MAX_SECTIONS 64
#define FRAME_ID_BYTES     16

#define FRAME_KIND(a, b, c, d)                                                                     \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

struct section {
    const unsigned char *p;
    size_t len;
};

/* A mapped file. Its path is kept for messages. Several threads may read and
 * touch it at once. */
struct frame {
    char *path;
    const unsigned char *map;
    size_t len;
    size_t body_len;
    uint32_t kind;
    uint32_t crc; /* of the tail: stands for the whole file */
    unsigned char id[FRAME_ID_BYTES];
    unsigned section_count;
    struct section sections[FRAME_MAX_SECTIONS];
    const unsigned char *page_table;
    unsigned char *verified; /* one byte a page: 1 once its checksum was right */
};

/* Maps and verifies the frame of a file. BF_ERR_DAMAGED, BF_ERR_TOO_NEW,
 * BF_ERR_TOO_OLD or BF_ERR_SYSTEM name file and offset; a file that does not
 * exist is BF_ERR_MISSING. frame_close accepts a zeroed struct. */
int frame_open(struct frame *f, const char *path, uint32_t kind, struct error *err);
void frame_close(struct frame *f);

/* Verifies the pages under [p, p + n), which must lie inside the body. */
int frame_touch_slow(const struct frame *f, const unsigned char *p, size_t n, struct error *err);

static inline int frame_touch(const struct frame *f, const unsigned char *p, size_t n,
                              struct error *err)
{
    size_t first = (size_t)(p - f->map) >> FRAME_PAGE_BITS;
    size_t last = (size_t)(p + n - f->map) >> FRAME_PAGE_BITS;
    if (first == last && __atomic_load_n(f->verified + first, __ATOMIC_RELAXED))
        return BF_OK;
    return frame_touch_slow(f, p, n, err);
}

/* Verifies every page, first damage reported. */
int frame_verify(const struct frame *f, struct error *err);

/* Lets go of the memory that what was read of the file takes; it comes back
 * when it is read again. For one that reads a large file through. */
void frame_leave(const struct frame *f);

/* BF_ERR_DAMAGED for the byte at p: "path: offset N: what". Inline, so that a compiler sees
 * that it is not BF_OK. */
void frame_tell_damage(const struct frame *f, const void *p, const char *what, struct error *err);
static inline int frame_damaged(const struct frame *f, const void *p, const char *what,
                                struct error *err)
{
    frame_tell_damage(f, p, what, err);
    return BF_ERR_DAMAGED;
}

#endif
