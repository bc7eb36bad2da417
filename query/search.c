/* search.c - choosing the evaluator. */
#include "query/search.h"

#include "query/query_filter.h"

static bool all_of_kind(const struct query_list *list, bool phrases_too)
{
    for (size_t i = 0; i < list->count; i++) {
        enum query_kind kind = list->nodes[i]->kind;
        if (kind != QUERY_TERM && (kind != QUERY_PHRASE || !phrases_too))
            return false;
    }
    return true;
}

typedef int evaluator(const struct snapshot *, struct plan *, struct topk *, struct error *);

static evaluator *choose(const struct query_node *q, bool exhaustive)
{
    if (exhaustive)
        return evaluate_tree;
    if (q->kind == QUERY_TERM || q->kind == QUERY_PHRASE)
        return evaluate_all;
    if (q->kind != QUERY_BOOL || q->must_not.count)
        return evaluate_tree;
    if (!q->must.count && all_of_kind(&q->should, false))
        return evaluate_any;
    if (!q->should.count && all_of_kind(&q->must, true))
        return evaluate_all;
    return evaluate_tree;
}

/* Everything that the filter leaves, at score 0. */
static int evaluate_filter(const struct snapshot *s, struct topk *top)
{
    for (uint32_t i = 0; i < s->count; i++)
        for (uint32_t doc = 0; doc < s->segments[i].entry.docs; doc++)
            topk_offer(top, i, doc, 0);
    return BF_OK;
}

/* Whether every match has to be looked at. */
static bool wants_all(const struct search_options *o)
{
    return o->exhaustive || o->order != TOPK_BEST || o->matches;
}

static int evaluate_words(const struct snapshot *s, const struct query_node *words,
                          const struct search_options *options, struct topk *top,
                          struct arena *arena, struct bm25 *bm25, struct error *err)
{
    struct plan plan;
    int rc = plan_make(&plan, words, s, options->k1, options->b, arena, err);
    plan.exhaustive = wants_all(options);
    if (!rc)
        rc = choose(words, plan.exhaustive)(s, &plan, top, err);
    *bm25 = plan.bm25;
    plan_free(&plan);
    return rc;
}

/* What the query's filters and those of the options leave; *words is the rest
 * of the query. */
static int make_filter(const struct snapshot *s, const struct query_node *query,
                       const struct search_options *options, struct arena *arena,
                       struct filter *filter, const struct query_node **words, struct error *err)
{
    if (options->filter)
        filter_copy(filter, options->filter);
    else
        filter_open(filter, s);
    return query_filter_split(query, filter, arena, words, err);
}

int search_check_options(const struct search_options *options, struct error *err)
{
    if (options->k1 < 0 || options->k1 > BM25_MOST_K1)
        return error_set(err, BF_ERR_USAGE, "--k1: 0 to %g", BM25_MOST_K1);
    if (options->b < 0 || options->b > 1)
        return error_set(err, BF_ERR_USAGE, "--b: 0 to 1");
    return BF_OK;
}

int search_run(const struct snapshot *s, const struct query_node *query,
               const struct search_options *options, struct arena *arena, struct hit **hits,
               size_t *count, struct bm25 *bm25, struct error *err)
{
    struct filter filter = {0};
    struct topk top;
    const struct query_node *words = query;
    bool narrowed = query_filter_any(query);
    int rc = narrowed ? make_filter(s, query, options, arena, &filter, &words, err) : BF_OK;
    topk_init(&top, s, options->k < s->docs ? options->k : (size_t)s->docs);
    top.filter = narrowed ? &filter : options->filter;
    top.order = options->order;
    top.recency = options->recency;
    top.after = options->after;
    top.matches = options->matches;
    bm25_init(bm25, options->k1, options->b, 0);
    if (!rc)
        rc = words ? evaluate_words(s, words, options, &top, arena, bm25, err)
                   : evaluate_filter(s, &top);
    if (!rc)
        rc = topk_sort(&top, err);
    if (!rc) {
        *hits = top.heap;
        *count = top.count;
        top.heap = NULL;
    }
    topk_free(&top);
    filter_free(&filter);
    return rc;
}
