/*
 * evaluate_all.c - terms and phrases that must all match.
 *
 * The rarest list leads, a block at a time. Of its articles, those are
 * candidates that reach the threshold by their frequency in it and the most
 * that the other terms may add. The other lists, the rarer first, are asked for all
 * candidates at once, and what one does not have is dropped. The scores of
 * the rest are added up term by term, and a candidate is dropped as soon as it cannot reach the
 * threshold. Positions come last: a phrase stands no more often in an article than the rarest
 * of its terms.
 *
 * Blocks of the lead whose articles cannot reach the threshold are not looked
 * at; the blocks with the highest bounds come first, so that it rises early.
 */
#include "query/search.h"

#include <stdlib.h>

#include "query/bounds.h"
#include "query/candidates.h"
#include "query/phrase_match.h"
#include "query/score_block.h"

#define BEST_BLOCKS 12

struct all {
    const struct segment *segment;
    uint32_t segment_number;
    const struct plan *plan;
    struct plan_node *leaves;
    size_t leaf_count;
    struct candidates found; /* in the block at hand */
    struct candidate_list **by_df;
    struct bounds *bounds; /* of the lists */
    uint32_t *leaf_bounds; /* of each leaf in each block of the lead */
    size_t leaf_bounds_capacity;
    uint64_t *block_bounds; /* their sums; 0 when nothing can match there */
    size_t block_bounds_capacity;
    struct topk *top;
};

static int compare_lists(const void *a, const void *b)
{
    const struct candidate_list *x = *(struct candidate_list *const *)a,
                                *y = *(struct candidate_list *const *)b;
    uint32_t dx = x->cursor->list.info.df, dy = y->cursor->list.info.df;
    if (dx != dy)
        return dx < dy ? -1 : 1;
    return (x > y) - (x < y);
}

/* ---- the candidates of a block ---- */

static void keep_numbers(uint32_t *numbers, const uint8_t *kept, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        numbers[i] = numbers[kept[i]];
}

/* As candidates_keep does, while only so many lists have been asked. */
static void keep_found(struct all *a, size_t lists, const uint8_t *kept, unsigned n)
{
    keep_numbers(a->found.docs, kept, n);
    for (size_t l = 0; l < lists; l++)
        keep_numbers(a->by_df[l]->places, kept, n);
    a->found.n = n;
}

/* Keeps the candidates that the l-th list has; those before it have all. */
static int keep_matches(struct all *a, size_t l, struct error *err)
{
    struct candidates *c = &a->found;
    const uint32_t *places = a->by_df[l]->places;
    uint8_t kept[BLOCK_LEN];
    unsigned n = 0;
    int rc = cursor_places(a->by_df[l]->cursor, c->docs, c->n, a->by_df[l]->places, err);
    if (rc)
        return rc;
    for (unsigned i = 0; i < c->n; i++) {
        kept[n] = (uint8_t)i;
        n += places[i] != NO_PLACE;
    }
    if (n < c->n)
        keep_found(a, l + 1, kept, n);
    return BF_OK;
}

/* Leaves out what is deleted, and what the filter does not have. */
static void keep_wanted(struct all *a)
{
    const struct deletes *deletes = &a->segment->deletes;
    if (!deletes->frame.map && !a->top->filter)
        return;
    struct candidates *c = &a->found;
    uint8_t kept[BLOCK_LEN];
    unsigned n = 0;
    for (unsigned i = 0; i < c->n; i++) {
        kept[n] = (uint8_t)i;
        n += !deletes_has(deletes, c->docs[i]) && topk_wants(a->top, a->segment_number, c->docs[i]);
    }
    if (n < c->n)
        keep_found(a, 1, kept, n);
}

static const uint8_t *length_codes(const struct all *a)
{
    return column(&a->segment->columns, COLUMN_LENGTH);
}

static void list_all_articles(struct candidates *c, const struct posting_block *b, uint32_t *places,
                              uint32_t first)
{
    c->n = b->n;
    memcpy(c->docs, b->docs, sizeof c->docs);
    for (uint32_t i = 0; i < BLOCK_LEN; i++)
        places[i] = first + i;
}

/* Those that score so much at least by the lead alone. */
static int list_promising(struct all *a, struct candidate_list *lead, uint32_t block,
                          uint32_t least, struct error *err)
{
    struct cursor *cursor = lead->cursor;
    struct candidates *c = &a->found;
    uint32_t bounds[BLOCK_LEN];
    int rc = cursor_hold_tf(cursor, block, err);
    c->n = 0;
    if (rc)
        return rc;
    score_block(&a->plan->bm25, bm25_raised(a->leaves[lead->leaf].weight), length_codes(a),
                cursor->block.docs, cursor->tf, cursor->block.n, bounds);
    for (unsigned i = 0; i < cursor->block.n; i++) {
        c->docs[c->n] = cursor->block.docs[i];
        lead->places[c->n] = block * BLOCK_LEN + i;
        c->n += bounds[i] >= least;
    }
    return BF_OK;
}

