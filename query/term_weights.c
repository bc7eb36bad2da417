/* term_weights.c - weighting and choosing. */
#include "query/term_weights.h"

#include <math.h>
#include <stdlib.h>

#include "query/bm25.h"

int term_weights_compare(const void *a, const void *b)
{
    const struct weighted_term *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return (x->term > y->term) - (x->term < y->term);
}

static size_t keep_below(struct weighted_term *terms, size_t count, uint64_t least, uint64_t most)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (terms[i].df < least || terms[i].df > most)
            continue;
        struct weighted_term t = terms[i];
        terms[i] = terms[kept];
        terms[kept++] = t;
    }
    return kept;
}

size_t term_weights_choose(struct weighted_term *terms, size_t count, uint64_t docs,
                           uint64_t least_df, size_t most)
{
    uint64_t limits[] = {docs / 5, docs / 2, docs};
    size_t kept = 0;
    for (size_t i = 0; i < 3 && kept < SIMILAR_LEAST; i++) {
        uint64_t limit = limits[i] > SIMILAR_SMALL_DF ? limits[i] : SIMILAR_SMALL_DF;
        kept = keep_below(terms, count, least_df, limit);
    }
    for (size_t i = 0; i < kept; i++)
        terms[i].weight = (1 + log(terms[i].tf)) * bm25_idf(docs, terms[i].df);
    if (kept)
        qsort(terms, kept, sizeof *terms, term_weights_compare);
    return kept < most ? kept : most;
}
