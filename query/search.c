/* search.c - choosing the evaluator. */
#include "query/search.h"

static bool all_of_kind(const struct query_list *list, bool phrases_too)
{
    for (size_t i = 0; i < list->count; i++) {
        enum query_kind kind = list->nodes[i]->kind;
        if (kind == QUERY_BOOL || (kind == QUERY_PHRASE && !phrases_too))
            return false;
    }
    return true;
}

typedef int evaluator(const struct snapshot *, struct plan *, struct topk *, struct error *);

static evaluator *choose(const struct query_node *q, bool exhaustive)
{
    if (exhaustive)
        return evaluate_tree;
    if (q->kind == QUERY_TERM)
        return evaluate_any;
    if (q->kind == QUERY_PHRASE)
        return evaluate_all;
    if (q->must_not.count)
        return evaluate_tree;
    if (!q->must.count && all_of_kind(&q->should, false))
        return evaluate_any;
    if (!q->should.count && all_of_kind(&q->must, true))
        return evaluate_all;
    return evaluate_tree;
}

int search_run(const struct snapshot *s, const struct query_node *query,
               const struct search_options *options, struct arena *arena, struct hit **hits,
               size_t *count, struct bm25 *bm25, struct error *err)
{
    struct plan plan;
    struct topk top;
    int rc = plan_make(&plan, query, s, options->k1, options->b, arena, err);
    if (rc)
        return rc;
    size_t k = options->k < s->docs ? options->k : (size_t)s->docs;
    topk_init(&top, s, k);
    top.filter = options->filter;
    rc = choose(query, options->exhaustive)(s, &plan, &top, err);
    if (!rc)
        rc = topk_sort(&top, err);
    if (!rc) {
        *hits = top.heap;
        *count = top.count;
        *bm25 = plan.bm25;
        top.heap = NULL;
    }
    topk_free(&top);
    plan_free(&plan);
    return rc;
}
