/*
 * similar_all.c - articles are taken in runs by any thread; each list depends on nothing else.
 *
 * For one article:
 *   1  the terms of its query, the densest and lightest set aside as long as
 *      together they add little
 *   2  the others summed up for all articles, tile by tile, in 16-bit sums that
 *      are never below the true score ("bounds")
 *   3  the articles with the highest bounds scored exactly: the k-th score is a
 *      threshold that the answer cannot be below
 *   4  every other article whose bound, with what was set aside, reaches the
 *      threshold is scored exactly too
 * So the lists are exact whatever was set aside.
 */
#include "query/similar_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "query/archive_matrix.h"

#define RUN_DOCS   64
#define SPARE_HITS 2 /* for copies; where there are more, the search is made again deeper */

struct shared {
    const struct snapshot *s;
    const struct archive_matrix *m;
    const struct similar_options *o;
    struct bm25 bm25;  /* length norms; each query fits its own scale */
    uint32_t *leaders; /* of the groups of copies, COPIES_NONE; by global number */
    uint32_t *sizes;   /* of each leader's group; by global number */
    struct similar_lists *out;
    atomic_uint next; /* the first article that nobody has taken */
    atomic_int failed;
};

/* The bounds of a query without the terms set aside sum up to this at most. */
#define MOST_BOUND 32000
/* Terms are set aside while together they could add this part of what the
 * article scores against itself. */
#define ASIDE_PART 0.05

struct thread {
    pthread_t id;
    struct shared *shared;
    struct error err;
    uint16_t *bounds; /* by global number, whole tiles */
    struct weighted_term *terms;
    size_t terms_capacity;
    /* the query at hand; terms [0, summed) are summed up, the rest set aside */
    size_t count, summed;
    float *weights;     /* bm25_weight of each */
    uint64_t *in_query; /* by term, a bit: small enough for the nearest cache */
    uint8_t *slots;     /* by term in the query: its place there */
    struct bm25 bm25;
    uint32_t self_units;
    double bound_scale; /* bounds a unit */
    uint32_t aside;     /* units that the terms set aside can add */
    struct scored *scored;
    size_t scored_count, scored_capacity;
    void (*progress)(void *ctx, uint32_t done);
    void *ctx;
};

static size_t make_query(struct thread *t, uint32_t doc)
{
    const struct archive_matrix *m = t->shared->m;
    uint64_t from = m->doc_starts[doc], n = m->doc_starts[doc + 1] - from;
    mem_grow(t->terms, &t->terms_capacity, n);
    for (uint64_t i = 0; i < n; i++) {
        uint32_t term = m->doc_terms[from + i];
        t->terms[i] =
            (struct weighted_term){.term = term, .tf = m->doc_tfs[from + i], .df = m->dfs[term]};
    }
    return term_weights_choose(t->terms, n, t->shared->s->docs, SIMILAR_LEAST_DF,
                               t->shared->o->terms);
}

/* Dense and light first: what costs most and says least. */
static int compare_cost(const void *a, const void *b)
{
    const struct weighted_term *x = a, *y = b;
    double cost_x = x->weight / (double)x->df, cost_y = y->weight / (double)y->df;
    if (cost_x != cost_y)
        return cost_x > cost_y ? -1 : 1;
    return (x->term > y->term) - (x->term < y->term);
}

static void set_terms_aside(struct thread *t)
{
    double most = ASIDE_PART * t->self_units, aside = 0, sum = 0;
    if (t->count)
        if (t->count)
            qsort(t->terms, t->count, sizeof *t->terms, compare_cost);
    for (size_t i = 0; i < t->count; i++) {
        t->weights[i] = bm25_weight(&t->bm25, t->terms[i].weight);
        t->slots[t->terms[i].term] = (uint8_t)i;
        t->in_query[t->terms[i].term / 64] |= (uint64_t)1 << t->terms[i].term % 64;
    }
    t->summed = t->count;
    while (t->summed && aside + t->weights[t->summed - 1] + 1 <= most)
        aside += t->weights[--t->summed] + 1;
    t->aside = (uint32_t)aside;
    for (size_t i = 0; i < t->summed; i++)
        sum += t->weights[i];
    double units = sum + 0.5 * (double)t->summed; /* with what rounding may add */
    t->bound_scale = t->summed ? (MOST_BOUND - (double)t->summed) / units : 0;
}

