/*
 * similar_pick.h - from ranked articles to a list: copies, variety, threshold.
 *
 * The candidates come in the total order (topk.h), as many as are needed. A
 * copy of the article, and of one that is picked already, is passed over, and so is
 * an article of whose source there are as many as may be.
 *
 * A diverse list is picked from the best 20: each time the one with the highest
 *
 *     0.7 * similarity to the article - 0.3 * highest similarity to what is picked
 *
 * (maximal marginal relevance: Carbonell and Goldstein 1998), the better ranked
 * one when two are equal. The similarity of d to what is picked, p, is that of p's
 * query without feedback.
 */
#ifndef QUERY_SIMILAR_PICK_H
#define QUERY_SIMILAR_PICK_H

#include "query/similar.h"

/* Where the candidates come from. */
struct similar_finder {
    void *ctx;
    const struct snapshot *s;
    const struct similar_options *options;
    const struct similar_facts *facts;
    int64_t self;        /* global number; -1 for a text */
    uint32_t self_units; /* what the article scores against itself */
    /* Offers the k best that may be listed to an empty topk, by rank units. */
    void (*best)(void *ctx, size_t k, struct topk *top);
    /* An article's score. */
    uint32_t (*units)(void *ctx, uint32_t doc);
    /* The similarity of each of the n articles to `docs[of]`. */
    int (*alike)(void *ctx, const uint32_t *docs, size_t n, size_t of, double *similarity,
                 struct error *err);
};

/* At most options->n items (room for all of them), without the numbers of copies. */
int similar_pick(const struct similar_finder *f, struct similar_item *items, size_t *count,
                 struct error *err);

#endif
