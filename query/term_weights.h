/*
 * term_weights.h - which terms of an article ask for its similar readings.
 *
 *     tf'       occurrences in the body, those in the title and in the first 100
 *               tokens of the body counted twice
 *     w         (1 + ln tf') * idf, as a float
 *     query     the 85 terms with the largest w; no stop words, no terms of one
 *               character, 2 <= df <= N / 5
 *     feedback  w + 1/2 |q| * sum over the five most similar articles r of
 *               s_r / S * w_r / |q_r|, again the 85 largest
 *
 * with s_r the score of r, S the sum of these, |q| the Euclidean length of a query.
 * That is Rocchio's relevance feedback (1971) with what was ranked first taken for
 * relevant, each article by how relevant.
 *
 * Where fewer than 10 terms are left, as in short articles and small archives,
 * the upper limit of df becomes N / 2 and then N. Equal w: byte order of the terms.
 */
#ifndef QUERY_TERM_WEIGHTS_H
#define QUERY_TERM_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIMILAR_TERMS      85
#define SIMILAR_MOST_TERMS 255 /* that a query may be given */
#define SIMILAR_LEAST      10
#define SIMILAR_LEAST_DF   2
#define SIMILAR_SMALL_DF   10    /* this many articles are never too many */
#define SIMILAR_MOST_TF    65535 /* a higher tf' counts as this */
#define SIMILAR_FEEDBACK   5     /* articles that a query learns from */
#define SIMILAR_ALPHA      0.5

/* Terms go by numbers of the caller's, which ascend in byte order. */
struct article_term {
    uint32_t term;
    uint32_t tf; /* tf' */
};

struct weighted_term {
    uint32_t term;
    float weight;
};

/* Of the archive, by term. */
struct term_statistics {
    uint64_t docs;
    const uint32_t *dfs;
    const double *idfs; /* bm25_idf of docs and df */
};

/* Whether 2 <= df <= N / 5: the term asks where at least SIMILAR_LEAST others do. */
bool term_weights_usual(const struct term_statistics *statistics, uint32_t term);

/* The query of an article (stop words and one-character terms already left
 * out), its terms ascending; returns how many terms. `out` has room for
 * `count`. least_df is SIMILAR_LEAST_DF for an article of the archive, 1 for
 * another text. *least becomes the smallest weight when terms were left out, else 0. If it
 * is that already, as of an earlier call, they are not searched for; anything else does no harm. */
size_t term_weights_query(const struct article_term *terms, size_t count,
                          const struct term_statistics *statistics, uint64_t least_df, size_t most,
                          float *least, struct weighted_term *out);

/* A query and those of the articles most like it, with their scores. */
struct feedback {
    const struct weighted_term *terms[SIMILAR_FEEDBACK + 1]; /* [0] the article's own */
    size_t counts[SIMILAR_FEEDBACK + 1];
    uint32_t units[SIMILAR_FEEDBACK + 1]; /* [0] is not used */
    size_t n;                             /* articles learned from, 0 to SIMILAR_FEEDBACK */
};

/* The query with feedback, in the order in which its terms are met; returns how many terms,
 * at most `most`. `slots`, by term, is all zero before and after. `out` has room for all terms of
 * all queries. */
size_t term_weights_feedback(const struct feedback *f, size_t most, uint16_t *slots,
                             struct weighted_term *out);

#endif
