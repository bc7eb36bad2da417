/*
 * evaluate_all.c - terms and phrases that must all match.
 *
 * The rarest list leads, a block at a time. Of its articles, those are
 * candidates that reach the threshold by their frequency in it and the most
 * that the other terms may add. The other lists, the rarer first, are asked for all
 * candidates at once, and what one does not have is dropped. The scores of
 * the rest are added up term by term, and a candidate is dropped as soon as it cannot reach the
 * threshold. Positions come last, article by article: a phrase stands no more often in an article
 * than the rarest of its terms.
 *
 * Blocks of the lead whose articles cannot reach the threshold are not looked
 * at; the blocks with the highest bounds come first, so that it rises early.
 */
#include "query/search.h"

#include <stdlib.h>

#include "query/bounds.h"
#include "query/score_block.h"

#define BEST_BLOCKS 4

struct all_list {
    struct cursor *cursor;
    size_t leaf;                /* its number */
    uint32_t places[BLOCK_LEN]; /* of the candidates */
};

struct all {
    const struct segment *segment;
    uint32_t segment_number;
    const struct plan *plan;
    struct plan_node *leaves;
    size_t leaf_count;
    struct all_list *lists; /* leaf by leaf */
    struct all_list **by_df;
    struct bounds *bounds; /* of the lists */
    size_t count;
    uint32_t *leaf_bounds; /* of each leaf in each block of the lead */
    size_t leaf_bounds_capacity;
    uint64_t *block_bounds; /* their sums; 0 when nothing can match there */
    size_t block_bounds_capacity;
    struct topk *top;
    struct place_map *map;
    /* the candidates in the block at hand */
    unsigned n;
    uint32_t docs[BLOCK_LEN], units[BLOCK_LEN];
    uint32_t phrase_bounds[BLOCK_LEN];
};

static int compare_lists(const void *a, const void *b)
{
    const struct all_list *x = *(struct all_list *const *)a, *y = *(struct all_list *const *)b;
    uint32_t dx = x->cursor->list.info.df, dy = y->cursor->list.info.df;
    if (dx != dy)
        return dx < dy ? -1 : 1;
    return (x > y) - (x < y);
}

/* ---- the candidates of a block ---- */

/* Keeps the candidates whose indexes are in kept. */
static void keep(struct all *a, const uint8_t *kept, unsigned n)
{
    if (n == a->n)
        return;
    for (unsigned i = 0; i < n; i++) {
        a->docs[i] = a->docs[kept[i]];
        a->units[i] = a->units[kept[i]];
        a->phrase_bounds[i] = a->phrase_bounds[kept[i]];
    }
    for (size_t l = 0; l < a->count; l++)
        for (unsigned i = 0; i < n; i++)
            a->lists[l].places[i] = a->lists[l].places[kept[i]];
    a->n = n;
}

static int keep_matches(struct all *a, struct all_list *list, struct error *err)
{
    uint8_t kept[BLOCK_LEN];
    unsigned n = 0;
    int rc = cursor_places(list->cursor, a->map, a->docs, a->n, list->places, err);
    if (rc)
        return rc;
    for (unsigned i = 0; i < a->n; i++) {
        kept[n] = (uint8_t)i;
        n += list->places[i] != NO_PLACE;
    }
    keep(a, kept, n);
    return BF_OK;
}

static bool may_be_found(const struct all *a, uint32_t doc)
{
    return !deletes_has(&a->segment->deletes, doc) && topk_wants(a->top, a->segment_number, doc);
}

static const uint8_t *length_codes(const struct all *a)
{
    return column(&a->segment->columns, COLUMN_LENGTH);
}

/* What each article of the lead's block can score, if every other leaf scores
 * the most that it does in there. */
