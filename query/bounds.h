/*
 * bounds.h - upper bounds on what a list can add to an article's score.
 *
 * Each block's bound is worked out once for a query. Bounds of consecutive
 * ranges of articles are then the highest of the blocks that reach into them.
 */
#ifndef QUERY_BOUNDS_H
#define QUERY_BOUNDS_H

#include "query/bm25.h"
#include "query/cursor.h"

struct bounds {
    const struct cursor *cursor;
    uint32_t *blocks; /* by block: the most that a posting of it can score, 1 or more */
    size_t capacity;
    uint32_t at; /* no block before it reaches into the next range */
};

/* For a term of a weight. A list of one block has no impact: it is decoded,
 * and its cursor holds it then. `length_codes` are those of the segment's articles. */
int bounds_make(struct bounds *b, const struct bm25 *m, struct cursor *c, float weight,
                const uint8_t *length_codes, struct error *err);
void bounds_free(struct bounds *b); /* accepts a zeroed struct */

/* For any article of [from, to); the ranges asked for ascend. 0 when no block
 * reaches into it, and only then: a posting may score 0. */
uint32_t bounds_of_range(struct bounds *b, uint32_t from, uint32_t to);

#endif
