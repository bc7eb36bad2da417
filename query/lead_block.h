/*
 * lead_block.h - a block of postings as similar readings count them.
 *
 * What stands in title and lead counts twice (similar.h), and only positions
 * tell how often that is. They are not read for searching.
 */
#ifndef QUERY_LEAD_BLOCK_H
#define QUERY_LEAD_BLOCK_H

#include "common/index/segment.h"
#include "query/term_weights.h"

struct lead_block {
    struct posting_block articles;
    uint32_t tf[BLOCK_LEN]; /* tf', SIMILAR_MOST_TF at most */
    struct position_block room;
};

int lead_block_read(struct lead_block *b, const struct segment *s, const struct postings *p,
                    uint32_t block, struct error *err);

/* Of one article: BF_END when the list does not have it. */
int lead_block_find(struct lead_block *b, const struct segment *s, const struct postings *p,
                    uint32_t doc, uint32_t *tf, struct error *err);

void lead_block_free(struct lead_block *b); /* accepts a zeroed struct */

#endif
