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

#include "query/doc_order.h"
#include "query/matrix_search.h"
#include "query/similar_journal.h"
#include "query/similar_pick.h"

#define RUN_DOCS 64

struct thread;

struct similar_engine {
    const struct snapshot *s;
    struct archive_matrix m;
    const struct similar_options *o;
    const struct similar_run *run;
    struct similar_facts facts;
    uint32_t *copies;              /* others with the same body; by global number */
    struct weighted_term *queries; /* o->terms an article, by global number */
    uint8_t *query_counts;
    struct similar_lists *out;
    struct thread *threads;
    /* the work at hand: on out->docs[rank], where rank is which[i]; NULL: i itself */
    int (*work)(struct thread *t, uint32_t rank, uint32_t i);
    const uint32_t *which;
    uint32_t count;
    const struct similar_entrants *entrants;
    size_t round;
    atomic_uint next; /* the first that nobody has taken */
    atomic_int failed;
};

struct thread {
    pthread_t id;
    bool first; /* the caller's */
    struct similar_engine *shared;
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

const struct weighted_term *similar_engine_query(const struct similar_engine *e, uint32_t doc,
                                                 size_t *count)
{
    *count = e->query_counts[doc];
    return e->queries + (size_t)doc * e->o->terms;
}

static int make_query(struct thread *t, uint32_t rank, uint32_t i)
{
    struct similar_engine *shared = t->shared;
    const struct archive_matrix *m = &shared->m;
    uint32_t doc = shared->out->docs[rank];
    (void)i;
    size_t n = m->doc_starts[doc + 1] - m->doc_starts[doc];
    mem_grow(t->entries, &t->entries_capacity, n);
    mem_grow(t->terms, &t->terms_capacity, n);
    size_t count = archive_matrix_query(m, doc, shared->o->terms, &shared->out->least_weights[doc],
                                        t->entries, t->terms);
    if (count)
        memcpy(shared->queries + (size_t)doc * shared->o->terms, t->terms,
               count * sizeof *t->terms);
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
    const struct weighted_term *terms = similar_engine_query(t->shared, docs[of], &count);
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

size_t similar_engine_learned_query(const struct similar_engine *e, uint32_t doc, uint16_t *slots,
                                    struct weighted_term *out)
{
    const struct similar_item *learned = &e->out->learned[(size_t)doc * SIMILAR_FEEDBACK];
    struct feedback f = {.n = e->out->learned_counts[doc]};
    f.terms[0] = similar_engine_query(e, doc, &f.counts[0]);
    for (size_t i = 0; i < f.n; i++) {
        f.terms[i + 1] = similar_engine_query(e, learned[i].doc, &f.counts[i + 1]);
        f.units[i + 1] = learned[i].units;
    }
    return term_weights_feedback(&f, e->o->terms, slots, out);
}

/* Starts the query with feedback. */
static void start_learned_query(struct thread *t)
{
    struct similar_engine *shared = t->shared;
    mem_grow(t->terms, &t->terms_capacity, (SIMILAR_FEEDBACK + 1) * shared->o->terms);
    size_t count = similar_engine_learned_query(shared, t->filter.self, t->slots, t->terms);
    matrix_search_go_on(t->search, t->terms, count);
    t->filter.self_units = matrix_search_units(t->search, t->filter.self);
}

static int feed_back(struct thread *t)
{
    struct similar_engine *shared = t->shared;
    struct similar_options first = *shared->o;
    uint32_t doc = t->filter.self;
    size_t count;
    first.n = SIMILAR_FEEDBACK;
    first.choice = (struct similar_choice){0};
    int rc = pick(t, &first, shared->out->learned + (size_t)doc * SIMILAR_FEEDBACK, &count);
    shared->out->learned_counts[doc] = (uint8_t)count;
    if (!rc && count)
        start_learned_query(t);
    return rc;
}

static void start_article(struct thread *t, uint32_t doc)
{
    size_t count;
    const struct weighted_term *terms = similar_engine_query(t->shared, doc, &count);
    t->filter = (struct matrix_filter){.self = doc};
    start_query(t, terms, count);
}

/* The least score of articles of different stories, by the query at hand; 0 when one of
 * them may not be listed. */
static uint32_t least_of(const struct thread *t, const struct similar_item *items, size_t count)
{
    const struct similar_engine *e = t->shared;
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < count; i++) {
        uint32_t units = matrix_search_units(t->search, items[i].doc);
        if (similar_similarity(units, t->filter.self_units) < e->o->threshold ||
            !similar_may_list(&e->facts, t->filter.self, items[i].doc))
            return 0;
        least = units < least ? units : least;
    }
    return least;
}

/* A score that the last of a full list cannot be below: those of the articles that the query
 * learned from, or of the list as it was before, when there are as many as are wanted. 0
 * where that is not so. */
static uint32_t least_wanted(const struct thread *t)
{
    const struct similar_lists *out = t->shared->out;
    const struct similar_choice *c = &t->shared->o->choice;
    uint32_t doc = t->filter.self, least = 0, other = 0;
    if (!out->n || c->half_life_days > 0 || c->most_of_source || c->diverse)
        return 0;
    if (out->learned_counts[doc] >= out->n)
        least = least_of(t, out->learned + (size_t)doc * SIMILAR_FEEDBACK, out->n);
    if (t->shared->entrants && out->lengths[doc] == out->n)
        other = least_of(t, out->items + (size_t)doc * out->n, out->n);
    return other > least ? other : least;
}

/* The list, by the query that was started last. */
static int finish_list(struct thread *t)
{
    struct similar_engine *shared = t->shared;
    struct similar_lists *out = shared->out;
    uint32_t doc = t->filter.self;
    struct similar_item *items = out->items + (size_t)doc * out->n;
    size_t count;
    t->filter.facts = &shared->facts;
    t->filter.threshold = shared->o->threshold;
    t->filter.floor = shared->o->feedback ? least_wanted(t) : 0;
    int rc = pick(t, shared->o, items, &count);
    for (size_t i = 0; i < count && !rc; i++)
        items[i].copies = shared->copies[items[i].doc];
    out->lengths[doc] = (uint16_t)count;
    out->own_copies[doc] = shared->copies[doc];
    out->self_units[doc] = t->filter.self_units;
    return rc;
}

static int list_of(struct thread *t, uint32_t rank, uint32_t i)
{
    (void)i;
    start_article(t, t->shared->out->docs[rank]);
    int rc = t->shared->o->feedback ? feed_back(t) : BF_OK;
    return rc ? rc : finish_list(t);
}

static int timed_list(struct thread *t, uint32_t rank, uint32_t i)
{
    double started = latency_now();
    int rc = list_of(t, rank, i);
    latency_set(t->shared->run->latency, rank, t->shared->round, latency_now() - started);
    return rc;
}

/* ---- lists that new articles may enter ---- */

static const struct similar_item *find_item(const struct similar_item *items, size_t count,
                                            uint32_t doc)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].doc == doc)
            return &items[i];
    return NULL;
}

