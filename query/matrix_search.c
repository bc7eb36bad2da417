/* matrix_search.c - bounds summed up as far as they pay, then signatures, then exact scores. */
#include "query/matrix_search.h"

#include <stdlib.h>
#include <string.h>

/* The bounds of a query sum up to this at most: they stay below 2^15. */
#define MOST_BOUND 32000
/* And those of a first query to this, so that one that goes on has room. */
#define FIRST_BOUND 16000
/* Of the article's own score: what the terms left may add when the first articles
 * are scored. */
#define FIRST_PART 0.10
#define FLOOR_PART 0.5 /* or of the least score that is wanted */
#define NEXT_PART  0.5 /* then this part is left at each step */
/* A posting summed up costs 1, an article whose bound is high enough this: most of them
 * fall by their signatures. */
#define SCORE_COST 100
/* What is asked of memory before it is needed: articles' entries, so many of each, and
 * signatures. */
#define FETCH_DOCS       2
#define FETCH_ENTRIES    512
#define FETCH_SIGNATURES 8

#define PLACES_BITS 12
#define PLACES      (1u << PLACES_BITS)

struct summed_term {
    uint32_t slot, term;
    float left;    /* of its bm25_weight, what the bounds do not have yet */
    uint32_t most; /* units that this can add */
    double cost;   /* what is left, by density */
};

struct matrix_search {
    const struct archive_matrix *m;
    const struct snapshot *s;
    uint16_t *bounds; /* by global number, whole tiles */
    struct summed_term *terms;
    size_t capacity, count, summed; /* terms [0, summed) are in the bounds */
    /* of each term of the query */
    uint32_t asked[SIMILAR_MOST_TERMS];
    float units[SIMILAR_MOST_TERMS];  /* bm25_weight */
    float within[SIMILAR_MOST_TERMS]; /* of these, what the bounds have */
    size_t asked_count;
    /* By hash of a term, with open addressing: its place in `asked`, and 1; 0: none. So
     * small that it stays in the nearest cache. */
    uint8_t places[PLACES];
    struct bm25 bm25;
    double bound_scale; /* bounds a unit */
    double bound_most;  /* no bound is higher */
    uint32_t *found;
    size_t found_capacity;
};

struct matrix_search *matrix_search_new(const struct archive_matrix *m, const struct snapshot *s)
{
    struct matrix_search *x = mem_zalloc(1, sizeof *x);
    x->m = m;
    x->s = s;
    x->bounds = mem_zalloc((size_t)m->tiles * TILE_DOCS, sizeof *x->bounds);
    return x;
}

