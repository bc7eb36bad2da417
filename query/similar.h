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
 * With feedback the archive is asked twice: the second query learns from the
 * first five of the first list, which knows no choice and no threshold.
 *
 * An article is never in its own list, nor are its copies (copies.h); of each
 * group of copies the list has the best one, with the number of the others.
 * With keep_copies copies are listed as any other article. What else is left
 * out is the caller's choice (similar_choice.h).
 *
 * Queries leave an article's boilerplate out (asked.h).
 */
#ifndef QUERY_SIMILAR_H
#define QUERY_SIMILAR_H

#include "common/index/snapshot.h"
#include "common/text/analyzer.h"
#include "query/article_terms.h"
#include "query/bm25.h"
#include "query/similar_choice.h"
#include "query/topk.h"

struct similar_options {
    double k1, b;
    size_t n;     /* length of a list */
    size_t terms; /* of the query; SIMILAR_TERMS by default */
    bool feedback;
    bool keep_copies;
    bool keep_boilerplate; /* let it count in queries (asked.h) */
    double threshold;      /* the least similarity that is listed; 0 lists whatever shares a term */
    struct similar_choice choice;
};

/* The threshold below which more articles are off topic than on it, with feedback and
 * without: measured by tests/quality. */
#define SIMILAR_THRESHOLD       0.40
#define SIMILAR_THRESHOLD_PLAIN 0.35

/* What the commands start from: lists of five, with feedback. */
extern const struct similar_options similar_defaults;

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

/* The query that made a list; the arena owns it. */
struct similar_query {
    struct weighted_term *terms;
    size_t count;
    struct term_text *texts; /* by weighted_term.term */
    struct bm25 bm25;        /* fitted to the weights, len' norms */
    uint32_t self_units;
};

/* What a list is made with. */
struct similar_context {
    const struct snapshot *s;
    struct analyzer *analyzer; /* the index's */
    struct article_reader *reader;
    const struct similar_options *options;
    struct arena *arena;
};

/* The list of an article of the archive, by its global number, or of a text, by
 * the analyzer of its language; and the query, which may be NULL. */
int similar_to_article(const struct similar_context *c, uint32_t doc, struct similar_query *q,
                       struct similar_list *out, struct error *err);
int similar_to_text(const struct similar_context *c, struct analyzer *analyzer, const char *text,
                    size_t len, struct similar_query *q, struct similar_list *out,
                    struct error *err);

/* What a term of the query adds to an article's score, for --why: 0 when the
 * article does not have it. */
int similar_contribution(const struct snapshot *s, const struct similar_query *q, size_t term,
                         uint32_t doc, uint32_t *units, struct error *err);

/* Length norms, for so many articles of so many tokens together, those of title and lead
 * counted twice; then the scale for a query. Shared with similar_all.h. */
void similar_fit(struct bm25 *m, uint64_t docs, uint64_t length, const struct similar_options *o);
void similar_fit_weights(struct bm25 *m, const struct weighted_term *terms, size_t count);

/* The score of an article, by its terms, for a query fitted to `m`; `weights` is by
 * term: bm25_weight, 0 for terms that the query does not have. */
uint32_t similar_units(const struct bm25 *m, const float *weights, const struct article_term *terms,
                       size_t count, uint8_t length_code);

static inline double similar_similarity(uint32_t units, uint32_t self_units)
{
    double ratio = self_units ? (double)units / (double)self_units : 0;
    return ratio < 1 ? sqrt(ratio) : 1;
}

#endif
