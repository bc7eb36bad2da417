/*
 * frame_rescue.h - a framed file (frame.h) of which parts are damaged.
 *
 * frame_open refuses a file whose header, tables or footer are wrong, and a
 * reader stops at a page whose checksum is. Here everything is read that can
 * be, and each page is marked as right or not; whether what it says can be
 * believed is the caller's to decide. A single wrong byte of a page, or of the
 * tables, is put right in memory (crc32c_mend.h). Bytes that the disk does not
 * give are zeros.
 */
#ifndef IO_FRAME_RESCUE_H
#define IO_FRAME_RESCUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/io/frame.h"

struct rescued_frame {
    /* For the readers of the file's kind: every page passes for verified, so
     * that they go by bounds alone. No sections where their table makes no
     * sense. kind and id are what the header says, zeros where it is none. */
    struct frame frame;
    unsigned char *right; /* by page of the body: 1 where its checksum is right */
    size_t pages;
    bool tables_right; /* page table, section table and footer are */
    bool whole;        /* tables and every page are, the mended ones included */
    unsigned mended;   /* bytes that were put right */
    struct error err;  /* what frame_open and frame_verify say of the file; code 0: nothing */
};

/* `kind` is what it should be, and `sections` how many that kind has: where the
 * footer is damaged, the length of the file then tells where the tables are.
 * BF_ERR_MISSING when there is no file, or none that anybody can read, a
 * directory for instance; BF_ERR_SYSTEM when the system refuses what may be
 * whole: permission, memory, descriptors.
 * BF_ERR_TOO_NEW or BF_ERR_TOO_OLD when the header is right and says so. */
int frame_rescue(struct rescued_frame *r, const char *path, uint32_t kind, unsigned sections,
                 struct error *err);
void frame_rescue_close(struct rescued_frame *r); /* accepts a zeroed struct */

/* Whether all pages under [p, p + n), inside the map, are right. */
bool frame_rescue_right(const struct rescued_frame *r, const unsigned char *p, size_t n);

/* How many of the n bytes from p on stand before the first wrong page. */
size_t frame_rescue_good(const struct rescued_frame *r, const unsigned char *p, size_t n);

#endif