static void offer(struct thread *t, struct topk *top, uint32_t doc, uint32_t units)
{
    uint32_t segment = snapshot_segment_of(t->shared->s, doc);
    if (units)
        topk_offer(top, segment, doc - t->shared->s->bases[segment], units);
}

static bool may_list(const struct thread *t, uint32_t doc, uint32_t units)
{
    const struct similar_facts *facts = t->filter.facts;
    return !facts || (similar_similarity(units, t->filter.self_units) >= t->filter.threshold &&
                      similar_may_list(facts, t->filter.self, doc));
}

static bool is_copy(const struct thread *t, const struct similar_item *items, size_t count,
                    uint32_t doc)
{
    const struct copies *c = &t->shared->s->copies;
    uint32_t leader = t->shared->o->keep_copies ? COPIES_NONE : copies_leader(c, doc);
    bool any = leader != COPIES_NONE && copies_leader(c, t->filter.self) == leader;
    for (size_t i = 0; i < count && leader != COPIES_NONE && !any; i++)
        any = copies_leader(c, items[i].doc) == leader;
    return any;
}

/* Of the articles in order, the first n different stories; those that were there before as
 * they were. */
static size_t take_stories(const struct thread *t, const struct topk *top,
                           const struct similar_item *before, size_t before_count, size_t n,
                           struct similar_item *items)
{
    size_t count = 0;
    for (size_t k = 0; k < top->count && count < n; k++) {
        uint32_t doc = top->heap[k].doc, units = top->heap[k].units;
        if (is_copy(t, items, count, doc))
            continue;
        const struct similar_item *old = find_item(before, before_count, doc);
        items[count++] = old ? *old
                             : (struct similar_item){
                                   .doc = doc,
                                   .units = units,
                                   .similarity = similar_similarity(units, t->filter.self_units)};
    }
    return count;
}

