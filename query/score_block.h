/*
 * score_block.h - the scores of a block of postings at once.
 *
 * units[i] = bm25_units(weight, tf[i], length norm of docs[i]), bit by bit the
 * same with and without AVX2. A frequency of 0 scores 0.
 */
#ifndef QUERY_SCORE_BLOCK_H
#define QUERY_SCORE_BLOCK_H

#include "common/index/postings.h"
#include "query/bm25.h"

/* The arrays have room for n rounded up to 8. */
void score_block(const struct bm25 *m, float weight, const uint8_t *length_codes,
                 const uint32_t *docs, const uint32_t *tf, unsigned n, uint32_t *units);

/* The arithmetic alone, of n rounded up to 8 postings. */
typedef void score_fn(float weight, const float *norms, const uint32_t *tf, unsigned n,
                      uint32_t *units);
score_fn score_scalar;
score_fn score_avx2; /* only where score_best gives it */
score_fn *score_best(void);

#endif
