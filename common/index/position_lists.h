/*
 * position_lists.h - where a term stands in many articles of its list, to be
 * compared with where another one does.
 *
 * When many of a block's articles are asked for, all of the block's positions
 * are decoded together, as running sums from the block's first gap on; else
 * only those of each article. Either way the k-th position of article i is
 * sums[at[i] + k] - sums[at[i] - 1] - 1, modulo 2^32.
 */
#ifndef INDEX_POSITION_LISTS_H
#define INDEX_POSITION_LISTS_H

#include "common/index/postings.h"

/* An article's positions: `count` of its block's, from number `from` on. */
struct position_share {
    uint32_t from, count;
};

/* Those of up to BLOCK_LEN ascending postings, and of each block that these
 * are from how many positions it has. */
struct position_shares {
    struct position_share articles[BLOCK_LEN];
    uint32_t blocks[BLOCK_LEN], totals[BLOCK_LEN];
};

struct position_lists {
    uint32_t at[BLOCK_LEN], count[BLOCK_LEN];
    uint32_t *sums;
    size_t used, capacity;
    uint32_t *ones; /* work room */
    size_t ones_capacity;
    /* The last block that was decoded whole is still there. */
    bool whole;
    uint32_t whole_block, whole_count;
    size_t whole_at;
};
void position_lists_free(struct position_lists *l); /* accepts a zeroed struct */

/* Forgets the list that was read: the next call is of another. */
void position_lists_reset(struct position_lists *l);

/* Reads the positions of n postings, some of those that the shares were made for. */
int position_lists_read(struct position_lists *l, const struct postings *p, const uint32_t *places,
                        const struct position_shares *shares, unsigned n, struct error *err);

/* Keeps those of the articles in `kept`, ascending. */
void position_lists_keep(struct position_lists *l, const uint8_t *kept, unsigned n);

/* pairs[i]: how often b's term stands so many places behind a's in article i of both. */
void position_lists_pairs(const struct position_lists *a, const struct position_lists *b,
                          uint32_t distance, unsigned n, uint32_t *pairs);

/* Whether it stands so behind the k-th place of a's. */
bool position_lists_follows(const struct position_lists *a, uint32_t k,
                            const struct position_lists *b, uint32_t distance, unsigned i);

#endif
