/*
 * evaluate_any.c - optional terms: windowed MaxScore.
 *
 * Windows of a segment are visited from the highest upper bound down, so that
 * the threshold rises early; the order cannot change the answer. In a window
 * the terms with the lowest bounds, as long as together they stay below the
 * threshold, cannot bring in an article on their own: they are set aside and
 * looked up only for articles that the others found. (Turtle and Flood 1995;
 * with block bounds as in Ding and Suel 2011.)
 */
#include "query/search.h"

#include <stdlib.h>

#include "query/bounds.h"
#include "query/window.h"

struct any_term {
    struct cursor *cursor;
    float weight;
    uint32_t bound; /* in the window at hand */
};

struct any {
    const struct segment *segment;
    uint32_t segment_number;
    const struct bm25 *bm25;
    struct any_term *terms;
    size_t count;
    uint64_t *bound_sums; /* bound_sums[i]: of the terms before i */
    struct window *window;
    struct topk *top;
};

struct ranked_window {
    uint32_t from;
    uint64_t bound;
};

static int compare_terms(const void *a, const void *b)
{
    const struct any_term *x = a, *y = b;
    if (x->bound != y->bound)
        return x->bound < y->bound ? -1 : 1;
    return (x->cursor > y->cursor) - (x->cursor < y->cursor);
}

static int compare_windows(const void *a, const void *b)
{
    const struct ranked_window *x = a, *y = b;
    if (x->bound != y->bound)
        return x->bound > y->bound ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

static uint64_t set_bounds(struct any *a, uint32_t from, uint32_t to)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < a->count; i++) {
        struct any_term *t = &a->terms[i];
        t->bound = bounds_of_range(a->bm25, &t->cursor->list, t->weight, from, to);
        sum += t->bound;
    }
    return sum;
}

static void score_block(struct any *a, const struct any_term *t)
{
    const uint8_t *codes = column(&a->segment->columns, COLUMN_LENGTH);
    const struct posting_block *b = &t->cursor->block;
    struct window *w = a->window;
    for (unsigned i = 0; i < b->n; i++) {
        uint32_t doc = b->docs[i];
        if (doc - w->from >= w->to - w->from)
            continue;
        window_add(w, doc,
                   bm25_units(t->weight, (float)b->tf[i], a->bm25->length_norm[codes[doc]]));
    }
}

/* Adds a list's blocks in the window, but for those that cannot lift any
 * article to the threshold even with all the others' help. */
static int add_essential(struct any *a, struct any_term *t, uint64_t others, struct error *err)
{
    const struct postings *p = &t->cursor->list;
    const struct window *w = a->window;
    uint32_t threshold = topk_threshold(a->top);
    for (uint32_t b = postings_seek(p, 0, w->from); b < p->blocks; b++) {
        if (b && postings_last_doc(p, b - 1) >= w->to - 1)
            break;
        if (bm25_bound(a->bm25, t->weight, postings_impact(p, b)) + others < threshold)
            continue;
        int rc = cursor_hold(t->cursor, b, err);
        if (!rc)
            rc = postings_read_tf(p, &t->cursor->block, err);
        if (rc)
            return rc;
        score_block(a, t);
    }
    return BF_OK;
}

/* Completes a candidate from the lists set aside, highest bound first, and
 * offers it unless it turns out too low on the way. */
static int complete(struct any *a, uint32_t doc, uint32_t units, size_t set_aside,
                    struct error *err)
{
    const uint8_t *codes = column(&a->segment->columns, COLUMN_LENGTH);
    for (size_t i = set_aside; i-- > 0;) {
        if (units + a->bound_sums[i + 1] < topk_threshold(a->top))
            return BF_OK;
        struct any_term *t = &a->terms[i];
        uint32_t tf;
        int rc = cursor_find(t->cursor, doc, NULL, err);
        if (!rc)
            rc = cursor_tf(t->cursor, &tf, err);
        if (rc < 0)
            return rc;
        if (rc == BF_OK)
            units += bm25_units(t->weight, (float)tf, a->bm25->length_norm[codes[doc]]);
    }
    if (!deletes_has(&a->segment->deletes, doc))
        topk_offer(a->top, a->segment_number, doc, units);
    return BF_OK;
}

