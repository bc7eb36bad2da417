/*
 * evaluate_all.c - terms and phrases that must all match.
 *
 * The rarest list leads, some blocks at a time. Of their articles, those are
 * candidates that reach the threshold by their frequency in it and the most
 * that the other terms may add. The other lists, the rarer first, are asked for all
 * candidates at once, and what one does not have is dropped. The scores of
 * the rest are added up term by term, and a candidate is dropped as soon as it cannot reach the
 * threshold. Positions come last: a phrase stands no more often in an article than the rarest
 * of its terms.
 *
 * Blocks of the lead whose articles cannot reach the threshold are not looked
 * at; the blocks with the highest bounds come first, so that it rises early. They too are taken in
 * ascending order, which decodes the least of the other lists.
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
    struct candidates found; /* in the blocks at hand */
    uint64_t *left;          /* by leaf: the most that those behind it score in these blocks */
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

/* ---- the candidates ---- */

static int ask(struct all *a, size_t l, struct error *err)
{
    struct candidate_list *list = a->by_df[l];
    struct candidates *c = &a->found;
    list->asked = true;
    list->counted = list->of_phrase || l + 1 == c->count;
    if (list->of_phrase)
        return cursor_shares(list->cursor, c->docs, c->n, list->places, &list->shares, err);
    if (list->counted)
        return cursor_counts(list->cursor, c->docs, c->n, list->places, list->shares.count, err);
    return cursor_places(list->cursor, c->docs, c->n, list->places, err);
}

/* Keeps the candidates that the l-th list has; those before it have all. */
static int keep_matches(struct all *a, size_t l, struct error *err)
{
    int rc = ask(a, l, err);
    if (!rc)
        candidates_keep_between(&a->found, a->by_df[l]->places, 0, NO_PLACE - 1);
    return rc;
}

static const uint8_t *length_codes(const struct all *a)
{
    return column(&a->segment->columns, COLUMN_LENGTH);
}

/* Leaves out what is deleted, and what the filter does not have. */
static void keep_wanted(struct all *a)
{
    const struct deletes *deletes = &a->segment->deletes;
    if (!deletes->frame.map && !a->top->filter)
        return;
    struct candidates *c = &a->found;
    uint32_t wanted[MOST_CANDIDATES];
    for (unsigned i = 0; i < c->n; i++)
        wanted[i] =
            !deletes_has(deletes, c->docs[i]) && topk_wants(a->top, a->segment_number, c->docs[i]);
    candidates_keep_between(c, wanted, 1, 1);
}

/* ---- the lead's blocks ---- */

/* Adds all articles of the block that the lead holds. */
static int list_articles(struct all *a, uint32_t block, struct error *err)
{
    struct candidate_list *lead = a->by_df[0];
    int rc = BF_OK;
    const struct posting_block *b = &lead->cursor->block;
    struct candidates *c = &a->found;
    uint32_t *places = lead->places + c->n;
    memcpy(c->docs + c->n, b->docs, sizeof b->docs);
    for (uint32_t i = 0; i < BLOCK_LEN; i++)
        places[i] = block * BLOCK_LEN + i;
    if (lead->of_phrase)
        rc = cursor_share_block(lead->cursor, block, c->n, &lead->shares, err);
    c->n += b->n;
    return rc;
}

/* Of those that have been added, from `first` on, keeps those that score so much at least by
 * the lead alone. */
static int keep_high(struct all *a, uint32_t block, unsigned first, uint32_t least,
                     struct error *err)
{
    struct candidate_list *lead = a->by_df[0];
    struct candidates *c = &a->found;
    unsigned n = c->n - first;
    uint32_t bounds[BLOCK_LEN];
    const uint32_t *tf = lead->shares.count + first;
    struct marks high;
    if (!lead->of_phrase) {
        int rc = cursor_hold_tf(lead->cursor, block, err);
        if (rc)
            return rc;
        tf = lead->cursor->tf;
    }
    score_block(&a->plan->bm25, bm25_raised(a->leaves[lead->leaf].weight), length_codes(a),
                c->docs + first, tf, n, bounds);
    marks_set(&high, bounds, n, least, UINT32_MAX);
    c->n = first + marks_keep(&high, c->docs + first, n);
    marks_keep(&high, lead->places + first, n);
    if (lead->of_phrase) {
        marks_keep(&high, lead->shares.from + first, n);
        marks_keep(&high, lead->shares.count + first, n);
        lead->shares.block_count -= c->n == first; /* no block without an article */
    }
    return BF_OK;
}

