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

#include "common/index/marks.h"
#include "query/bounds.h"
#include "query/score_block.h"
#include "query/window.h"

struct any_term {
    struct cursor *cursor;
    float weight;
    size_t number;  /* of its bounds */
    uint32_t bound; /* in the window at hand */
};

/* Articles on their way from the window to the heap, ascending. */
struct any_batch {
    unsigned n;
    uint32_t docs[POSTINGS_TOGETHER], units[POSTINGS_TOGETHER];
};

struct any {
    const struct segment *segment;
    uint32_t segment_number;
    const struct bm25 *bm25;
    struct any_term *terms;
    struct bounds *bounds; /* of the terms */
    size_t count;
    uint64_t *bound_sums; /* bound_sums[i]: of the terms before i */
    struct window *window;
    size_t set_aside; /* terms before it are, in the window at hand */
    bool zeros;       /* in which an article that the others give nothing may get in */
    struct any_batch *batch;
    struct topk *top;
};

struct ranked_window {
    uint32_t from;
    uint64_t bound;
    uint32_t *bounds; /* by number of the term */
};

static const uint8_t *length_codes(const struct any *a)
{
    return column(&a->segment->columns, COLUMN_LENGTH);
}

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

/* What an article must have to reach the threshold with `more` units at most. */
static uint32_t least_with(const struct any *a, uint64_t more)
{
    uint32_t threshold = topk_threshold(a->top);
    return more < threshold ? threshold - (uint32_t)more : 0;
}

static void keep_marked(struct any_batch *b, const struct marks *m)
{
    marks_keep(m, b->docs, b->n);
    b->n = marks_keep(m, b->units, b->n);
}

/* Leaves out what the filter does not have. */
static void keep_wanted(const struct any *a)
{
    struct any_batch *b = a->batch;
    uint32_t wanted[POSTINGS_TOGETHER];
    struct marks marks;
    if (!a->top->filter)
        return;
    for (unsigned i = 0; i < b->n; i++)
        wanted[i] = topk_wants(a->top, a->segment_number, b->docs[i]);
    marks_set(&marks, wanted, b->n, 1, 1);
    keep_marked(b, &marks);
}

/* Drops articles that cannot reach the threshold with `more` units at most. */
static void keep_promising(const struct any *a, uint64_t more)
{
    struct marks marks;
    marks_set(&marks, a->batch->units, a->batch->n, least_with(a, more), UINT32_MAX);
    keep_marked(a->batch, &marks);
}

static int add_set_aside(struct any *a, const struct any_term *t, struct error *err)
{
    struct any_batch *b = a->batch;
    uint32_t places[POSTINGS_TOGETHER], tf[POSTINGS_TOGETHER], units[POSTINGS_TOGETHER];
    int rc = cursor_counts(t->cursor, b->docs, b->n, places, tf, err);
    if (!rc)
        score_block(a->bm25, t->weight, length_codes(a), b->docs, tf, b->n, units);
    for (unsigned i = 0; i < b->n && !rc; i++)
        b->units[i] += units[i];
    return rc;
}

/* Completes the batch from the lists set aside, highest bound first, and
 * offers what does not turn out too low on the way. */
static int offer_batch(struct any *a, struct error *err)
{
    struct any_batch *b = a->batch;
    keep_wanted(a);
    for (size_t i = a->set_aside; i-- > 0 && b->n;) {
        keep_promising(a, a->bound_sums[i + 1]);
        int rc = add_set_aside(a, &a->terms[i], err);
        if (rc)
            return rc;
    }
    keep_promising(a, 0);
    for (unsigned i = 0; i < b->n; i++)
        column_expect(&a->segment->columns, COLUMN_DATE, b->docs[i]);
    for (unsigned i = 0; i < b->n; i++)
        if (!deletes_has(&a->segment->deletes, b->docs[i]))
            topk_offer(a->top, a->segment_number, b->docs[i], b->units[i]);
    b->n = 0;
    return BF_OK;
}

static int take_candidate(struct any *a, uint32_t doc, uint32_t units, struct error *err)
{
    struct any_batch *b = a->batch;
    b->docs[b->n] = doc;
    b->units[b->n++] = units;
    return b->n == POSTINGS_TOGETHER ? offer_batch(a, err) : BF_OK;
}