/* The articles of the lead's block that can reach the threshold if every other
 * leaf scores the most that it does in there. */
static int list_candidates(struct all *a, uint32_t block, struct error *err)
{
    struct candidate_list *lead = a->by_df[0];
    uint32_t threshold = topk_threshold(a->top);
    uint64_t others = a->block_bounds[block] - a->leaf_bounds[block * a->leaf_count + lead->leaf];
    int rc = cursor_hold(lead->cursor, block, err);
    if (rc)
        return rc;
    if (others >= threshold)
        list_all_articles(&a->found, &lead->cursor->block, lead->places, block * BLOCK_LEN);
    else
        rc = list_promising(a, lead, block, threshold - (uint32_t)others, err);
    if (!rc)
        keep_wanted(a);
    return rc;
}

static int find_candidates(struct all *a, uint32_t block, struct error *err)
{
    int rc = list_candidates(a, block, err);
    memset(a->found.units, 0, sizeof a->found.units);
    memset(a->found.phrase_bounds, 0, sizeof a->found.phrase_bounds);
    for (size_t l = 0; l < a->found.count; l++)
        a->found.lists[l].has_shares = false;
    for (size_t l = 1; l < a->found.count && a->found.n && !rc; l++)
        rc = keep_matches(a, l, err);
    return rc;
}

/* Drops what cannot reach the threshold with `left` more units at most. */
static void keep_promising(struct all *a, uint64_t left)
{
    struct candidates *c = &a->found;
    uint8_t kept[BLOCK_LEN];
    unsigned n = 0;
    uint32_t threshold = topk_threshold(a->top);
    if (left >= threshold)
        return;
    for (unsigned i = 0; i < c->n; i++) {
        kept[n] = (uint8_t)i;
        n += (uint64_t)c->units[i] + c->phrase_bounds[i] + left >= threshold;
    }
    candidates_keep(c, kept, n);
}

static int add_term(struct all *a, float weight, const struct candidate_list *list,
                    struct error *err)
{
    uint32_t tf[BLOCK_LEN], units[BLOCK_LEN];
    int rc = cursor_frequencies(list->cursor, list->places, a->found.n, tf, err);
    if (!rc)
        score_block(&a->plan->bm25, weight, length_codes(a), a->found.docs, tf, a->found.n, units);
    for (unsigned i = 0; i < a->found.n && !rc; i++)
        a->found.units[i] += units[i];
    return rc;
}

static int add_leaf(struct all *a, struct plan_node *leaf, struct candidate_list *lists,
                    struct error *err)
{
    if (leaf->query->kind == QUERY_TERM)
        return add_term(a, leaf->weight, lists, err);
    return phrase_bound(&a->found, a->plan, leaf, lists, length_codes(a), err);
}

static int add_leaves(struct all *a, uint32_t block, struct error *err)
{
    const uint32_t *bounds = a->leaf_bounds + block * a->leaf_count;
    uint64_t left = a->block_bounds[block];
    struct candidate_list *lists = a->found.lists;
    int rc = BF_OK;
    for (size_t i = 0; i < a->leaf_count && a->found.n && !rc; i++) {
        rc = add_leaf(a, &a->leaves[i], lists, err);
        left -= bounds[i];
        keep_promising(a, left);
        lists += plan_term_count(&a->leaves[i]);
    }
    return rc;
}

/* Reads positions: keeps what has all phrases. */
static int match_phrases(struct all *a, struct error *err)
{
    struct candidate_list *lists = a->found.lists;
    int rc = BF_OK;
    for (size_t i = 0; i < a->leaf_count && a->found.n && !rc; i++) {
        struct plan_node *leaf = &a->leaves[i];
        if (leaf->query->kind == QUERY_PHRASE)
            rc = phrase_match(&a->found, a->plan, leaf, lists, length_codes(a), err);
        lists += plan_term_count(leaf);
    }
    return rc;
}

static void offer_candidates(struct all *a)
{
    for (unsigned i = 0; i < a->found.n; i++)
        topk_offer(a->top, a->segment_number, a->found.docs[i], a->found.units[i]);
}

static int evaluate_block(struct all *a, uint32_t block, struct error *err)
{
    uint64_t bound = a->block_bounds[block];
    if (!bound || bound < topk_threshold(a->top))
        return BF_OK;
    int rc = find_candidates(a, block, err);
    if (!rc)
        rc = add_leaves(a, block, err);
    if (!rc)
        rc = match_phrases(a, err);
    if (!rc)
        offer_candidates(a);
    return rc;
}