/* Adds the articles of the lead's block that can reach the threshold if every
 * other leaf scores the most that it does in there. */
static int list_candidates(struct all *a, uint32_t block, struct error *err)
{
    struct cursor *lead = a->by_df[0]->cursor;
    struct candidates *c = &a->found;
    uint32_t threshold = topk_threshold(a->top);
    const uint32_t *bounds = a->leaf_bounds + block * a->leaf_count;
    uint64_t others = a->block_bounds[block] - bounds[a->by_df[0]->leaf], left = 0;
    unsigned before = c->n;
    int rc = cursor_hold(lead, block, err);
    if (rc)
        return rc;
    /* Where the head of the list is damaged. */
    if (c->n && lead->block.docs[0] <= c->docs[c->n - 1])
        return frame_damaged(lead->list.frame, lead->list.data, "articles do not ascend", err);
    for (size_t i = a->leaf_count; i-- > 0; left += bounds[i])
        a->left[i] = left > a->left[i] ? left : a->left[i];
    rc = list_articles(a, block, err);
    if (!rc && others < threshold)
        rc = keep_high(a, block, before, threshold - (uint32_t)others, err);
    return rc;
}

/* Drops what cannot reach the threshold with `left` more units at most. */
static void keep_promising(struct all *a, uint64_t left)
{
    struct candidates *c = &a->found;
    uint32_t threshold = topk_threshold(a->top), most[MOST_CANDIDATES];
    if (left >= threshold)
        return;
    for (unsigned i = 0; i < c->n; i++)
        most[i] = c->units[i] + c->phrase_bounds[i];
    candidates_keep_between(c, most, threshold - (uint32_t)left, UINT32_MAX);
}

static int add_term(struct all *a, float weight, const struct candidate_list *list,
                    struct error *err)
{
    uint32_t read[MOST_CANDIDATES], units[MOST_CANDIDATES];
    const uint32_t *tf = list->counted ? list->shares.count : read;
    int rc = BF_OK;
    if (!list->counted)
        rc = cursor_frequencies(list->cursor, list->places, a->found.n, read, err);
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
    phrase_bound(&a->found, a->plan, leaf, lists, length_codes(a));
    return BF_OK;
}

static int add_leaves(struct all *a, struct error *err)
{
    struct candidates *c = &a->found;
    struct candidate_list *lists = c->lists;
    int rc = BF_OK;
    memset(c->units, 0, c->n * sizeof *c->units);
    memset(c->phrase_bounds, 0, c->n * sizeof *c->phrase_bounds);
    c->scored = true;
    for (size_t i = 0; i < a->leaf_count && a->found.n && !rc; i++) {
        rc = add_leaf(a, &a->leaves[i], lists, err);
        keep_promising(a, a->left[i]);
        lists += plan_term_count(&a->leaves[i]);
    }
    return rc;
}

/* Reads positions: keeps what has all phrases. */
static int match_phrases(struct all *a, struct error *err)
{
    struct candidate_list *lists = a->found.lists;
    uint32_t tf[MOST_CANDIDATES];
    int rc = BF_OK;
    for (size_t i = 0; i < a->leaf_count && a->found.n && !rc; i++) {
        struct plan_node *leaf = &a->leaves[i];
        bool phrase = leaf->query->kind == QUERY_PHRASE;
        if (phrase)
            rc = phrase_match_pair(&a->found, leaf, lists, tf, err);
        if (phrase && !rc)
            rc = phrase_match_rest(&a->found, a->plan, leaf, lists, length_codes(a), tf, err);
        lists += plan_term_count(leaf);
    }
    return rc;
}

static int match_all(struct all *a, struct error *err)
{
    struct candidates *c = &a->found;
    int rc = BF_OK;
    for (size_t l = 1; l < c->count && c->n && !rc; l++)
        rc = keep_matches(a, l, err);
    if (!rc)
        rc = add_leaves(a, err);
    return rc ? rc : match_phrases(a, err);
}