/* Those of 64 articles of the window. */
static int take_candidates(struct any *a, uint32_t first, uint64_t bits, struct error *err)
{
    const struct window *w = a->window;
    int rc = BF_OK;
    for (; bits && !rc; bits &= bits - 1) {
        uint32_t i = first + (uint32_t)__builtin_ctzll(bits);
        rc = take_candidate(a, w->from + i, w->units[i], err);
    }
    return rc;
}

static int offer_window(struct any *a, struct error *err)
{
    const struct window *w = a->window;
    uint32_t n = w->to - w->from;
    int rc = BF_OK;
    for (uint32_t from = 0; from < n && !rc; from += POSTINGS_TOGETHER) {
        unsigned here = n - from < POSTINGS_TOGETHER ? n - from : POSTINGS_TOGETHER;
        struct marks high;
        marks_set(&high, w->units + from, here, least_with(a, a->bound_sums[a->set_aside]),
                  UINT32_MAX);
        for (unsigned k = 0; 64 * k < here && !rc; k++) {
            uint64_t found = a->zeros ? w->matches[from / 64 + k] : UINT64_MAX;
            rc = take_candidates(a, from + 64 * k, high.words[k] & found, err);
        }
    }
    return rc;
}

/* Articles of a block that can reach the threshold, straight to the batch. */
static int offer_block(struct any *a, const uint32_t *docs, const uint32_t *units, unsigned n,
                       struct error *err)
{
    struct any_batch *b = a->batch;
    struct marks high;
    int rc = b->n > POSTINGS_TOGETHER - BLOCK_LEN ? offer_batch(a, err) : BF_OK;
    if (rc)
        return rc;
    memcpy(b->docs + b->n, docs, n * sizeof *docs);
    memcpy(b->units + b->n, units, n * sizeof *units);
    marks_set(&high, b->units + b->n, n, least_with(a, a->bound_sums[a->set_aside]), UINT32_MAX);
    marks_keep(&high, b->docs + b->n, n);
    b->n += marks_keep(&high, b->units + b->n, n);
    return BF_OK;
}

static void add_to_window(struct any *a, const uint32_t *docs, const uint32_t *units, unsigned n)
{
    struct window *w = a->window;
    if (a->zeros)
        for (unsigned i = 0; i < n; i++)
            window_add(w, docs[i], units[i]);
    else
        for (unsigned i = 0; i < n; i++)
            w->units[docs[i] - w->from] += units[i];
}

/* Where one list alone is essential, its articles need no window to meet others'. */
static int add_block(struct any *a, const struct any_term *t, struct error *err)
{
    const struct posting_block *b = &t->cursor->block;
    unsigned from = posting_block_seek(b, a->window->from);
    unsigned to = posting_block_seek(b, a->window->to), even = from & ~7u;
    uint32_t units[BLOCK_LEN];
    score_block(a->bm25, t->weight, length_codes(a), b->docs + even, t->cursor->tf + even,
                to - even, units + even);
    if (a->set_aside + 1 == a->count)
        return offer_block(a, b->docs + from, units + from, to - from, err);
    add_to_window(a, b->docs + from, units + from, to - from);
    return BF_OK;
}

/* Adds a list's blocks in the window, but for those that cannot lift any
 * article to the threshold even with all the others' help. */
static int add_essential(struct any *a, struct any_term *t, uint64_t others, struct error *err)
{
    const struct postings *p = &t->cursor->list;
    const struct window *w = a->window;
    const uint32_t *bounds = a->bounds[t->number].blocks;
    int rc = BF_OK;
    for (uint32_t b = postings_seek(p, 0, w->from); b < p->blocks && !rc; b++) {
        if (b && postings_last_doc(p, b - 1) >= w->to - 1)
            break;
        if (bounds[b] + others < topk_threshold(a->top))
            continue;
        rc = cursor_hold(t->cursor, b, err);
        if (!rc)
            rc = cursor_hold_tf(t->cursor, b, err);
        if (!rc)
            rc = add_block(a, t, err);
    }
    return rc;
}

/* ---- windows ---- */

