/* textfile_write.h - writing stored articles as they come (textfile.h has the layout). */
#ifndef INDEX_TEXTFILE_WRITE_H
#define INDEX_TEXTFILE_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/io/deflate.h"
#include "common/io/frame_write.h"

struct textfile_writer {
    struct frame_writer *file; /* its first section is being written */
    struct deflater *deflater;
    struct buf block; /* records of the block that is being filled */
    struct buf compressed;
    struct buf offsets, lengths;
    uint32_t blocks;
};

void textfile_writer_init(struct textfile_writer *w, struct frame_writer *file);
void textfile_writer_free(struct textfile_writer *w);

/* Adds one record's bytes; says where it stands. */
void textfile_writer_add(struct textfile_writer *w, const void *record, size_t n,
                         uint32_t *text_block, uint32_t *text_offset);

/* Adds a whole block as another segment stores it; returns its number. */
uint32_t textfile_writer_copy(struct textfile_writer *w, const unsigned char *compressed, size_t n,
                              uint32_t raw_len);

/* Writes what remains; the file is then ready for frame_writer_finish. */
void textfile_writer_finish(struct textfile_writer *w);

#endif
