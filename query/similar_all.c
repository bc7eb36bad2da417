/* similar_all.c - articles are taken in runs by any thread; each list depends on nothing else. */
#include "query/similar_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "query/archive_matrix.h"
#include "query/copies.h"

#define RUN_DOCS 64

struct shared {
    const struct snapshot *s;
    const struct archive_matrix *m;
    const struct similar_options *o;
    struct bm25 bm25; /* length norms; each query fits its own scale */
    uint64_t *hashes; /* of the bodies; by global number */
    uint64_t no_body;
    uint32_t *copies; /* others with the same body; by global number */
    struct similar_lists *out;
    atomic_uint next; /* the first article that nobody has taken */
    atomic_int failed;
};

struct thread {
    pthread_t id;
    struct shared *shared;
    struct error err;
    uint32_t *units; /* by global number; all 0 between articles */
    struct weighted_term *terms;
    size_t terms_capacity;
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
        t->terms[i] = (struct weighted_term){
            .term = term, .tf = m->doc_tfs[from + i], .df = m->dfs[term]};
    }
    return term_weights_choose(t->terms, n, t->shared->s->docs, SIMILAR_LEAST_DF,
                               t->shared->o->terms);
}

static void add_term(struct thread *t, const struct weighted_term *term, float weight)
{
    const struct archive_matrix *m = t->shared->m;
    const uint32_t *docs = m->posting_docs;
    const float *saturations = m->posting_saturations;
    for (uint64_t i = m->term_starts[term->term]; i < m->term_starts[term->term + 1]; i++)
        t->units[docs[i]] += (uint32_t)lrintf(weight * saturations[i]);
}

/* Scores all articles; returns what the article scores against itself. */
static uint32_t accumulate(struct thread *t, uint32_t doc, size_t terms)
{
    struct bm25 bm25 = t->shared->bm25;
    uint32_t self = 0;
    similar_fit_weights(&bm25, t->terms, terms);
    float norm = bm25.length_norm[t->shared->m->length_codes[doc]];
    for (size_t i = 0; i < terms; i++) {
        float weight = bm25_weight(&bm25, t->terms[i].weight);
        self += bm25_units(weight, (float)t->terms[i].tf, norm);
        add_term(t, &t->terms[i], weight);
    }
    return self;
}

static void offer_all(struct thread *t, uint32_t self, struct topk *top)
{
    const struct snapshot *s = t->shared->s;
    for (uint32_t segment = 0; segment < s->count; segment++) {
        uint32_t base = s->bases[segment], end = s->bases[segment + 1];
        for (uint32_t doc = base; doc < end; doc++) {
            uint32_t units = t->units[doc];
            if (units && units >= topk_threshold(top) && doc != self)
                topk_offer(top, segment, doc - base, units);
        }
    }
}

/* Keeps the best of each body and leaves the own body out. */
static size_t drop_copies(const struct shared *shared, const struct topk *top, uint32_t self,
                          struct similar_item *items)
{
    const uint64_t *hashes = shared->hashes;
    size_t count = 0;
    for (size_t i = 0; i < top->count && count < shared->o->n; i++) {
        uint32_t doc = top->heap[i].doc;
        bool seen = hashes[doc] == hashes[self];
        for (size_t k = 0; k < count && !seen; k++)
            seen = hashes[items[k].doc] == hashes[doc];
        if (!seen || hashes[doc] == shared->no_body)
            items[count++] = (struct similar_item){
                .doc = doc, .units = top->heap[i].units, .copies = shared->copies[doc]};
    }
    return count;
}

static int choose(struct thread *t, uint32_t doc, struct similar_item *items, size_t *count)
{
    int rc = BF_OK;
    for (size_t k = t->shared->o->n + 8;; k *= 4) {
        struct topk top;
        topk_init(&top, t->shared->s, k);
        offer_all(t, doc, &top);
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
    uint32_t self = accumulate(t, doc, make_query(t, doc));
    int rc = choose(t, doc, items, &count);
    for (size_t i = 0; i < count; i++)
        items[i].similarity = similar_similarity(items[i].units, self);
    out->lengths[doc] = (uint8_t)count;
    out->own_copies[doc] = t->shared->copies[doc];
    memset(t->units, 0, t->shared->m->docs * sizeof *t->units);
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

static int run_threads(struct shared *shared, unsigned count,
                       void (*progress)(void *, uint32_t), void *ctx, struct error *err)
{
    struct thread *threads = mem_zalloc(count, sizeof *threads);
    unsigned started = 1;
    for (unsigned i = 0; i < count; i++) {
        threads[i].shared = shared;
        threads[i].units = mem_zalloc(shared->m->docs, sizeof *threads[i].units);
    }
    threads[0].progress = progress;
    threads[0].ctx = ctx;
    while (started < count &&
           !pthread_create(&threads[started].id, NULL, run, &threads[started]))
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
        free(threads[i].units);
        free(threads[i].terms);
    }
    free(threads);
    return rc;
}

/* ---- what all threads share ---- */

struct hashed_doc {
    uint64_t hash;
    uint32_t doc;
};

static int compare_hashed(const void *a, const void *b)
{
    const struct hashed_doc *x = a, *y = b;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

static void count_copies(struct shared *shared)
{
    const struct similar_lists *out = shared->out;
    struct hashed_doc *list = mem_alloc(out->count * sizeof *list);
    shared->hashes = mem_zalloc(shared->m->docs, sizeof *shared->hashes);
    shared->copies = mem_zalloc(shared->m->docs, sizeof *shared->copies);
    for (uint32_t i = 0; i < out->count; i++) {
        uint32_t doc = out->docs[i];
        shared->hashes[doc] = copies_body_hash(shared->s, doc);
        list[i] = (struct hashed_doc){shared->hashes[doc], doc};
    }
    qsort(list, out->count, sizeof *list, compare_hashed);
    for (uint32_t i = 0, end; i < out->count; i = end) {
        for (end = i; end < out->count && list[end].hash == list[i].hash;)
            end++;
        for (uint32_t k = i; k < end; k++)
            shared->copies[list[k].doc] = list[i].hash == shared->no_body ? 0 : end - i - 1;
    }
    free(list);
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
    struct shared shared = {.s = s, .m = &m, .o = o, .out = out, .no_body = copies_no_body()};
    *out = (struct similar_lists){.n = o->n};
    int rc = archive_matrix_make(&m, s, analyzer, o, err);
    if (!rc)
        rc = list_docs(s, out, err);
    if (!rc) {
        similar_fit(&shared.bm25, s, o);
        out->items = mem_alloc((size_t)m.docs * o->n * sizeof *out->items);
        out->lengths = mem_zalloc(m.docs, sizeof *out->lengths);
        out->own_copies = mem_zalloc(m.docs, sizeof *out->own_copies);
        count_copies(&shared);
        rc = run_threads(&shared, threads, progress, ctx, err);
    }
    free(shared.hashes);
    free(shared.copies);
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
