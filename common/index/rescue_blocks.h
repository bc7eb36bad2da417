/*
 * rescue_blocks.h - blocks of names or of text from a file that may be damaged.
 *
 * Both kinds of blocks are deflate streams back to back, with a table of where
 * each starts and one of their lengths. A block whose place in the table is
 * damaged starts where the one before it ended; of a block that is damaged
 * itself, what stands before the damage is had.
 */
#ifndef INDEX_RESCUE_BLOCKS_H
#define INDEX_RESCUE_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/io/frame_rescue.h"
#include "common/io/inflate_rescue.h"

struct rescue_blocks {
    const struct rescued_frame *file;
    struct section data, offsets, lengths; /* the tables are empty where they are lost */
    size_t most;                           /* bytes that a block may have */
    struct rescue_inflater *inflater;
    /* the block at hand */
    int64_t held; /* its number; -1: none */
    struct buf bytes;
    size_t trusted;           /* so many of its bytes rest on right pages */
    bool complete;            /* the stream ended, and where its length is known it has it */
    const char *problem;      /* NULL when it is complete and all of it trusted */
    const unsigned char *end; /* where its stream ended; NULL when it did not */
};

/* Sections of the file: the data and its two tables. A file without sections
 * is all data behind its header. */
void rescue_blocks_open(struct rescue_blocks *b, const struct rescued_frame *file, unsigned data,
                        unsigned offsets, unsigned lengths, size_t most);
void rescue_blocks_close(struct rescue_blocks *b); /* accepts a zeroed struct */

/* Makes the block the one at hand. Its bytes may be none. Blocks are best
 * asked for in their order. */
void rescue_blocks_get(struct rescue_blocks *b, uint32_t block);

#endif
