/* matrix_search.c - bounds summed up as far as they pay, then exact scores. */
#include "query/matrix_search.h"

#include <stdlib.h>
#include <string.h>

/* The bounds of a query sum up to this at most: they stay below 2^15. */
#define MOST_BOUND 32000
/* Of the article's own score: what the terms left may add when the first articles
 * are scored. */
#define FIRST_PART 0.10
#define FLOOR_PART 0.5 /* or of the least score that is wanted */
#define NEXT_PART  0.5 /* then this part is left at each step */
/* A posting summed up costs 1, an article scored this. */
#define SCORE_COST 150

struct summed_term {
    uint32_t term;
    float units;   /* bm25_weight */
    uint32_t most; /* units that it can add */
    double cost;   /* weight by density */
};

struct matrix_search {
    const struct archive_matrix *m;
    const struct snapshot *s;
    uint16_t *bounds; /* by global number, whole tiles */
    struct summed_term *terms;
    size_t capacity, count, summed; /* terms [0, summed) are in the bounds */
    float *units;                   /* of each term, as in terms */
    uint8_t *slots;                 /* by term of the query: its place in units */
    uint64_t *in_query;             /* by term, a bit: small enough for the nearest cache */
    struct bm25 bm25;
    double bound_scale; /* bounds a unit */
    uint32_t *found;
    size_t found_capacity;
};

struct matrix_search *matrix_search_new(const struct archive_matrix *m, const struct snapshot *s)
{
    struct matrix_search *x = mem_zalloc(1, sizeof *x);
    x->m = m;
    x->s = s;
    x->bounds = mem_alloc((size_t)m->tiles * TILE_DOCS * sizeof *x->bounds);
    x->units = mem_alloc((SIMILAR_MOST_TERMS + 1) * sizeof *x->units);
    x->slots = mem_zalloc((size_t)m->terms + 1, 1);
    x->in_query = mem_zalloc(m->terms / 64 + 1, sizeof *x->in_query);
    return x;
}

void matrix_search_free(struct matrix_search *x)
{
    if (!x)
        return;
    free(x->bounds);
    free(x->terms);
    free(x->units);
    free(x->slots);
    free(x->in_query);
    free(x->found);
    free(x);
}

/* ---- the query ---- */

static int compare_cost(const void *a, const void *b)
{
    const struct summed_term *x = a, *y = b;
    if (x->cost != y->cost)
        return x->cost > y->cost ? -1 : 1;
    return (x->term > y->term) - (x->term < y->term);
}

void matrix_search_start(struct matrix_search *x, const struct weighted_term *terms, size_t count)
{
    const struct archive_matrix *m = x->m;
    double sum = 0;
    for (size_t i = 0; i < x->count; i++)
        x->in_query[x->terms[i].term / 64] = 0;
    x->bm25 = m->bm25;
    similar_fit_weights(&x->bm25, terms, count);
    mem_grow(x->terms, &x->capacity, count);
    for (size_t i = 0; i < count; i++) {
        float units = bm25_weight(&x->bm25, (double)terms[i].weight);
        double most = (double)units * m->most_saturations[terms[i].term] / 255.0 + 1;
        x->terms[i] = (struct summed_term){terms[i].term, units, (uint32_t)most + 1,
                                           (double)terms[i].weight / m->dfs[terms[i].term]};
        sum += (double)units + 0.5; /* with what rounding may add */
    }
    if (count)
        qsort(x->terms, count, sizeof *x->terms, compare_cost);
    for (size_t i = 0; i < count; i++) {
        x->units[i] = x->terms[i].units;
        x->slots[x->terms[i].term] = (uint8_t)i;
        x->in_query[x->terms[i].term / 64] |= (uint64_t)1 << x->terms[i].term % 64;
    }
    x->count = count;
    x->summed = 0;
    x->bound_scale = count ? (MOST_BOUND - (double)count) / sum : 0;
    memset(x->bounds, 0, (size_t)m->tiles * TILE_DOCS * sizeof *x->bounds);
}

