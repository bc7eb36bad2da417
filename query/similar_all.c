/*
 * similar_all.c - articles are taken in runs by any thread; each list depends on nothing else.
 *
 * First every article's query is made, for that article and for those whose queries
 * learn from it; then every article's list.
 */
#include "query/similar_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "query/matrix_search.h"
#include "query/similar_pick.h"

#define RUN_DOCS 64

struct thread;

struct shared {
    const struct snapshot *s;
    struct archive_matrix m;
    const struct similar_options *o;
    const struct similar_run *run;
    struct similar_facts facts;
    uint32_t *copies;              /* others with the same body; by global number */
    struct weighted_term *queries; /* o->terms an article, by global number */
    uint8_t *query_counts;
    struct similar_lists *out;
    int (*work)(struct thread *t, uint32_t i); /* on out->docs[i] */
    size_t round;
    atomic_uint next; /* the first article that nobody has taken */
    atomic_int failed;
};

struct thread {
    pthread_t id;
    bool first; /* the caller's */
    struct shared *shared;
    struct error err;
    struct matrix_search *search;
    struct matrix_search *alike; /* for diverse lists */
    struct matrix_filter filter; /* of the list at hand */
    struct article_term *entries;
    struct weighted_term *terms; /* scratch: of an article, or of a query with feedback */
    size_t entries_capacity, terms_capacity;
    uint16_t *slots;
};

/* ---- queries ---- */

static const struct weighted_term *query_of(const struct shared *shared, uint32_t doc,
                                            size_t *count)
{
    *count = shared->query_counts[doc];
    return shared->queries + (size_t)doc * shared->o->terms;
}

static int make_query(struct thread *t, uint32_t i)
{
    struct shared *shared = t->shared;
    const struct archive_matrix *m = &shared->m;
    uint32_t doc = shared->out->docs[i];
    size_t n = m->doc_starts[doc + 1] - m->doc_starts[doc];
    mem_grow(t->entries, &t->entries_capacity, n);
    mem_grow(t->terms, &t->terms_capacity, n);
    size_t count = archive_matrix_query(m, doc, shared->o->terms, t->entries, t->terms);
    memcpy(shared->queries + (size_t)doc * shared->o->terms, t->terms, count * sizeof *t->terms);
    shared->query_counts[doc] = (uint8_t)count;
    return BF_OK;
}

static void start_query(struct thread *t, const struct weighted_term *terms, size_t count)
{
    matrix_search_start(t->search, terms, count);
    t->filter.self_units = matrix_search_units(t->search, t->filter.self);
}

/* ---- a list: what similar_pick asks for ---- */

static void find_best(void *ctx, size_t k, struct topk *top)
{
    struct thread *t = ctx;
    matrix_search_best(t->search, &t->filter, k, top);
}

static uint32_t article_units(void *ctx, uint32_t doc)
{
    struct thread *t = ctx;
    return matrix_search_units(t->search, doc);
}

static int alike(void *ctx, const uint32_t *docs, size_t n, size_t of, double *similarity,
                 struct error *err)
{
    struct thread *t = ctx;
    size_t count;
    const struct weighted_term *terms = query_of(t->shared, docs[of], &count);
    (void)err;
    matrix_search_start(t->alike, terms, count);
    uint32_t self_units = matrix_search_units(t->alike, docs[of]);
    for (size_t i = 0; i < n; i++)
        similarity[i] = similar_similarity(matrix_search_units(t->alike, docs[i]), self_units);
    return BF_OK;
}

static int pick(struct thread *t, const struct similar_options *o, struct similar_item *items,
                size_t *count)
{
    const struct similar_finder finder = {.ctx = t,
                                          .s = t->shared->s,
                                          .options = o,
                                          .self = t->filter.self,
                                          .self_units = t->filter.self_units,
                                          .best = find_best,
                                          .units = article_units,
                                          .facts = &t->shared->facts,
                                          .alike = alike};
    return similar_pick(&finder, items, count, &t->err);
}

/* ---- an article ---- */

static void learn(struct thread *t, const struct similar_item *items, size_t n)
{
    const struct shared *shared = t->shared;
    struct feedback f = {.n = n};
    f.terms[0] = query_of(shared, t->filter.self, &f.counts[0]);
    for (size_t i = 0; i < n; i++) {
        f.terms[i + 1] = query_of(shared, items[i].doc, &f.counts[i + 1]);
        f.units[i + 1] = items[i].units;
    }
    mem_grow(t->terms, &t->terms_capacity, (n + 1) * shared->o->terms);
    size_t count = term_weights_feedback(&f, shared->o->terms, t->slots, t->terms);
    start_query(t, t->terms, count);
}

static int feed_back(struct thread *t)
{
    struct similar_options first = *t->shared->o;
    struct similar_item items[SIMILAR_FEEDBACK];
    size_t count;
    first.n = SIMILAR_FEEDBACK;
    first.choice = (struct similar_choice){0};
    int rc = pick(t, &first, items, &count);
    if (!rc && count)
        learn(t, items, count);
    return rc;
}

