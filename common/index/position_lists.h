/*
 * position_lists.h - where a term stands in many articles of its list, to be
 * compared with where another one does.
 *
 * Articles that are near each other in a block are decoded together with what lies between them,
 * as running sums. The k-th position of article i is
 * sums[at[i] + k] - sums[at[i] - 1] - 1, modulo 2^32.
 */
#ifndef INDEX_POSITION_LISTS_H
#define INDEX_POSITION_LISTS_H

#include "common/index/marks.h"
#include "common/index/postings.h"

/* A block that postings are from: how many positions it has, and where. */
struct share_block {
    uint32_t block, total;
    struct position_bytes bytes;
};

/* Of ascending postings: the i-th has `count[i]` of its block's positions, from number
 * `from[i]` on. The blocks ascend and may be more than the postings are from. */
struct position_shares {
    uint32_t from[POSTINGS_TOGETHER], count[POSTINGS_TOGETHER];
    struct share_block blocks[POSTINGS_TOGETHER];
    unsigned block_count;
};

struct position_lists {
    uint32_t at[POSTINGS_TOGETHER];
    const uint32_t *count; /* those of the shares */
    uint32_t *sums;
    size_t used, capacity;
    uint32_t *ones; /* work room */
    size_t ones_capacity;
};
void position_lists_free(struct position_lists *l); /* accepts a zeroed struct */

/* Reads the positions of n postings, some of those that the shares were made for. */
int position_lists_read(struct position_lists *l, const struct postings *p, const uint32_t *places,
                        const struct position_shares *shares, unsigned n, struct error *err);

/* pairs[i]: how often b's term stands so many places behind a's in article i of both. */
void position_lists_pairs(const struct position_lists *a, const struct position_lists *b,
                          uint32_t distance, unsigned n, uint32_t *pairs);

/* Whether it stands so behind the k-th place of a's. */
bool position_lists_follows(const struct position_lists *a, uint32_t k,
                            const struct position_lists *b, uint32_t distance, unsigned i);

#endif