uint32_t matrix_search_units(const struct matrix_search *x, uint32_t doc)
{
    const struct archive_matrix *m = x->m;
    float norm = x->bm25.length_norm[m->length_codes[doc]];
    uint32_t units = 0;
    for (uint64_t i = m->doc_starts[doc]; i < m->doc_starts[doc + 1]; i++) {
        uint32_t term = m->doc_terms[i];
        if (x->in_query[term / 64] >> term % 64 & 1)
            units += bm25_units(x->units[x->slots[term]], (float)m->doc_tfs[i], norm);
    }
    return units;
}

/* ---- bounds ---- */

/* A unit score is rounded to the nearest; half a unit covers that. */
static void fill_steps(const struct matrix_search *x, size_t i, uint16_t steps[256])
{
    float step = (float)((double)x->units[i] * x->bound_scale / 255.0);
    float rest = (float)(0.5 * x->bound_scale) + 0.99f;
    for (unsigned saturation = 0; saturation < 256; saturation++)
        steps[saturation] = (uint16_t)((float)saturation * step + rest);
}

static void sum_up_term(struct matrix_search *x, size_t i)
{
    const struct archive_matrix *m = x->m;
    uint32_t term = x->terms[i].term;
    uint16_t steps[256];
    fill_steps(x, i, steps);
    for (uint32_t tile = 0; tile < m->tiles; tile++) {
        uint16_t *bounds = x->bounds + (size_t)tile * TILE_DOCS;
        uint64_t end = archive_matrix_list(m, term, tile + 1);
        for (uint64_t p = archive_matrix_list(m, term, tile); p < end; p++)
            bounds[m->posting_docs[p]] =
                (uint16_t)(bounds[m->posting_docs[p]] + steps[m->posting_saturations[p]]);
    }
}

/* What the terms that are not summed up can add, in units. */
static double rest(const struct matrix_search *x)
{
    double sum = 0;
    for (size_t i = x->summed; i < x->count; i++)
        sum += x->terms[i].most;
    return sum;
}

static uint64_t postings_left(const struct matrix_search *x)
{
    uint64_t sum = 0;
    for (size_t i = x->summed; i < x->count; i++)
        sum += x->m->dfs[x->terms[i].term];
    return sum;
}

static void sum_up_until(struct matrix_search *x, double most_rest)
{
    for (double left = rest(x); x->summed < x->count && left > most_rest; x->summed++) {
        sum_up_term(x, x->summed);
        left -= x->terms[x->summed].most;
    }
}

/* ---- articles with high bounds ---- */

#define SCAN_DOCS 32

/* Whether any of SCAN_DOCS bounds reaches `least`. Bounds stay below 2^15. */
static bool any_reaches(const uint16_t *bounds, uint16_t least)
{
    typedef int16_t eight __attribute__((vector_size(16)));
    eight a, b, c, d;
    memcpy(&a, bounds, 16);
    memcpy(&b, bounds + 8, 16);
    memcpy(&c, bounds + 16, 16);
    memcpy(&d, bounds + 24, 16);
    int16_t below = (int16_t)(least - 1);
    eight over = (a > below) | (b > below) | (c > below) | (d > below);
    uint64_t halves[2];
    memcpy(halves, &over, 16);
    return halves[0] | halves[1];
}

static bool counts(const struct matrix_filter *f, uint32_t doc)
{
    return doc != f->self &&
           (!f->facts || !similar_filters(f->facts) || similar_may_list(f->facts, f->self, doc));
}

/* Articles that count and whose bound is at least `least` (1 or more): into
 * x->found, at most `most` and one more. */
