/*
 * term_weights.h - which terms of an article ask for its similar readings.
 *
 *     tf'     occurrences in the body, those in the title and in the first 100
 *             tokens of the body counted twice
 *     w       (1 + ln tf') * idf
 *     query   the 70 terms with the largest w; no stop words, no terms of one
 *             character, 2 <= df <= N / 5
 *
 * Where fewer than 10 terms are left, as in short articles and small archives,
 * the upper limit of df becomes N / 2 and then N. Equal w: byte order of the terms.
 */
#ifndef QUERY_TERM_WEIGHTS_H
#define QUERY_TERM_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#define SIMILAR_TERMS      70
#define SIMILAR_MOST_TERMS 255 /* that a query may be given */
#define SIMILAR_LEAST      10
#define SIMILAR_LEAST_DF   2
#define SIMILAR_SMALL_DF   10    /* this many articles are never too many */
#define SIMILAR_MOST_TF    65535 /* a higher tf' counts as this */

struct weighted_term {
    uint32_t term; /* the caller's number for it; ascending in byte order */
    uint32_t tf;   /* tf' */
    uint64_t df;   /* in the snapshot */
    double weight; /* set here */
};

/* Chooses among the terms of an article (stop words and one-character terms
 * already left out): moves the chosen ones to the front, largest weight
 * first, and returns how many. least_df is SIMILAR_LEAST_DF for an article of
 * the archive, 1 for another text. */
size_t term_weights_choose(struct weighted_term *terms, size_t count, uint64_t docs,
                           uint64_t least_df, size_t most);

/* Their order in the query. */
int term_weights_compare(const void *a, const void *b);

#endif
