/*
 * similar.h - the articles most like an article, or like a text.
 *
 *     score(a, d) = sum over the query terms of a (term_weights.h) of
 *                   w * tf'(d) (k1 + 1) / (tf'(d) + k1 (1 - b + b * len'(d) / average len'))
 *     similarity  = sqrt(score(a, d) / score(a, a)), between 0 and 1
 *
 * with len' = tokens + tokens of title and lead. Scores are sums of whole
 * units (bm25.h), so one article's list and the pass over the whole archive
 * (similar_all.h) agree to the last digit.
 *
 * An article is never in its own list, nor are its copies (copies.h); of each
 * group of copies the list has the best one, with the number of the others.
 * With keep_copies copies are listed as any other article.
 */
#ifndef QUERY_SIMILAR_H
#define QUERY_SIMILAR_H

#include "common/index/snapshot.h"
#include "common/text/analyzer.h"
#include "query/bm25.h"
#include "query/term_weights.h"
#include "query/topk.h"

struct similar_options {
    double k1, b;
    size_t n;     /* length of a list */
    size_t terms; /* of the query; SIMILAR_TERMS by default */
    bool keep_copies;
};

struct similar_item {
    uint32_t doc; /* global number */
    uint32_t units;
    double similarity;
    uint32_t copies; /* others of its group that are not listed */
};

struct similar_list {
    struct similar_item *items;
    size_t count;
    uint32_t own_copies; /* copies of the article asked about, which are not listed */
};

/* A term of the query with its bytes; the terms' own arena owns them. */
struct similar_query {
    struct weighted_term *terms;
    const char **texts; /* by weighted_term.term */
    size_t count;
    struct bm25 bm25; /* fitted to the weights, len' norms */
    uint32_t self_units;
};

/* Both make the query in the arena; that of article number `doc` from its
 * stored text in *a or, where the index has none, from the postings: the two
 * give the same query. */
int similar_query_of_article(const struct snapshot *s, uint32_t doc, const struct article *a,
                             struct analyzer *analyzer, const struct similar_options *o,
                             struct arena *arena, struct similar_query *q, struct error *err);
int similar_query_of_text(const struct snapshot *s, const char *text, size_t len,
                          struct analyzer *analyzer, const struct similar_options *o,
                          struct arena *arena, struct similar_query *q, struct error *err);

/* The list. self is the article's global number, -1 for a text. Items lie in
 * the arena. */
int similar_run(const struct snapshot *s, const struct similar_query *q, int64_t self,
                const struct similar_options *o, struct arena *arena, struct similar_list *out,
                struct error *err);

/* What a term of the query adds to an article's score, for --why: 0 when the
 * article does not have it. */
int similar_contribution(const struct snapshot *s, const struct similar_query *q, size_t term,
                         uint32_t doc, uint32_t *units, struct error *err);

/* Prepares the weights' scale: shared with similar_all. */
void similar_fit(struct bm25 *m, const struct snapshot *s, const struct similar_options *o);
void similar_fit_weights(struct bm25 *m, const struct weighted_term *terms, size_t count);

static inline double similar_similarity(uint32_t units, uint32_t self_units)
{
    double ratio = self_units ? (double)units / (double)self_units : 0;
    return ratio < 1 ? sqrt(ratio) : 1;
}

#endif