static int make_list(struct thread *t, uint32_t doc)
{
    struct shared *shared = t->shared;
    struct similar_lists *out = shared->out;
    struct similar_item *items = out->items + (size_t)doc * out->n;
    size_t count;
    const struct weighted_term *terms = query_of(shared, doc, &count);
    t->filter = (struct matrix_filter){.self = doc};
    start_query(t, terms, count);
    int rc = shared->o->feedback ? feed_back(t) : BF_OK;
    t->filter.facts = &shared->facts;
    t->filter.threshold = shared->o->threshold;
    if (!rc)
        rc = pick(t, shared->o, items, &count);
    for (size_t i = 0; i < count && !rc; i++)
        items[i].copies = shared->copies[items[i].doc];
    out->lengths[doc] = (uint16_t)count;
    out->own_copies[doc] = shared->copies[doc];
    return rc;
}

static int timed_list(struct thread *t, uint32_t i)
{
    struct shared *shared = t->shared;
    double started = latency_now();
    int rc = make_list(t, shared->out->docs[i]);
    latency_set(shared->run->latency, i, shared->round, latency_now() - started);
    return rc;
}

static int list_of(struct thread *t, uint32_t i)
{
    return make_list(t, t->shared->out->docs[i]);
}

/* ---- threads ---- */

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
            if (shared->work(t, from + i))
                atomic_store(&shared->failed, 1);
        if (t->first && shared->work != make_query && shared->run->progress)
            shared->run->progress(shared->run->ctx, from + n);
    }
    return NULL;
}

static int run_threads(struct thread *threads, int (*work)(struct thread *t, uint32_t i),
                       struct error *err)
{
    struct shared *shared = threads->shared;
    unsigned count = shared->run->threads, started = 1;
    shared->work = work;
    atomic_store(&shared->next, 0);
    while (started < count && !pthread_create(&threads[started].id, NULL, run, &threads[started]))
        started++;
    run(&threads[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(threads[i].id, NULL);
    for (unsigned i = 0; i < count; i++) {
        if (threads[i].err.code) {
            *err = threads[i].err;
            return err->code;
        }
    }
    return BF_OK;
}

static struct thread *new_threads(struct shared *shared)
{
    struct thread *threads = mem_zalloc(shared->run->threads, sizeof *threads);
    for (unsigned i = 0; i < shared->run->threads; i++) {
        struct thread *t = &threads[i];
        t->shared = shared;
        t->first = !i;
        t->search = matrix_search_new(&shared->m, shared->s);
        t->slots = mem_zalloc((size_t)shared->m.terms + 1, sizeof *t->slots);
        if (shared->o->choice.diverse)
            t->alike = matrix_search_new(&shared->m, shared->s);
    }
    return threads;
}

static void free_threads(struct thread *threads, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        matrix_search_free(threads[i].search);
        matrix_search_free(threads[i].alike);
        free(threads[i].entries);
        free(threads[i].terms);
        free(threads[i].slots);
    }
    free(threads);
}

/* ---- what all threads share ---- */

/* Without groups each article is as good as the only one of its kind. */
static int count_copies(struct shared *shared, struct error *err)
{
    const struct copies *c = &shared->s->copies;
    uint32_t docs = shared->m.docs, *sizes = mem_zalloc(docs, sizeof *sizes);
    int rc = copies_verify(c, docs, err);
    shared->copies = mem_zalloc(docs, sizeof *shared->copies);
    for (uint32_t i = 0; i < c->count && !rc; i++) {
        if (copies_leader_at(c, i) < docs)
            sizes[copies_leader_at(c, i)]++;
        else
            rc = frame_damaged(&c->frame, c->frame.sections[1].p + 4 * (size_t)i, "no such article",
                               err);
    }
    for (uint32_t i = 0; i < c->count && !rc && !shared->o->keep_copies; i++)
        shared->copies[copies_doc(c, i)] = sizes[copies_leader_at(c, i)] - 1;
    free(sizes);
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

static int make_lists(struct shared *shared, struct error *err)
{
    struct similar_lists *out = shared->out;
    uint32_t docs = shared->m.docs;
    out->items = mem_alloc((size_t)docs * out->n * sizeof *out->items);
    out->lengths = mem_zalloc(docs, sizeof *out->lengths);
    out->own_copies = mem_zalloc(docs, sizeof *out->own_copies);
    shared->queries = mem_alloc((size_t)docs * shared->o->terms * sizeof *shared->queries);
    shared->query_counts = mem_zalloc(docs, sizeof *shared->query_counts);
    struct latency *latency = shared->run->latency;
    if (latency)
        latency_init(latency, out->count, latency->rounds);
    struct thread *threads = new_threads(shared);
    int rc = count_copies(shared, err);
    if (!rc)
        rc = run_threads(threads, make_query, err);
    for (; !rc && shared->round < (latency ? latency->rounds : 1); shared->round++)
        rc = run_threads(threads, latency ? timed_list : list_of, err);
    free_threads(threads, shared->run->threads);
    free(shared->copies);
    free(shared->queries);
    free(shared->query_counts);
    return rc;
}

int similar_all(const struct snapshot *s, const struct analyzer *analyzer,
                const struct similar_options *o, const struct similar_run *run,
                struct similar_lists *out, struct error *err)
{
    struct shared shared = {.s = s, .o = o, .run = run, .out = out};
    *out = (struct similar_lists){.n = o->n};
    int rc = archive_matrix_make(&shared.m, s, analyzer, o, err);
    if (!rc)
        rc = list_docs(s, out, err);
    if (!rc)
        rc = similar_facts_load(&shared.facts, s, &o->choice, err);
    if (!rc)
        rc = make_lists(&shared, err);
    similar_facts_free(&shared.facts);
    archive_matrix_free(&shared.m);
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
