/*
 * matrix_search.h - one query against the archive's matrix, exactly.
 *
 * A few terms of most articles' postings decide little: they are dense and weigh
 * next to nothing. So the terms are taken in the order of weight by density, and
 * their postings summed up for all articles, tile by tile, in 16-bit sums that are
 * never below the true score ("bounds"), until
 *
 *   1  the terms left could add no more than a tenth of the article's own score, or
 *      half of the score that is wanted at least;
 *   2  the articles with the highest bounds are scored exactly: the k-th score is a
 *      threshold that the answer cannot be below, unless one is known;
 *   3  scoring every article whose bound, with what the terms left could add, reaches
 *      the threshold costs less than summing up further terms.
 *
 * Of these articles, those are left out whose signature (archive_matrix.h) says that they
 * have too few of the terms left; the others are scored exactly from the matrix by article.
 * So the answer is exact wherever the sums stop.
 */
#ifndef QUERY_MATRIX_SEARCH_H
#define QUERY_MATRIX_SEARCH_H

#include "query/archive_matrix.h"
#include "query/similar_choice.h"
#include "query/topk.h"

struct matrix_search;

/* For one thread. */
struct matrix_search *matrix_search_new(const struct archive_matrix *m, const struct snapshot *s);
void matrix_search_free(struct matrix_search *x); /* NULL is fine */

/* Starts a query of at most SIMILAR_MOST_TERMS terms, which need not stay where they are. */
void matrix_search_start(struct matrix_search *x, const struct weighted_term *terms, size_t count);

/* Starts a query that is much like the one before, at a fraction of the cost: what was
 * summed up stays a bound, to which terms add by how much more they weigh now. */
void matrix_search_go_on(struct matrix_search *x, const struct weighted_term *terms, size_t count);

/* An article's score. */
uint32_t matrix_search_units(const struct matrix_search *x, uint32_t doc);

/* Which articles count. */
struct matrix_filter {
    uint32_t self;                     /* not this one */
    const struct similar_facts *facts; /* NULL: all others, by their score alone */
    uint32_t self_units;
    double threshold; /* the least similarity; 0 without facts */
    uint32_t floor;   /* fewer units are not wanted; 0: all are */
};

/* Offers the k best to an empty topk. May be called again, for more. */
void matrix_search_best(struct matrix_search *x, const struct matrix_filter *f, size_t k,
                        struct topk *top);

#endif