/* ---- the blocks of a segment ---- */

/* A phrase stands no more often than any of its terms: their lowest bound is its own. */
static uint32_t bound_of_leaf(const struct plan_node *leaf, struct bounds *bounds, uint32_t from,
                              uint32_t to)
{
    uint32_t least = UINT32_MAX;
    for (size_t t = 0; t < plan_term_count(leaf); t++) {
        uint32_t bound = bounds_of_range(&bounds[t], from, to);
        least = bound < least ? bound : least;
    }
    return least;
}

/* Fills in the bounds of a block of the lead. */
static void bound_block(struct all *a, uint32_t block)
{
    const struct postings *lead = &a->by_df[0]->cursor->list;
    uint32_t from = block ? postings_last_doc(lead, block - 1) + 1 : 0;
    uint32_t to = postings_last_doc(lead, block) + 1;
    uint32_t *leaf_bounds = a->leaf_bounds + block * a->leaf_count;
    struct bounds *bounds = a->bounds;
    uint64_t sum = 0;
    bool possible = true;
    for (size_t i = 0; i < a->leaf_count; i++) {
        leaf_bounds[i] = bound_of_leaf(&a->leaves[i], bounds, from, to);
        possible = possible && leaf_bounds[i];
        sum += leaf_bounds[i];
        bounds += plan_term_count(&a->leaves[i]);
    }
    a->block_bounds[block] = possible ? sum : 0;
}

static void bound_blocks(struct all *a)
{
    uint32_t blocks = a->by_df[0]->cursor->list.blocks;
    mem_grow(a->block_bounds, &a->block_bounds_capacity, blocks);
    mem_grow(a->leaf_bounds, &a->leaf_bounds_capacity, blocks * a->leaf_count);
    for (uint32_t b = 0; b < blocks; b++)
        bound_block(a, b);
}

static uint32_t highest_block(const struct all *a, uint32_t blocks)
{
    uint32_t best = 0;
    for (uint32_t b = 1; b < blocks; b++)
        best = a->block_bounds[b] > a->block_bounds[best] ? b : best;
    return best;
}

static int evaluate_segment(struct all *a, struct error *err)
{
    uint32_t blocks = a->by_df[0]->cursor->list.blocks;
    bound_blocks(a);
    int rc = BF_OK;
    for (unsigned i = 0; i < BEST_BLOCKS && 2 * i < blocks && !rc; i++) {
        uint32_t best = highest_block(a, blocks);
        rc = evaluate_block(a, best, err);
        a->block_bounds[best] = 0;
    }
    for (uint32_t b = 0; b < blocks && !rc; b++)
        rc = evaluate_block(a, b, err);
    return rc;
}

/* BF_END when the segment lacks a term: then nothing matches there. */
static int list_all(struct all *a, struct error *err)
{
    a->found.count = 0;
    for (size_t i = 0; i < a->leaf_count; i++) {
        struct plan_node *leaf = &a->leaves[i];
        if (leaf->absent)
            return BF_END;
        for (size_t t = 0; t < plan_term_count(leaf); t++, a->found.count++) {
            struct candidate_list *list = &a->found.lists[a->found.count];
            list->cursor = &leaf->cursors[t];
            list->leaf = i;
            position_lists_reset(&list->positions);
            a->by_df[a->found.count] = list;
            int rc = bounds_make(&a->bounds[a->found.count], &a->plan->bm25, &leaf->cursors[t],
                                 leaf->weight, length_codes(a), err);
            if (rc)
                return rc;
        }
    }
    qsort(a->by_df, a->found.count, sizeof *a->by_df, compare_lists);
    return BF_OK;
}

static void free_all(struct all *a, size_t lists)
{
    for (size_t i = 0; i < lists; i++) {
        bounds_free(&a->bounds[i]);
        position_lists_free(&a->found.lists[i].positions);
    }
    free(a->bounds);
    free(a->found.lists);
    free(a->by_df);
    free(a->leaf_bounds);
    free(a->block_bounds);
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
    a.found.lists = mem_alloc(most * sizeof *a.found.lists);
    for (size_t i = 0; i < most; i++)
        a.found.lists[i].positions = (struct position_lists){0};
    a.by_df = mem_alloc(most * sizeof(struct candidate_list *));
    a.bounds = mem_zalloc(most, sizeof *a.bounds);
    int rc = BF_OK;
    for (uint32_t i = 0; i < s->count && !rc; i++) {
        a.segment = &s->segments[i];
        a.segment_number = i;
        rc = plan_open_segment(p, s, i, err);
        if (!rc)
            rc = list_all(&a, err);
        if (!rc)
            rc = evaluate_segment(&a, err);
        rc = rc == BF_END ? BF_OK : rc;
    }
    free_all(&a, most);
    return rc;
}