/* The best n stories of `items` and of what may enter, by the query at hand. */
static int merge_items(struct thread *t, uint32_t i, struct similar_item *items, size_t *count,
                       size_t n)
{
    const struct similar_entrants *entrants = t->shared->entrants;
    struct similar_item *before = mem_dup(items, *count * sizeof *items);
    struct topk top;
    topk_init(&top, t->shared->s, *count + entrants->starts[i + 1] - entrants->starts[i]);
    for (size_t k = 0; k < *count; k++)
        offer(t, &top, items[k].doc, items[k].units);
    for (uint32_t k = entrants->starts[i]; k < entrants->starts[i + 1]; k++) {
        uint32_t units = matrix_search_units(t->search, entrants->docs[k]);
        if (may_list(t, entrants->docs[k], units))
            offer(t, &top, entrants->docs[k], units);
    }
    int rc = topk_sort(&top, &t->err);
    if (!rc)
        *count = take_stories(t, &top, before, *count, n, items);
    topk_free(&top);
    free(before);
    return rc;
}

/* Sets *other when the query has others to learn from now. */
static int enter_learned(struct thread *t, uint32_t i, bool *other)
{
    struct similar_lists *out = t->shared->out;
    uint32_t doc = t->filter.self;
    struct similar_item *learned = out->learned + (size_t)doc * SIMILAR_FEEDBACK;
    struct similar_item before[SIMILAR_FEEDBACK];
    size_t count = out->learned_counts[doc], old_count = count;
    memcpy(before, learned, count * sizeof *before);
    int rc = merge_items(t, i, learned, &count, SIMILAR_FEEDBACK);
    *other = count != old_count;
    for (size_t k = 0; k < count && !*other; k++)
        *other = learned[k].doc != before[k].doc;
    out->learned_counts[doc] = (uint8_t)count;
    if (!rc && count)
        start_learned_query(t);
    return rc;
}

static int enter_list(struct thread *t, uint32_t rank, uint32_t i)
{
    struct similar_engine *shared = t->shared;
    struct similar_lists *out = shared->out;
    uint32_t doc = out->docs[rank];
    bool other = shared->o->choice.diverse || shared->o->choice.most_of_source;
    bool learned_other = false;
    start_article(t, doc);
    int rc = shared->o->feedback ? enter_learned(t, i, &learned_other) : BF_OK;
    if (rc || other || learned_other)
        return rc ? rc : finish_list(t);
    size_t count = out->lengths[doc];
    t->filter.facts = &shared->facts;
    t->filter.threshold = shared->o->threshold;
    struct similar_item *items = out->items + (size_t)doc * out->n;
    rc = merge_items(t, i, items, &count, out->n);
    for (size_t k = 0; k < count; k++)
        items[k].copies = shared->copies[items[k].doc];
    out->lengths[doc] = (uint16_t)count;
    return rc;
}

/* ---- threads ---- */

static uint32_t rank_at(const struct similar_engine *shared, uint32_t i)
{
    return shared->which ? shared->which[i] : i;
}

static void work_run(struct thread *t, uint32_t from, uint32_t n)
{
    struct similar_engine *shared = t->shared;
    for (uint32_t i = from; i < from + n; i++)
        if (shared->work(t, rank_at(shared, i), i))
            atomic_store(&shared->failed, 1);
    if (shared->work == make_query)
        return;
    if (shared->run->journal && !t->err.code && !shared->round)
        for (uint32_t i = from; i < from + n; i++)
            similar_journal_add(shared->run->journal, shared->out, rank_at(shared, i));
    if (t->first && shared->run->progress)
        shared->run->progress(shared->run->ctx, from + n);
}

static bool is_stopped(const struct similar_engine *shared)
{
    return shared->run->stop && *shared->run->stop;
}

static void *run(void *arg)
{
    struct thread *t = arg;
    struct similar_engine *shared = t->shared;
    while (!atomic_load(&shared->failed) && !is_stopped(shared)) {
        uint32_t from = atomic_fetch_add(&shared->next, RUN_DOCS);
        if (from >= shared->count)
            break;
        uint32_t left = shared->count - from;
        work_run(t, from, left < RUN_DOCS ? left : RUN_DOCS);
    }
    return NULL;
}

static int run_threads(struct similar_engine *shared,
                       int (*work)(struct thread *t, uint32_t rank, uint32_t i),
                       const uint32_t *which, uint32_t n, struct error *err)
{
    struct thread *threads = shared->threads;
    unsigned count = shared->run->threads, started = 1;
    shared->work = work;
    shared->which = which;
    shared->count = n;
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
    return is_stopped(shared) ? BF_ERR_STOPPED : BF_OK;
}