/* Of a phrase alone the two rarest terms are compared before the others are asked: these are in
 * many articles, and hardly any are left then. */
static int match_phrase(struct all *a, struct error *err)
{
    struct candidates *c = &a->found;
    uint32_t tf[MOST_CANDIDATES];
    int rc = keep_matches(a, 1, err);
    if (!rc)
        rc = add_leaves(a, err);
    if (!rc && c->n)
        rc = phrase_match_pair(c, a->leaves, c->lists, tf, err);
    for (size_t l = 2; l < c->count && c->n && !rc; l++)
        rc = keep_matches(a, l, err);
    if (!rc && c->n)
        rc = phrase_match_rest(c, a->plan, a->leaves, c->lists, length_codes(a), tf, err);
    return rc;
}

static void offer_candidates(struct all *a)
{
    for (unsigned i = 0; i < a->found.n; i++)
        column_expect(&a->segment->columns, COLUMN_DATE, a->found.docs[i]);
    for (unsigned i = 0; i < a->found.n; i++)
        topk_offer(a->top, a->segment_number, a->found.docs[i], a->found.units[i]);
}

static void no_candidates(struct all *a)
{
    struct candidates *c = &a->found;
    c->n = 0;
    c->scored = false;
    memset(a->left, 0, a->leaf_count * sizeof *a->left);
    for (size_t l = 0; l < c->count; l++)
        c->lists[l].asked = c->lists[l].counted = c->lists[l].located = false;
    a->by_df[0]->asked = true;
    a->by_df[0]->counted = a->by_df[0]->of_phrase;
    a->by_df[0]->shares.block_count = 0;
}

/* Those that were listed. */
static int evaluate_candidates(struct all *a, struct error *err)
{
    struct candidates *c = &a->found;
    bool phrase = a->leaf_count == 1 && a->by_df[0]->of_phrase;
    keep_wanted(a);
    int rc = c->n ? (phrase ? match_phrase : match_all)(a, err) : BF_OK;
    if (!rc)
        offer_candidates(a);
    no_candidates(a);
    return rc;
}

static int evaluate_block(struct all *a, uint32_t block, struct error *err)
{
    uint64_t bound = a->block_bounds[block];
    int rc = BF_OK;
    if (a->found.n > MOST_CANDIDATES - BLOCK_LEN)
        rc = evaluate_candidates(a, err);
    if (rc || !bound || bound < topk_threshold(a->top))
        return rc;
    return list_candidates(a, block, err);
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

/* The blocks with the highest bounds, ascending; returns how many. */
static unsigned list_best_blocks(const struct all *a, uint32_t blocks, uint32_t best[BEST_BLOCKS])
{
    unsigned n = 0;
    for (uint32_t b = 0; b < blocks; b++) {
        if (n < BEST_BLOCKS && 2 * n < blocks) {
            best[n++] = b;
            continue;
        }
        unsigned lowest = 0;
        for (unsigned i = 1; i < n; i++)
            lowest = a->block_bounds[best[i]] < a->block_bounds[best[lowest]] ? i : lowest;
        if (a->block_bounds[b] <= a->block_bounds[best[lowest]])
            continue;
        memmove(best + lowest, best + lowest + 1, (n - 1 - lowest) * sizeof *best);
        best[n - 1] = b;
    }
    return n;
}

static int evaluate_segment(struct all *a, struct error *err)
{
    uint32_t blocks = a->by_df[0]->cursor->list.blocks, best[BEST_BLOCKS];
    int rc = BF_OK;
    no_candidates(a);
    bound_blocks(a);
    unsigned n = list_best_blocks(a, blocks, best);
    for (unsigned i = 0; i < n && !rc; i++) {
        rc = evaluate_block(a, best[i], err);
        a->block_bounds[best[i]] = 0;
    }
    if (!rc)
        rc = evaluate_candidates(a, err);
    for (uint32_t b = 0; b < blocks && !rc; b++)
        rc = evaluate_block(a, b, err);
    return rc ? rc : evaluate_candidates(a, err);
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
            list->of_phrase = leaf->query->kind == QUERY_PHRASE;
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
    free(a->left);
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
    a.left = mem_alloc(a.leaf_count * sizeof *a.left);
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