static void start_query(struct thread *t, uint32_t doc)
{
    t->count = make_query(t, doc);
    t->bm25 = t->shared->bm25;
    t->self_units = 0;
    similar_fit_weights(&t->bm25, t->terms, t->count);
    float norm = t->bm25.length_norm[t->shared->m->length_codes[doc]];
    for (size_t i = 0; i < t->count; i++)
        t->self_units +=
            bm25_units(bm25_weight(&t->bm25, t->terms[i].weight), (float)t->terms[i].tf, norm);
    set_terms_aside(t);
}

static void end_query(struct thread *t)
{
    for (size_t i = 0; i < t->count; i++)
        t->in_query[t->terms[i].term / 64] = 0;
}

/* A unit score is rounded to the nearest; half a unit covers that. */
static void fill_steps(const struct thread *t, size_t i, uint16_t steps[256])
{
    float step = (float)((double)t->weights[i] * t->bound_scale / 255.0);
    float rest = (float)(0.5 * t->bound_scale) + 0.99f;
    for (unsigned saturation = 0; saturation < 256; saturation++)
        steps[saturation] = (uint16_t)((float)saturation * step + rest);
}

static void sum_up(struct thread *t)
{
    const struct archive_matrix *m = t->shared->m;
    memset(t->bounds, 0, (size_t)m->tiles * TILE_DOCS * sizeof *t->bounds);
    for (size_t i = 0; i < t->summed; i++) {
        uint16_t steps[256];
        fill_steps(t, i, steps);
        for (uint32_t tile = 0; tile < m->tiles; tile++) {
            uint16_t *bounds = t->bounds + (size_t)tile * TILE_DOCS;
            uint64_t end = archive_matrix_list(m, t->terms[i].term, tile + 1);
            for (uint64_t p = archive_matrix_list(m, t->terms[i].term, tile); p < end; p++)
                bounds[m->posting_docs[p]] =
                    (uint16_t)(bounds[m->posting_docs[p]] + steps[m->posting_saturations[p]]);
        }
    }
}

static uint32_t exact_units(const struct thread *t, uint32_t doc)
{
    const struct archive_matrix *m = t->shared->m;
    float norm = t->bm25.length_norm[m->length_codes[doc]];
    uint32_t units = 0;
    for (uint64_t i = m->doc_starts[doc]; i < m->doc_starts[doc + 1]; i++) {
        uint32_t term = m->doc_terms[i];
        if (t->in_query[term / 64] >> term % 64 & 1)
            units += bm25_units(t->weights[t->slots[term]], (float)m->doc_tfs[i], norm);
    }
    return units;
}

/* An article with a high bound. */
struct scored {
    uint32_t doc;
    uint16_t bound;
};

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

/* All articles but `self` whose bound is at least `least` (1 or more). */
static void collect(struct thread *t, uint32_t self, uint16_t least)
{
    uint32_t docs = t->shared->m->docs;
    t->scored_count = 0;
    for (uint32_t from = 0; from < docs; from += SCAN_DOCS) {
        if (!any_reaches(t->bounds + from, least))
            continue;
        for (uint32_t doc = from; doc < from + SCAN_DOCS; doc++) {
            if (t->bounds[doc] < least || doc == self)
                continue;
            mem_grow(t->scored, &t->scored_capacity, t->scored_count + 1);
            t->scored[t->scored_count++] = (struct scored){doc, t->bounds[doc]};
        }
    }
}

/* The k-th highest bound of all articles but `self`, or 0: by a histogram of
 * the bounds' upper bits, so only a lower limit of it. */
static uint16_t high_bound(const struct thread *t, uint32_t self, size_t k)
{
    uint32_t docs = t->shared->m->docs;
    uint16_t least = 1;
    uint32_t counts[MOST_BOUND / 64 + 2] = {0};
    size_t above = 0;
    for (uint32_t from = 0; from < docs; from += SCAN_DOCS) {
        if (!any_reaches(t->bounds + from, least))
            continue;
        for (uint32_t doc = from; doc < from + SCAN_DOCS; doc++) {
            if (t->bounds[doc] < least || doc == self)
                continue;
            counts[t->bounds[doc] / 64]++;
            above++;
        }
        /* Raise the limit as long as k articles stay above it. */
        while (above - counts[least / 64] >= k) {
            above -= counts[least / 64];
            least = (uint16_t)((least / 64 + 1) * 64);
        }
    }
    return least;
}

