/* similar_pick.c - first the distinct candidates, then the choice among them. */
#include "query/similar_pick.h"

#include <stdlib.h>

#define SPARE_HITS   2 /* for copies; where there are more, the search is made again deeper */
#define DIVERSE_POOL 20
#define DIVERSE_PART 0.7

/* The distinct candidates found so far. */
struct pool {
    uint32_t *docs;
    uint32_t *leaders; /* of the groups of copies */
    size_t count, most;
};

static bool is_copy(const struct similar_finder *f, const struct pool *pool, uint32_t leader)
{
    if (leader == COPIES_NONE || f->options->keep_copies)
        return false;
    for (size_t i = 0; i < pool->count; i++)
        if (pool->leaders[i] == leader)
            return true;
    return f->self >= 0 && copies_leader(&f->s->copies, (uint32_t)f->self) == leader;
}

static bool is_source_full(const struct similar_finder *f, const struct pool *pool, uint32_t doc)
{
    uint32_t same = 0, most = f->options->choice.most_of_source;
    if (!most || !f->facts->sources[doc])
        return false;
    for (size_t i = 0; i < pool->count; i++)
        same += f->facts->sources[pool->docs[i]] == f->facts->sources[doc];
    return same >= most;
}

static void consider(const struct similar_finder *f, uint32_t doc, struct pool *pool)
{
    uint32_t leader = copies_leader(&f->s->copies, doc);
    if (is_copy(f, pool, leader) || is_source_full(f, pool, doc))
        return;
    pool->leaders[pool->count] = leader;
    pool->docs[pool->count++] = doc;
}

/* Copies may fill the first places: then it looks deeper. */
static int fill_pool(const struct similar_finder *f, struct pool *pool, struct error *err)
{
    int rc = BF_OK;
    bool all = false;
    for (size_t k = pool->most + SPARE_HITS; !rc && !all && pool->count < pool->most; k *= 4) {
        struct topk top;
        topk_init(&top, f->s, k);
        f->best(f->ctx, k, &top);
        all = top.count < k;
        rc = topk_sort(&top, err);
        pool->count = 0;
        for (size_t i = 0; i < top.count && pool->count < pool->most && !rc; i++)
            consider(f, top.heap[i].doc, pool);
        topk_free(&top);
    }
    return rc;
}

static void set_item(const struct similar_finder *f, uint32_t doc, struct similar_item *item)
{
    uint32_t units = f->units(f->ctx, doc);
    *item = (struct similar_item){
        .doc = doc, .units = units, .similarity = similar_similarity(units, f->self_units)};
}

/* Moves the pool's next item to place `at`: the one of the highest marginal
 * relevance; the others keep their order. */
static void move_up_next(uint32_t *docs, double *relevance, double *redundancy, size_t count,
                         size_t at)
{
    size_t best = at;
    for (size_t i = at + 1; i < count; i++)
        if (DIVERSE_PART * relevance[i] - (1 - DIVERSE_PART) * redundancy[i] >
            DIVERSE_PART * relevance[best] - (1 - DIVERSE_PART) * redundancy[best])
            best = i;
    uint32_t doc = docs[best];
    double value = relevance[best], part = redundancy[best];
    for (size_t i = best; i > at; i--) {
        docs[i] = docs[i - 1];
        relevance[i] = relevance[i - 1];
        redundancy[i] = redundancy[i - 1];
    }
    docs[at] = doc;
    relevance[at] = value;
    redundancy[at] = part;
}

/* Orders the pool by marginal relevance, as far as the list reaches. */
static int diversify(const struct similar_finder *f, uint32_t *docs, size_t count,
                     struct error *err)
{
    double *relevance = mem_alloc(count * sizeof *relevance);
    double *redundancy = mem_zalloc(count, sizeof *redundancy);
    double *alike = mem_alloc(count * sizeof *alike);
    int rc = BF_OK;
    for (size_t i = 0; i < count; i++)
        relevance[i] = similar_similarity(f->units(f->ctx, docs[i]), f->self_units);
    for (size_t at = 0; at < count && at < f->options->n && !rc; at++) {
        move_up_next(docs, relevance, redundancy, count, at);
        rc = f->alike(f->ctx, docs, count, at, alike, err);
        for (size_t i = at + 1; i < count && !rc; i++)
            redundancy[i] = alike[i] > redundancy[i] ? alike[i] : redundancy[i];
    }
    free(relevance);
    free(redundancy);
    free(alike);
    return rc;
}

int similar_pick(const struct similar_finder *f, struct similar_item *items, size_t *count,
                 struct error *err)
{
    size_t n = f->options->n;
    bool diverse = f->options->choice.diverse;
    struct pool pool = {.most = diverse && n < DIVERSE_POOL ? DIVERSE_POOL : n};
    pool.docs = mem_alloc(pool.most * sizeof *pool.docs);
    pool.leaders = mem_alloc(pool.most * sizeof *pool.leaders);
    int rc = fill_pool(f, &pool, err);
    if (!rc && diverse)
        rc = diversify(f, pool.docs, pool.count, err);
    *count = rc ? 0 : pool.count < n ? pool.count : n;
    for (size_t i = 0; i < *count; i++)
        set_item(f, pool.docs[i], &items[i]);
    free(pool.docs);
    free(pool.leaders);
    return rc;
}
