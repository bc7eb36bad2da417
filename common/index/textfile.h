/*
 * textfile.h - the stored articles of a segment: layout and reading.
 *
 * Kind "TEXT". Records (record.h) of consecutive articles are joined to
 * blocks of about 128 KiB, each compressed on its own as raw deflate.
 *
 *   section 0   compressed blocks, back to back
 *   section 1   (B + 1) x 8   where each block starts in section 0; the end
 *   section 2   B x 4         length of each block, decompressed
 */
#ifndef INDEX_TEXTFILE_H
#define INDEX_TEXTFILE_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/error.h"
#include "common/io/deflate.h"
#include "common/io/frame.h"

struct textfile {
    struct frame frame;
    uint32_t blocks;
};

int textfile_open(struct textfile *t, const char *path, struct error *err);
void textfile_close(struct textfile *t); /* accepts a zeroed struct */

/* Decompresses a block; *out is replaced. */
int textfile_read(const struct textfile *t, uint32_t block, struct inflater *inflater,
                  struct buf *out, struct error *err);

/* A block as stored, for merging: its bytes and decompressed length. */
int textfile_raw(const struct textfile *t, uint32_t block, const unsigned char **p, size_t *n,
                 uint32_t *raw_len, struct error *err);

#endif