static struct thread *new_threads(struct similar_engine *shared)
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
    for (unsigned i = 0; threads && i < count; i++) {
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
static int count_copies(struct similar_engine *shared, struct error *err)
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

static void allocate(struct similar_engine *e)
{
    struct similar_lists *out = e->out;
    uint32_t docs = e->m.docs;
    out->items = mem_alloc((size_t)docs * out->n * sizeof *out->items);
    out->lengths = mem_zalloc(docs, sizeof *out->lengths);
    out->own_copies = mem_zalloc(docs, sizeof *out->own_copies);
    out->self_units = mem_zalloc(docs, sizeof *out->self_units);
    out->least_weights = mem_zalloc(docs, sizeof *out->least_weights);
    out->learned_counts = mem_zalloc(docs, sizeof *out->learned_counts);
    if (e->o->feedback)
        out->learned = mem_alloc((size_t)docs * SIMILAR_FEEDBACK * sizeof *out->learned);
    e->queries = mem_alloc((size_t)docs * e->o->terms * sizeof *e->queries);
    e->query_counts = mem_zalloc(docs, sizeof *e->query_counts);
}

int similar_engine_open(struct similar_engine **engine, const struct snapshot *s,
                        struct analyzer *analyzer, const struct similar_options *o,
                        const struct similar_run *run, struct similar_lists *out, struct error *err)
{
    struct similar_engine *e = *engine = mem_zalloc(1, sizeof *e);
    e->s = s;
    e->o = o;
    e->run = run;
    e->out = out;
    *out = (struct similar_lists){.n = o->n};
    int rc = archive_matrix_make(&e->m, s, analyzer, o, run->statistics, err);
    if (!rc)
        rc = doc_order(s, &out->docs, &out->count, err);
    if (!rc)
        rc = similar_facts_load(&e->facts, s, &o->choice, err);
    if (!rc)
        rc = count_copies(e, err);
    if (rc)
        return rc;
    allocate(e);
    e->threads = new_threads(e);
    return BF_OK;
}

int similar_engine_ask(struct similar_engine *e, struct error *err)
{
    return run_threads(e, make_query, NULL, e->out->count, err);
}

/* The lists keep what the matrix knew of the terms. */
static void hand_statistics_over(struct similar_engine *e)
{
    struct archive_matrix *m = &e->m;
    e->out->statistics =
        (struct similar_statistics){m->statistics.docs, m->tokens,    m->lead_tokens, m->terms,
                                    m->term_bytes,      m->term_ends, m->dfs};
    m->term_bytes = (struct buf){0};
    m->term_ends = NULL;
    m->dfs = NULL;
}

void similar_engine_close(struct similar_engine *e)
{
    if (!e)
        return;
    hand_statistics_over(e);
    free_threads(e->threads, e->run->threads);
    free(e->copies);
    free(e->queries);
    free(e->query_counts);
    similar_facts_free(&e->facts);
    archive_matrix_free(&e->m);
    free(e);
}

int similar_engine_make(struct similar_engine *e, const uint32_t *which, uint32_t count,
                        struct error *err)
{
    return run_threads(e, e->run->latency ? timed_list : list_of, which, count, err);
}

int similar_engine_enter(struct similar_engine *e, const uint32_t *which, uint32_t count,
                         const struct similar_entrants *entrants, struct error *err)
{
    e->entrants = entrants;
    return run_threads(e, enter_list, which, count, err);
}

uint32_t similar_engine_copies(const struct similar_engine *e, uint32_t doc)
{
    return e->copies[doc];
}

const struct archive_matrix *similar_engine_matrix(const struct similar_engine *e)
{
    return &e->m;
}

/* Those that the journal does not have yet. */
static uint32_t *list_missing(const struct similar_engine *e, uint32_t *count)
{
    uint32_t *missing = mem_alloc(e->out->count * sizeof *missing);
    *count = 0;
    for (uint32_t i = 0; i < e->out->count; i++)
        if (!e->run->journal || !similar_journal_take(e->run->journal, e->out, i))
            missing[(*count)++] = i;
    return missing;
}

int similar_all(const struct snapshot *s, struct analyzer *analyzer,
                const struct similar_options *o, const struct similar_run *run,
                struct similar_lists *out, struct error *err)
{
    struct similar_engine *e;
    struct latency *latency = run->latency;
    int rc = similar_engine_open(&e, s, analyzer, o, run, out, err);
    if (!rc)
        rc = similar_engine_ask(e, err);
    if (!rc && latency)
        latency_init(latency, out->count, latency->rounds);
    if (!rc) {
        uint32_t count, *which = list_missing(e, &count);
        for (; !rc && e->round < (latency ? latency->rounds : 1); e->round++)
            rc = similar_engine_make(e, which, count, err);
        free(which);
    }
    similar_engine_close(e);
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
    free(l->self_units);
    free(l->least_weights);
    free(l->learned);
    free(l->learned_counts);
    buf_free(&l->statistics.term_bytes);
    free(l->statistics.term_ends);
    free(l->statistics.dfs);
    *l = (struct similar_lists){0};
}