static int bound_articles(struct all *a, uint32_t block, uint64_t others,
                          uint32_t bounds[BLOCK_LEN], struct error *err)
{
    const struct all_list *lead = a->by_df[0];
    struct cursor *c = lead->cursor;
    if (others >= topk_threshold(a->top)) { /* they all reach it */
        memset(bounds, 0xff, BLOCK_LEN * sizeof *bounds);
        return BF_OK;
    }
    int rc = cursor_hold_tf(c, block, err);
    if (!rc)
        score_block(&a->plan->bm25, bm25_raised(a->leaves[lead->leaf].weight), length_codes(a),
                    c->block.docs, c->tf, c->block.n, bounds);
    return rc;
}

static int list_candidates(struct all *a, uint32_t block, struct error *err)
{
    struct all_list *lead = a->by_df[0];
    const struct posting_block *b = &lead->cursor->block;
    uint32_t bounds[BLOCK_LEN], threshold = topk_threshold(a->top);
    uint64_t others = a->block_bounds[block] - a->leaf_bounds[block * a->leaf_count + lead->leaf];
    int rc = cursor_hold(lead->cursor, block, err);
    if (!rc)
        rc = bound_articles(a, block, others, bounds, err);
    a->n = 0;
    for (unsigned i = 0; i < b->n && !rc; i++) {
        a->docs[a->n] = b->docs[i];
        lead->places[a->n] = block * BLOCK_LEN + i;
        a->n += bounds[i] + others >= threshold && may_be_found(a, b->docs[i]);
    }
    return rc;
}

static int find_candidates(struct all *a, uint32_t block, struct error *err)
{
    int rc = list_candidates(a, block, err);
    memset(a->units, 0, sizeof a->units);
    memset(a->phrase_bounds, 0, sizeof a->phrase_bounds);
    for (size_t l = 1; l < a->count && a->n && !rc; l++)
        rc = keep_matches(a, a->by_df[l], err);
    return rc;
}

/* Drops what cannot reach the threshold with `left` more units at most. */
static void keep_promising(struct all *a, uint64_t left)
{
    uint8_t kept[BLOCK_LEN];
    unsigned n = 0;
    uint32_t threshold = topk_threshold(a->top);
    for (unsigned i = 0; i < a->n; i++) {
        kept[n] = (uint8_t)i;
        n += (uint64_t)a->units[i] + a->phrase_bounds[i] + left >= threshold;
    }
    keep(a, kept, n);
}

static int add_term(struct all *a, float weight, const struct all_list *list, struct error *err)
{
    uint32_t tf[BLOCK_LEN], units[BLOCK_LEN];
    int rc = cursor_frequencies(list->cursor, list->places, a->n, tf, err);
    if (!rc)
        score_block(&a->plan->bm25, weight, length_codes(a), a->docs, tf, a->n, units);
    for (unsigned i = 0; i < a->n && !rc; i++)
        a->units[i] += units[i];
    return rc;
}

/* The rarest term of the phrase in an article bounds what the phrase scores. */
static int bound_phrase(struct all *a, float weight, const struct all_list *lists, size_t count,
                        struct error *err)
{
    uint32_t least[BLOCK_LEN], tf[BLOCK_LEN], units[BLOCK_LEN];
    int rc = cursor_frequencies(lists[0].cursor, lists[0].places, a->n, least, err);
    for (size_t l = 1; l < count && !rc; l++) {
        rc = cursor_frequencies(lists[l].cursor, lists[l].places, a->n, tf, err);
        for (unsigned i = 0; i < a->n && !rc; i++)
            least[i] = tf[i] < least[i] ? tf[i] : least[i];
    }
    if (!rc)
        score_block(&a->plan->bm25, bm25_raised(weight), length_codes(a), a->docs, least, a->n,
                    units);
    for (unsigned i = 0; i < a->n && !rc; i++)
        a->phrase_bounds[i] += units[i];
    return rc;
}

