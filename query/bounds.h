/*
 * bounds.h - upper bounds on what a list can add to an article's score.
 */
#ifndef QUERY_BOUNDS_H
#define QUERY_BOUNDS_H

#include "query/bm25.h"
#include "query/cursor.h"

/* For any article of [from, to): from the impacts of the blocks that reach
 * into it, or of their groups where there are many. 0 when none does, and only then: a
 * posting may score 0. */
uint32_t bounds_of_range(const struct bm25 *m, const struct postings *p, float weight,
                         uint32_t from, uint32_t to);

#endif