static void offer(struct thread *t, uint32_t doc, struct topk *top)
{
    const struct snapshot *s = t->shared->s;
    uint32_t units = exact_units(t, doc), segment = snapshot_segment_of(s, doc);
    if (units)
        topk_offer(top, segment, doc - s->bases[segment], units);
}

/* The k best, exactly. */
static void find_best(struct thread *t, uint32_t self, size_t k, struct topk *top)
{
    uint16_t first = high_bound(t, self, k);
    collect(t, self, first);
    for (size_t i = 0; i < t->scored_count; i++)
        offer(t, t->scored[i].doc, top);
    uint32_t threshold = topk_threshold(top);
    uint32_t needed = threshold > t->aside ? threshold - t->aside : 0;
    uint16_t least = (uint16_t)((double)needed * t->bound_scale);
    if (!needed && t->aside)
        least = 0; /* what has only terms set aside may belong to the answer */
    else if (!least)
        least = 1; /* what has none of the others cannot */
    if (least >= first)
        return;
    if (!least) {
        for (uint32_t doc = 0; doc < t->shared->m->docs; doc++)
            if (doc != self && t->bounds[doc] < first)
                offer(t, doc, top);
        return;
    }
    collect(t, self, least);
    for (size_t i = 0; i < t->scored_count; i++)
        if (t->scored[i].bound < first)
            offer(t, t->scored[i].doc, top);
}

static uint32_t other_copies(const struct shared *shared, uint32_t doc)
{
    uint32_t leader = shared->leaders[doc];
    return leader == COPIES_NONE ? 0 : shared->sizes[leader] - 1;
}

/* Keeps the best of each group of copies and leaves the own group out. */
static size_t drop_copies(const struct shared *shared, const struct topk *top, uint32_t self,
                          struct similar_item *items)
{
    const uint32_t *leaders = shared->leaders;
    size_t count = 0;
    for (size_t i = 0; i < top->count && count < shared->o->n; i++) {
        uint32_t doc = top->heap[i].doc;
        bool seen = leaders[doc] == leaders[self];
        for (size_t k = 0; k < count && !seen; k++)
            seen = leaders[items[k].doc] == leaders[doc];
        if (!seen || leaders[doc] == COPIES_NONE)
            items[count++] = (struct similar_item){
                .doc = doc, .units = top->heap[i].units, .copies = other_copies(shared, doc)};
    }
    return count;
}

static int choose(struct thread *t, uint32_t doc, struct similar_item *items, size_t *count)
{
    int rc = BF_OK;
    for (size_t k = t->shared->o->n + SPARE_HITS;; k *= 4) {
        struct topk top;
        topk_init(&top, t->shared->s, k);
        find_best(t, doc, k, &top);
        bool all = top.count < k;
        rc = topk_sort(&top, &t->err);
        *count = drop_copies(t->shared, &top, doc, items);
        topk_free(&top);
        if (rc || all || *count == t->shared->o->n)
            return rc;
    }
}

static int work_article(struct thread *t, uint32_t doc)
{
    struct similar_lists *out = t->shared->out;
    struct similar_item *items = out->items + (size_t)doc * out->n;
    size_t count;
    start_query(t, doc);
    sum_up(t);
    int rc = choose(t, doc, items, &count);
    end_query(t);
    for (size_t i = 0; i < count; i++)
        items[i].similarity = similar_similarity(items[i].units, t->self_units);
    out->lengths[doc] = (uint8_t)count;
    out->own_copies[doc] = other_copies(t->shared, doc);
    return rc;
}

static void *run(void *arg)
{
    struct thread *t = arg;
    struct shared *shared = t->shared;
    while (!atomic_load(&shared->failed)) {
        uint32_t from = atomic_fetch_add(&shared->next, RUN_DOCS);
        if (from >= shared->out->count)
            break;
        uint32_t left = shared->out->count - from, n = left < RUN_DOCS ? left : RUN_DOCS;
        for (uint32_t i = 0; i < n; i++)
            if (work_article(t, shared->out->docs[from + i]))
                atomic_store(&shared->failed, 1);
        if (t->progress)
            t->progress(t->ctx, from + n);
    }
    return NULL;
}

