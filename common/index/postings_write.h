/*
 * postings_write.h - one term's postings into bytes (postings.h has the layout).
 *
 * Feed the term's articles in ascending order, each with its positions in
 * ascending order; postings_writer_finish then gives the lists' bytes.
 */
#ifndef INDEX_POSTINGS_WRITE_H
#define INDEX_POSTINGS_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/codec/bitpack.h"
#include "common/index/impact.h"
#include "common/index/term_info.h"

/* What the head says of a finished block. */
struct block_entry {
    uint32_t last_doc, data_at, positions_at; /* from the first block's start */
    struct impact impact;
};

struct postings_writer {
    const uint8_t *length_codes; /* of all articles of the segment */
    /* the block that is being filled */
    unsigned n;
    uint32_t docs[BLOCK_LEN], tf[BLOCK_LEN];
    uint32_t *gaps; /* position gaps of the block's articles, back to back */
    size_t gap_count, gap_capacity;
    /* finished blocks */
    int64_t base; /* last article of the block before */
    uint64_t cf;
    uint32_t df;
    struct block_entry *blocks;
    size_t block_count, block_capacity;
    struct buf data;
    struct buf positions;
};

void postings_writer_init(struct postings_writer *w, const uint8_t *length_codes);
void postings_writer_free(struct postings_writer *w);

/* The next article; `tf` (1 or more) positions, ascending. */
void postings_writer_add(struct postings_writer *w, uint32_t doc, const uint32_t *positions,
                         uint32_t tf);

/* All of a term at once, and quicker: its n articles, their frequencies, and behind
 * one another the gaps of their positions: the first position of an article and
 * then each less the one before, less 1. Nothing has been added before. */
void postings_writer_add_list(struct postings_writer *w, const uint32_t *docs, const uint32_t *tf,
                              uint32_t n, const uint32_t *gaps);

/* Appends the finished lists to the two buffers, fills in *info (ordinal and
 * the offsets aside) and starts the next term. */
void postings_writer_finish(struct postings_writer *w, struct buf *postings, struct buf *positions,
                            struct term_info *info);

#endif
