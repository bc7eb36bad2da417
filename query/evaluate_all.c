/*
 * evaluate_all.c - terms and phrases that must all match.
 *
 * The rarest list leads. The others are asked for each of its articles, the
 * rarer first, and when one does not have it the lead skips to the next that
 * it has. A block of the lead whose articles cannot reach the threshold is
 * not decoded.
 */
#include "query/search.h"

#include <stdlib.h>

#include "query/bounds.h"

/* One list that must have the article. */
struct all_list {
    struct cursor *cursor;
};

struct all {
    const struct segment *segment;
    uint32_t segment_number;
    const struct plan *plan;
    struct plan_node *leaves;
    size_t leaf_count;
    struct all_list *lists; /* by df: lists[0] leads */
    size_t count;
    struct topk *top;
};

static int compare_lists(const void *a, const void *b)
{
    const struct all_list *x = a, *y = b;
    uint32_t dx = x->cursor->list.info.df, dy = y->cursor->list.info.df;
    if (dx != dy)
        return dx < dy ? -1 : 1;
    return (x->cursor > y->cursor) - (x->cursor < y->cursor);
}

/* A phrase stands no more often than any of its terms: the first one's impacts
 * bound it. */
static uint64_t bound_of_range(const struct all *a, uint32_t from, uint32_t to)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < a->leaf_count; i++) {
        const struct plan_node *leaf = &a->leaves[i];
        sum += bounds_of_range(&a->plan->bm25, &leaf->cursors[0].list, leaf->weight, from, to);
    }
    return sum;
}

/* BF_OK when all lists have the article; BF_END with the next that may be. */
static int find_in_all(struct all *a, uint32_t doc, uint32_t *next, struct error *err)
{
    for (size_t i = 1; i < a->count; i++) {
        int rc = cursor_find(a->lists[i].cursor, doc, next, err);
        if (rc)
            return rc;
    }
    return BF_OK;
}

static int score_article(struct all *a, uint32_t doc, struct error *err)
{
    uint32_t total = 0;
    for (size_t i = 0; i < a->leaf_count; i++) {
        uint32_t units, tf;
        int rc = plan_found_units(a->plan, &a->leaves[i], a->segment, doc, &units, &tf, err);
        if (rc)
            return rc;
        total += units;
    }
    topk_offer(a->top, a->segment_number, doc, total);
    return BF_OK;
}

/* One block of the lead; *from is the next article worth asking for. */
static int evaluate_block(struct all *a, uint32_t block, uint32_t *from, struct error *err)
{
    struct cursor *lead = a->lists[0].cursor;
    int rc = cursor_hold(lead, block, err);
    unsigned i = rc ? 0 : posting_block_seek(&lead->block, *from);
    while (!rc && i < lead->block.n) {
        uint32_t doc = lead->block.docs[i], next;
        rc = find_in_all(a, doc, &next, err);
        if (rc == BF_END) {
            *from = next;
            i = posting_block_seek(&lead->block, next);
            rc = BF_OK;
            continue;
        }
        lead->at = i++;
        if (!rc && !deletes_has(&a->segment->deletes, doc) &&
            topk_wants(a->top, a->segment_number, doc))
            rc = score_article(a, doc, err);
        if (rc == BF_END)
            rc = BF_OK;
    }
    return rc;
}

static int evaluate_segment(struct all *a, struct error *err)
{
    const struct postings *lead = &a->lists[0].cursor->list;
    uint32_t from = 0;
    int rc = BF_OK;
    for (uint32_t b = 0; b < lead->blocks && !rc; b++) {
        uint32_t last = postings_last_doc(lead, b);
        uint32_t first = b ? postings_last_doc(lead, b - 1) + 1 : 0;
        if (from == UINT32_MAX)
            break;
        if (last < from || bound_of_range(a, first, last + 1) < topk_threshold(a->top))
            continue;
        rc = evaluate_block(a, b, &from, err);
    }
    return rc;
}

/* False when the segment lacks a term: then nothing matches there. */
static bool list_all(struct all *a)
{
    a->count = 0;
    for (size_t i = 0; i < a->leaf_count; i++) {
        if (a->leaves[i].absent)
            return false;
        for (size_t t = 0; t < plan_term_count(&a->leaves[i]); t++)
            a->lists[a->count++] = (struct all_list){&a->leaves[i].cursors[t]};
    }
    qsort(a->lists, a->count, sizeof *a->lists, compare_lists);
    return true;
}

int evaluate_all(const struct snapshot *s, struct plan *p, struct topk *top, struct error *err)
{
    bool one = p->root.query->kind != QUERY_BOOL;
    struct all a = {.plan = p,
                    .leaves = one ? &p->root : p->root.must,
                    .leaf_count = one ? 1 : p->root.query->must.count,
                    .top = top};
    size_t most = 0;
    for (size_t i = 0; i < a.leaf_count; i++)
        most += plan_term_count(&a.leaves[i]);
    a.lists = mem_alloc(most * sizeof *a.lists);
    int rc = BF_OK;
    for (uint32_t i = 0; i < s->count && !rc; i++) {
        a.segment = &s->segments[i];
        a.segment_number = i;
        rc = plan_open_segment(p, s, i, err);
        if (!rc && list_all(&a))
            rc = evaluate_segment(&a, err);
    }
    free(a.lists);
    return rc;
}
