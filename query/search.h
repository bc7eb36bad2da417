/*
 * search.h - the best articles for a query.
 *
 * There are three ways to the same answer, chosen by the query's form:
 *
 *   evaluate_any.c   several optional terms: windows of articles, upper bounds
 *                    from the impacts, the terms that cannot matter set aside
 *   evaluate_all.c   one term or phrase, or several that must all match: the
 *                    rarest leads, the others are asked for its articles
 *   evaluate_tree.c  everything else, and every query with `exhaustive`: each
 *                    matching article is scored, window by window
 */
#ifndef QUERY_SEARCH_H
#define QUERY_SEARCH_H

#include <stdbool.h>

#include "common/index/snapshot.h"
#include "query/plan.h"
#include "query/topk.h"

struct search_options {
    double k1, b;
    size_t k;                    /* how many articles are wanted */
    bool exhaustive;             /* no pruning; the answer is the same */
    const struct filter *filter; /* what may be found; NULL: everything */
    /* as in topk.h */
    enum topk_order order;
    const struct recency *recency;
    const struct topk_place *after;
    struct filter *matches; /* gets every article that matches; NULL: they are not counted */
};

/* BF_ERR_USAGE when k1 or b are out of range. */
int search_check_options(const struct search_options *options, struct error *err);

/* The k best, best first: *hits is the caller's to free. */
int search_run(const struct snapshot *s, const struct query_node *query,
               const struct search_options *options, struct arena *arena, struct hit **hits,
               size_t *count, struct bm25 *bm25, struct error *err);

/* The evaluators: offer what matches, of all segments, to the heap. */
int evaluate_tree(const struct snapshot *s, struct plan *p, struct topk *top, struct error *err);
int evaluate_all(const struct snapshot *s, struct plan *p, struct topk *top, struct error *err);
int evaluate_any(const struct snapshot *s, struct plan *p, struct topk *top, struct error *err);

#endif