void matrix_search_free(struct matrix_search *x)
{
    if (!x)
        return;
    free(x->bounds);
    free(x->terms);
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

static inline unsigned hash_term(uint32_t term)
{
    return (term * 2654435761u) >> (32 - PLACES_BITS);
}

/* One more than the term's place in `asked`; 0: the query does not have it. */
static inline unsigned place_of(const struct matrix_search *x, uint32_t term)
{
    unsigned at = hash_term(term);
    while (x->places[at] && x->asked[x->places[at] - 1] != term)
        at = (at + 1) % PLACES;
    return x->places[at];
}

static void set_place(struct matrix_search *x, uint32_t term, unsigned place)
{
    unsigned at = hash_term(term);
    while (x->places[at])
        at = (at + 1) % PLACES;
    x->places[at] = (uint8_t)(place + 1);
}

static float within_bounds(const struct matrix_search *x, uint32_t term)
{
    unsigned place = place_of(x, term);
    return place ? x->within[place - 1] : 0;
}

/* What the bounds have of the terms is that of the query before. */
static void take_query(struct matrix_search *x, const struct weighted_term *terms, size_t count)
{
    float within[SIMILAR_MOST_TERMS];
    for (size_t i = 0; i < count; i++)
        within[i] = within_bounds(x, terms[i].term);
    memset(x->places, 0, sizeof x->places);
    x->bm25 = x->m->bm25;
    similar_fit_weights(&x->bm25, terms, count);
    for (size_t i = 0; i < count; i++) {
        x->asked[i] = terms[i].term;
        x->units[i] = bm25_weight(&x->bm25, (double)terms[i].weight);
        x->within[i] = within[i];
        set_place(x, terms[i].term, (unsigned)i);
    }
    x->asked_count = count;
}

/* The terms that the bounds do not have in full; returns the units that they can add,
 * with what rounding may add. */
static double list_left(struct matrix_search *x)
{
    double sum = 0;
    x->count = x->summed = 0;
    mem_grow(x->terms, &x->capacity, x->asked_count);
    for (size_t i = 0; i < x->asked_count; i++) {
        uint32_t term = x->asked[i];
        float left = x->units[i] - x->within[i];
        if (left <= 0)
            continue;
        double most = (double)left * x->m->most_saturations[term] / 255.0 + 1;
        x->terms[x->count++] = (struct summed_term){(uint32_t)i, term, left, (uint32_t)most + 1,
                                                    (double)left / x->m->dfs[term]};
        sum += (double)left + 0.5;
    }
    if (x->count)
        qsort(x->terms, x->count, sizeof *x->terms, compare_cost);
    return sum;
}

static void start_bounds(struct matrix_search *x)
{
    memset(x->within, 0, x->asked_count * sizeof *x->within);
    double sum = list_left(x);
    x->bound_scale = x->count ? (FIRST_BOUND - (double)x->count) / sum : 0;
    if (x->bound_most > 0)
        memset(x->bounds, 0, (size_t)x->m->tiles * TILE_DOCS * sizeof *x->bounds);
    x->bound_most = 0;
}

void matrix_search_start(struct matrix_search *x, const struct weighted_term *terms, size_t count)
{
    take_query(x, terms, count);
    start_bounds(x);
}

void matrix_search_go_on(struct matrix_search *x, const struct weighted_term *terms, size_t count)
{
    unsigned shift = x->bm25.shift;
    take_query(x, terms, count);
    double most = x->bound_most + list_left(x) * x->bound_scale + (double)x->count;
    if (x->bm25.shift != shift || most > MOST_BOUND)
        start_bounds(x);
}

/* Looks at that many entries at a time, without a branch that depends on them. */
#define LOOK_AT 128

uint32_t matrix_search_units(const struct matrix_search *x, uint32_t doc)
{
    const struct archive_matrix *m = x->m;
    float norm = x->bm25.length_norm[m->length_codes[doc]];
    uint32_t units = 0;
    for (uint64_t from = m->doc_starts[doc], end = m->doc_starts[doc + 1]; from < end;) {
        const uint32_t *terms = m->doc_terms + from;
        const uint16_t *tfs = m->doc_tfs + from;
        unsigned n = end - from < LOOK_AT ? (unsigned)(end - from) : LOOK_AT, found = 0;
        uint8_t hits[LOOK_AT];
        for (unsigned i = 0; i < n; i++) {
            hits[found] = (uint8_t)i;
            found += x->places[hash_term(terms[i])] != 0;
        }
        for (unsigned i = 0; i < found; i++) {
            unsigned place = place_of(x, terms[hits[i]]);
            if (place)
                units += bm25_units(x->units[place - 1], (float)tfs[hits[i]], norm);
        }
        from += n;
    }
    return units;
}

/* ---- bounds ---- */

/* A unit score is rounded to the nearest; half a unit covers that. */
static void fill_steps(const struct matrix_search *x, float units, uint16_t steps[256])
{
    float step = (float)((double)units * x->bound_scale / 255.0);
    float rest = (float)(0.5 * x->bound_scale) + 1.0f;
    for (unsigned saturation = 0; saturation < 256; saturation++)
        steps[saturation] = (uint16_t)((float)saturation * step + rest);
}

static void sum_up_term(struct matrix_search *x, const struct summed_term *t)
{
    const struct archive_matrix *m = x->m;
    uint16_t steps[256];
    fill_steps(x, t->left, steps);
    for (uint32_t tile = 0; tile < m->tiles; tile++) {
        uint16_t *bounds = x->bounds + (size_t)tile * TILE_DOCS;
        uint64_t end = archive_matrix_list(m, t->term, tile + 1);
        for (uint64_t p = archive_matrix_list(m, t->term, tile); p < end; p++)
            bounds[m->posting_docs[p]] =
                (uint16_t)(bounds[m->posting_docs[p]] + steps[m->posting_saturations[p]]);
    }
    x->within[t->slot] = x->units[t->slot];
    x->bound_most += ((double)t->left + 0.5) * x->bound_scale + 1;
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
        sum_up_term(x, &x->terms[x->summed]);
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

/* Articles lie far apart: the first cache lines of what is scored soon are asked for before. */
static void fetch_ahead(const struct archive_matrix *m, uint32_t doc)
{
    const char *terms = (const char *)(m->doc_terms + m->doc_starts[doc]);
    const char *tfs = (const char *)(m->doc_tfs + m->doc_starts[doc]);
    size_t n = m->doc_starts[doc + 1] - m->doc_starts[doc];
    n = n < FETCH_ENTRIES ? n : FETCH_ENTRIES;
    for (size_t at = 0; at < n * sizeof *m->doc_terms; at += 64)
        __builtin_prefetch(terms + at);
    for (size_t at = 0; at < n * sizeof *m->doc_tfs; at += 64)
        __builtin_prefetch(tfs + at);
}

/* What each term left may add to the bound of an article that has it, as its signature says. */
struct signed_rest {
    uint32_t always; /* by terms that do not sign */
    unsigned count;
    struct {
        uint16_t word, bit;
        uint32_t most;
    } terms[SIMILAR_MOST_TERMS];
};

static void list_rest(const struct matrix_search *x, struct signed_rest *r)
{
    r->always = r->count = 0;
    for (size_t i = x->summed; i < x->count; i++) {
        unsigned bit = archive_matrix_signature(x->m, x->terms[i].term);
        uint32_t most = (uint32_t)(x->terms[i].most * x->bound_scale) + 1;
        if (bit == SIGNATURE_BITS) {
            r->always += most;
            continue;
        }
        r->terms[r->count].word = (uint16_t)(bit / 64);
        r->terms[r->count].bit = (uint16_t)(bit % 64);
        r->terms[r->count++].most = most;
    }
}

static uint32_t signed_bound(const struct matrix_search *x, const struct signed_rest *r,
                             uint32_t doc)
{
    const uint64_t *words = x->m->signatures + (size_t)doc * SIGNATURE_WORDS;
    uint32_t bound = x->bounds[doc] + r->always;
    for (unsigned i = 0; i < r->count; i++)
        bound += r->terms[i].most & -(uint32_t)(words[r->terms[i].word] >> r->terms[i].bit & 1);
    return bound;
}

/* Leaves out of what was found those whose signatures say that they do not reach the
 * threshold. */
static size_t keep_signed(struct matrix_search *x, size_t count, double threshold)
{
    struct signed_rest r;
    size_t kept = 0;
    uint32_t least = (uint32_t)(threshold * x->bound_scale);
    if (x->summed == x->count)
        return count;
    list_rest(x, &r);
    for (size_t i = 0; i < count; i++) {
        if (i + FETCH_SIGNATURES < count)
            __builtin_prefetch(x->m->signatures +
                               (size_t)x->found[i + FETCH_SIGNATURES] * SIGNATURE_WORDS);
        x->found[kept] = x->found[i];
        kept += signed_bound(x, &r, x->found[i]) >= least;
    }
    return kept;
}

static void offer_found(const struct matrix_search *x, const struct matrix_filter *f, size_t count,
                        struct topk *top)
{
    topk_clear(top);
    for (size_t i = 0; i < count && i < FETCH_DOCS; i++)
        fetch_ahead(x->m, x->found[i]);
    for (size_t i = 0; i < count; i++) {
        if (i + FETCH_DOCS < count)
            fetch_ahead(x->m, x->found[i + FETCH_DOCS]);
        offer(x, f, x->found[i], top);
    }
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
            offer_found(x, f, keep_signed(x, count, threshold), top);
            return;
        }
        sum_up_until(x, rest(x) * NEXT_PART);
    }
}