static int add_leaf(struct all *a, struct plan_node *leaf, const struct all_list *lists,
                    struct error *err)
{
    if (leaf->query->kind == QUERY_TERM)
        return add_term(a, leaf->weight, lists, err);
    return bound_phrase(a, leaf->weight, lists, plan_term_count(leaf), err);
}

static int add_leaves(struct all *a, uint32_t block, struct error *err)
{
    const uint32_t *bounds = a->leaf_bounds + block * a->leaf_count;
    uint64_t left = a->block_bounds[block];
    const struct all_list *lists = a->lists;
    int rc = BF_OK;
    for (size_t i = 0; i < a->leaf_count && a->n && !rc; i++) {
        rc = add_leaf(a, &a->leaves[i], lists, err);
        left -= bounds[i];
        keep_promising(a, left);
        lists += plan_term_count(&a->leaves[i]);
    }
    return rc;
}

/* Reads positions: BF_END when a phrase is not there. */
static int add_phrases(struct all *a, unsigned i, struct error *err)
{
    const struct all_list *lists = a->lists;
    int rc = BF_OK;
    for (size_t l = 0; l < a->leaf_count && !rc; l++) {
        struct plan_node *leaf = &a->leaves[l];
        size_t terms = plan_term_count(leaf);
        if (leaf->query->kind == QUERY_PHRASE) {
            uint32_t units, tf;
            for (size_t t = 0; t < terms; t++)
                leaf->cursors[t].place = lists[t].places[i];
            rc = plan_found_units(a->plan, leaf, a->segment, a->docs[i], &units, &tf, err);
            a->units[i] += rc ? 0 : units;
        }
        lists += terms;
    }
    return rc;
}

static int offer_candidates(struct all *a, struct error *err)
{
    for (unsigned i = 0; i < a->n; i++) {
        if ((uint64_t)a->units[i] + a->phrase_bounds[i] < topk_threshold(a->top))
            continue;
        int rc = a->phrase_bounds[i] ? add_phrases(a, i, err) : BF_OK;
        if (rc < 0)
            return rc;
        if (rc == BF_OK)
            topk_offer(a->top, a->segment_number, a->docs[i], a->units[i]);
    }
    return BF_OK;
}

static int evaluate_block(struct all *a, uint32_t block, struct error *err)
{
    uint64_t bound = a->block_bounds[block];
    if (!bound || bound < topk_threshold(a->top))
        return BF_OK;
    int rc = find_candidates(a, block, err);
    if (!rc)
        rc = add_leaves(a, block, err);
    return rc ? rc : offer_candidates(a, err);
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
    for (unsigned i = 0; i < BEST_BLOCKS && blocks > 2 * BEST_BLOCKS && !rc; i++) {
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
    a->count = 0;
    for (size_t i = 0; i < a->leaf_count; i++) {
        struct plan_node *leaf = &a->leaves[i];
        if (leaf->absent)
            return BF_END;
        for (size_t t = 0; t < plan_term_count(leaf); t++, a->count++) {
            a->lists[a->count].cursor = &leaf->cursors[t];
            a->lists[a->count].leaf = i;
            a->by_df[a->count] = &a->lists[a->count];
            int rc = bounds_make(&a->bounds[a->count], &a->plan->bm25, &leaf->cursors[t],
                                 leaf->weight, length_codes(a), err);
            if (rc)
                return rc;
        }
    }
    qsort(a->by_df, a->count, sizeof *a->by_df, compare_lists);
    return BF_OK;
}

static void free_all(struct all *a, size_t lists)
{
    for (size_t i = 0; i < lists; i++)
        bounds_free(&a->bounds[i]);
    free(a->bounds);
    free(a->map);
    free(a->lists);
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
    a.lists = mem_alloc(most * sizeof *a.lists);
    a.by_df = mem_alloc(most * sizeof(struct all_list *));
    a.bounds = mem_zalloc(most, sizeof *a.bounds);
    a.map = mem_zalloc(1, sizeof *a.map);
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