static int run_threads(struct shared *shared, unsigned count, void (*progress)(void *, uint32_t),
                       void *ctx, struct error *err)
{
    struct thread *threads = mem_zalloc(count, sizeof *threads);
    unsigned started = 1;
    for (unsigned i = 0; i < count; i++) {
        threads[i].shared = shared;
        threads[i].bounds =
            mem_alloc((size_t)shared->m->tiles * TILE_DOCS * sizeof *threads[i].bounds);
        threads[i].weights = mem_alloc(shared->o->terms * sizeof *threads[i].weights);
        threads[i].slots = mem_alloc(shared->m->terms);
        threads[i].in_query = mem_zalloc(shared->m->terms / 64 + 1, sizeof(uint64_t));
    }
    threads[0].progress = progress;
    threads[0].ctx = ctx;
    while (started < count && !pthread_create(&threads[started].id, NULL, run, &threads[started]))
        started++;
    run(&threads[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(threads[i].id, NULL);
    int rc = BF_OK;
    for (unsigned i = 0; i < count; i++) {
        if (threads[i].err.code && !rc) {
            *err = threads[i].err;
            rc = err->code;
        }
        free(threads[i].bounds);
        free(threads[i].weights);
        free(threads[i].slots);
        free(threads[i].in_query);
        free(threads[i].scored);
        free(threads[i].terms);
    }
    free(threads);
    return rc;
}

/* ---- what all threads share ---- */

/* Without groups each article is as good as the only one of its kind. */
static int take_copies(struct shared *shared, struct error *err)
{
    const struct copies *c = &shared->s->copies;
    uint32_t docs = shared->m->docs;
    int rc = copies_verify(c, docs, err);
    shared->leaders = mem_alloc(docs * sizeof *shared->leaders);
    shared->sizes = mem_zalloc(docs, sizeof *shared->sizes);
    memset(shared->leaders, 0xff, docs * sizeof *shared->leaders);
    for (uint32_t i = 0; i < c->count && !rc && !shared->o->keep_copies; i++) {
        uint32_t leader = copies_leader_at(c, i);
        if (leader >= docs)
            return frame_damaged(&c->frame, c->frame.sections[1].p + 4 * (size_t)i,
                                 "no such article", err);
        shared->leaders[copies_doc(c, i)] = leader;
        shared->sizes[leader]++;
    }
    return rc;
}

static int compare_by_order(const void *a, const void *b, void *top)
{
    struct hit x = {.doc = *(const uint32_t *)a}, y = {.doc = *(const uint32_t *)b};
    return topk_compare(top, &x, &y);
}

/* Live articles by id: hits of equal score and date are ordered so. */
static int list_docs(const struct snapshot *s, struct similar_lists *out, struct error *err)
{
    struct topk top;
    topk_init(&top, s, 0);
    out->docs = mem_alloc(s->docs * sizeof *out->docs);
    for (uint32_t i = 0; i < s->count; i++)
        for (uint32_t doc = 0; doc < s->segments[i].entry.docs; doc++)
            if (!deletes_has(&s->segments[i].deletes, doc))
                out->docs[out->count++] = s->bases[i] + doc;
    qsort_r(out->docs, out->count, sizeof *out->docs, compare_by_order, &top);
    int rc = top.err.code;
    if (rc)
        *err = top.err;
    topk_free(&top);
    return rc;
}

int similar_all(const struct snapshot *s, const struct analyzer *analyzer,
                const struct similar_options *o, unsigned threads,
                void (*progress)(void *ctx, uint32_t done), void *ctx, struct similar_lists *out,
                struct error *err)
{
    struct archive_matrix m = {0};
    struct shared shared = {.s = s, .m = &m, .o = o, .out = out};
    *out = (struct similar_lists){.n = o->n};
    int rc = archive_matrix_make(&m, s, analyzer, o, err);
    if (!rc)
        rc = list_docs(s, out, err);
    if (!rc)
        rc = take_copies(&shared, err);
    if (!rc) {
        similar_fit(&shared.bm25, s, o);
        out->items = mem_alloc((size_t)m.docs * o->n * sizeof *out->items);
        out->lengths = mem_zalloc(m.docs, sizeof *out->lengths);
        out->own_copies = mem_zalloc(m.docs, sizeof *out->own_copies);
        rc = run_threads(&shared, threads, progress, ctx, err);
    }
    free(shared.leaders);
    free(shared.sizes);
    archive_matrix_free(&m);
    if (rc)
        similar_lists_free(out);
    return rc;
}

void similar_lists_free(struct similar_lists *l)
{
    free(l->docs);
    free(l->items);
    free(l->lengths);
    free(l->own_copies);
    *l = (struct similar_lists){0};
}