static int evaluate_window(struct any *a, const struct ranked_window *w, struct error *err)
{
    uint32_t threshold = topk_threshold(a->top), left = a->segment->entry.docs - w->from;
    for (size_t i = 0; i < a->count; i++)
        a->terms[i].bound = w->bounds[a->terms[i].number];
    qsort(a->terms, a->count, sizeof *a->terms, compare_terms);
    a->bound_sums[0] = 0;
    for (size_t i = 0; i < a->count; i++)
        a->bound_sums[i + 1] = a->bound_sums[i] + a->terms[i].bound;
    a->set_aside = 0;
    while (a->set_aside < a->count && a->bound_sums[a->set_aside + 1] < threshold)
        a->set_aside++;
    a->window->from = w->from;
    a->window->to = w->from + (left < WINDOW_DOCS ? left : WINDOW_DOCS);
    a->zeros = !least_with(a, a->bound_sums[a->set_aside]);
    bool several = a->set_aside + 1 < a->count;
    if (several)
        window_clear(a->window, a->window->from, a->window->to);
    int rc = BF_OK;
    for (size_t i = a->set_aside; i < a->count && !rc; i++)
        if (a->terms[i].bound)
            rc = add_essential(a, &a->terms[i], w->bound - a->terms[i].bound, err);
    if (!rc && several)
        rc = offer_window(a, err);
    return rc ? rc : offer_batch(a, err);
}

/* Bounds of the window for each term, and their sum. */
static void rank_window(struct any *a, struct ranked_window *w)
{
    w->bound = 0;
    for (size_t i = 0; i < a->count; i++) {
        w->bounds[i] = bounds_of_range(&a->bounds[i], w->from, w->from + WINDOW_DOCS);
        w->bound += w->bounds[i];
    }
}

static int evaluate_segment(struct any *a, struct error *err)
{
    uint32_t docs = a->segment->entry.docs, n = 0;
    struct ranked_window *windows = mem_alloc((docs / WINDOW_DOCS + 1) * sizeof *windows);
    uint32_t *bounds = mem_alloc((docs / WINDOW_DOCS + 1) * a->count * sizeof *bounds);
    for (uint32_t from = 0; from < docs; from += WINDOW_DOCS) {
        if (!topk_wants_any(a->top, a->segment_number, from, from + WINDOW_DOCS))
            continue;
        windows[n] = (struct ranked_window){.from = from, .bounds = bounds + n * a->count};
        rank_window(a, &windows[n++]);
    }
    qsort(windows, n, sizeof *windows, compare_windows);
    int rc = BF_OK;
    for (uint32_t i = 0; i < n && !rc; i++) {
        if (!windows[i].bound || windows[i].bound < topk_threshold(a->top))
            break;
        rc = evaluate_window(a, &windows[i], err);
    }
    free(windows);
    free(bounds);
    return rc;
}

static int list_terms(struct any *a, struct plan *p, struct error *err)
{
    struct plan_node *nodes = p->root.should;
    a->count = 0;
    for (size_t i = 0; i < p->root.query->should.count; i++) {
        if (nodes[i].absent)
            continue;
        int rc = bounds_make(&a->bounds[a->count], a->bm25, nodes[i].cursors, nodes[i].weight,
                             length_codes(a), err);
        if (rc)
            return rc;
        a->terms[a->count] = (struct any_term){nodes[i].cursors, nodes[i].weight, a->count, 0};
        a->count++;
    }
    return BF_OK;
}

int evaluate_any(const struct snapshot *s, struct plan *p, struct topk *top, struct error *err)
{
    size_t most = p->root.query->should.count;
    struct any a = {.bm25 = &p->bm25,
                    .terms = mem_alloc(most * sizeof *a.terms),
                    .bound_sums = mem_alloc((most + 1) * sizeof *a.bound_sums),
                    .bounds = mem_zalloc(most, sizeof *a.bounds),
                    .window = mem_alloc(sizeof *a.window),
                    .batch = mem_zalloc(1, sizeof *a.batch),
                    .top = top};
    int rc = BF_OK;
    for (uint32_t i = 0; i < s->count && !rc; i++) {
        a.segment = &s->segments[i];
        a.segment_number = i;
        rc = plan_open_segment(p, s, i, err);
        if (!rc)
            rc = list_terms(&a, p, err);
        if (!rc)
            rc = evaluate_segment(&a, err);
    }
    for (size_t i = 0; i < most; i++)
        bounds_free(&a.bounds[i]);
    free(a.bounds);
    free(a.batch);
    free(a.terms);
    free(a.bound_sums);
    free(a.window);
    return rc;
}