static int offer_candidates(struct any *a, size_t set_aside, struct error *err)
{
    const struct window *w = a->window;
    for (uint32_t k = 0; k < WINDOW_DOCS / 64; k++) {
        for (uint64_t bits = w->matches[k]; bits; bits &= bits - 1) {
            uint32_t i = k * 64 + (uint32_t)__builtin_ctzll(bits);
            if (w->units[i] + a->bound_sums[set_aside] < topk_threshold(a->top) ||
                !topk_wants(a->top, a->segment_number, w->from + i))
                continue;
            int rc = complete(a, w->from + i, w->units[i], set_aside, err);
            if (rc)
                return rc;
        }
    }
    return BF_OK;
}

static int evaluate_window(struct any *a, uint32_t from, uint32_t to, struct error *err)
{
    uint64_t all = set_bounds(a, from, to);
    uint32_t threshold = topk_threshold(a->top);
    qsort(a->terms, a->count, sizeof *a->terms, compare_terms);
    a->bound_sums[0] = 0;
    for (size_t i = 0; i < a->count; i++)
        a->bound_sums[i + 1] = a->bound_sums[i] + a->terms[i].bound;
    size_t set_aside = 0;
    while (set_aside < a->count && a->bound_sums[set_aside + 1] < threshold)
        set_aside++;
    int rc = BF_OK;
    window_clear(a->window, from, to);
    for (size_t i = set_aside; i < a->count && !rc; i++)
        if (a->terms[i].bound)
            rc = add_essential(a, &a->terms[i], all - a->terms[i].bound, err);
    return rc ? rc : offer_candidates(a, set_aside, err);
}

static int evaluate_segment(struct any *a, struct error *err)
{
    uint32_t docs = a->segment->entry.docs, n = 0;
    struct ranked_window *windows = mem_alloc((docs / WINDOW_DOCS + 1) * sizeof *windows);
    for (uint32_t from = 0; from < docs; from += WINDOW_DOCS) {
        uint32_t to = docs - from < WINDOW_DOCS ? docs : from + WINDOW_DOCS;
        windows[n++] = (struct ranked_window){from, set_bounds(a, from, to)};
    }
    qsort(windows, n, sizeof *windows, compare_windows);
    int rc = BF_OK;
    for (uint32_t i = 0; i < n && !rc; i++) {
        uint32_t from = windows[i].from;
        if (!windows[i].bound || windows[i].bound < topk_threshold(a->top))
            break;
        rc = evaluate_window(a, from, docs - from < WINDOW_DOCS ? docs : from + WINDOW_DOCS, err);
    }
    free(windows);
    return rc;
}

static void list_terms(struct any *a, struct plan *p)
{
    struct plan_node *nodes = p->root.query->kind == QUERY_TERM ? &p->root : p->root.should;
    size_t count = p->root.query->kind == QUERY_TERM ? 1 : p->root.query->should.count;
    a->count = 0;
    for (size_t i = 0; i < count; i++)
        if (!nodes[i].absent)
            a->terms[a->count++] = (struct any_term){nodes[i].cursors, nodes[i].weight, 0};
}

int evaluate_any(const struct snapshot *s, struct plan *p, struct topk *top, struct error *err)
{
    size_t most = p->root.query->kind == QUERY_TERM ? 1 : p->root.query->should.count;
    struct any a = {.bm25 = &p->bm25,
                    .terms = mem_alloc(most * sizeof *a.terms),
                    .bound_sums = mem_alloc((most + 1) * sizeof *a.bound_sums),
                    .window = mem_alloc(sizeof *a.window),
                    .top = top};
    int rc = BF_OK;
    for (uint32_t i = 0; i < s->count && !rc; i++) {
        a.segment = &s->segments[i];
        a.segment_number = i;
        rc = plan_open_segment(p, s, i, err);
        list_terms(&a, p);
        if (!rc)
            rc = evaluate_segment(&a, err);
    }
    free(a.terms);
    free(a.bound_sums);
    free(a.window);
    return rc;
}