static size_t collect(struct matrix_search *x, const struct matrix_filter *f, uint16_t least,
                      size_t most)
{
    size_t count = 0;
    for (uint32_t from = 0; from < x->m->docs && count <= most; from += SCAN_DOCS) {
        if (!any_reaches(x->bounds + from, least))
            continue;
        mem_grow(x->found, &x->found_capacity, count + SCAN_DOCS);
        for (uint32_t doc = from; doc < from + SCAN_DOCS; doc++)
            if (x->bounds[doc] >= least && counts(f, doc))
                x->found[count++] = doc;
    }
    return count;
}

/* The k-th highest bound of all articles that count, or 1: by a histogram of
 * the bounds' upper bits, so only a lower limit of it. */
static uint16_t high_bound(const struct matrix_search *x, const struct matrix_filter *f, size_t k)
{
    uint16_t least = 1;
    uint32_t histogram[MOST_BOUND / 64 + 2] = {0};
    size_t above = 0;
    for (uint32_t from = 0; from < x->m->docs; from += SCAN_DOCS) {
        if (!any_reaches(x->bounds + from, least))
            continue;
        for (uint32_t doc = from; doc < from + SCAN_DOCS; doc++) {
            if (x->bounds[doc] < least || !counts(f, doc))
                continue;
            histogram[x->bounds[doc] / 64]++;
            above++;
        }
        /* Raise the limit as long as k articles stay above it. */
        while (above - histogram[least / 64] >= k) {
            above -= histogram[least / 64];
            least = (uint16_t)((least / 64 + 1) * 64);
        }
    }
    return least;
}

/* ---- the answer ---- */

static void offer(const struct matrix_search *x, const struct matrix_filter *f, uint32_t doc,
                  struct topk *top)
{
    uint32_t units = matrix_search_units(x, doc);
    if (!units || (f->facts && similar_similarity(units, f->self_units) < f->threshold))
        return;
    uint32_t segment = snapshot_segment_of(x->s, doc);
    topk_offer(top, segment, doc - x->s->bases[segment],
               f->facts ? similar_rank_units(f->facts, doc, units) : units);
}

static void offer_found(const struct matrix_search *x, const struct matrix_filter *f, size_t count,
                        struct topk *top)
{
    topk_clear(top);
    for (size_t i = 0; i < count; i++)
        offer(x, f, x->found[i], top);
}

/* The bound of whoever may score `units`; 0 when that may be anybody. */
static uint16_t least_bound(const struct matrix_search *x, double units)
{
    double needed = units - rest(x);
    if (needed > 0)
        return (uint16_t)(needed * x->bound_scale) ? (uint16_t)(needed * x->bound_scale) : 1;
    return x->summed == x->count; /* what has none of the terms does not count */
}

/* What is wanted at least. A little below the threshold: the similarity itself decides. */
static double floor_of(const struct matrix_filter *f)
{
    double floor = f->threshold * f->threshold * f->self_units * (1 - 1e-9) - 1;
    return floor > f->floor ? floor : f->floor;
}

void matrix_search_best(struct matrix_search *x, const struct matrix_filter *f, size_t k,
                        struct topk *top)
{
    double floor = floor_of(f), first = FIRST_PART * f->self_units;
    if (!x->summed)
        sum_up_until(x, floor * FLOOR_PART > first ? floor * FLOOR_PART : first);
    if (!f->floor)
        offer_found(x, f, collect(x, f, high_bound(x, f, k), SIZE_MAX - SCAN_DOCS), top);
    for (;;) {
        double threshold = topk_threshold(top) > floor ? topk_threshold(top) : floor;
        uint16_t least = least_bound(x, threshold);
        uint64_t left = postings_left(x);
        size_t most = left ? left / SCORE_COST : SIZE_MAX - SCAN_DOCS;
        size_t count = least ? collect(x, f, least, most) : SIZE_MAX;
        if (x->summed == x->count || count <= most) {
            offer_found(x, f, count, top);
            return;
        }
        sum_up_until(x, rest(x) * NEXT_PART);
    }
}
