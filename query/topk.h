/*
 * topk.h - the k best articles so far, in a total order of all results:
 *
 *   TOPK_BEST     higher score first, then newer date (unknown last), then id
 *                 in byte order
 *   TOPK_NEWEST   newer date first, then higher score, then id
 *   TOPK_OLDEST   older date first (unknown last), then higher score, then id
 */
#ifndef QUERY_TOPK_H
#define QUERY_TOPK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/index/snapshot.h"
#include "query/filter.h"
#include "query/recency.h"

struct hit {
    uint32_t doc;   /* global number */
    uint32_t units; /* score (bm25.h) */
    int64_t date;   /* DATE_NONE when unknown */
};

enum topk_order { TOPK_BEST, TOPK_NEWEST, TOPK_OLDEST };

/* A place in the order, taken or not. */
struct topk_place {
    uint32_t units;
    int64_t date;
    struct text id;
};

struct topk {
    const struct snapshot *snapshot;
    /* to be set after topk_init; NULL and 0 do nothing */
    enum topk_order order;
    const struct filter *filter;    /* what may be offered; NULL: everything live */
    const struct recency *recency;  /* lowers scores by age */
    const struct topk_place *after; /* only what comes behind it */
    struct filter *matches;         /* gets everything that is offered */
    struct hit *heap;               /* heap[0] is the worst of them */
    size_t count, k;
    struct error err; /* the first damage met while comparing ids */
};

void topk_init(struct topk *t, const struct snapshot *s, size_t k);
void topk_free(struct topk *t);
void topk_clear(struct topk *t);

/* What an article must score at least to get in; its date and id may still
 * keep it out. */
static inline uint32_t topk_threshold(const struct topk *t)
{
    return t->count == t->k && t->order == TOPK_BEST ? t->heap[0].units : 0;
}

/* Whether the filter lets an article in: worth asking before a costly score. */
static inline bool topk_wants(const struct topk *t, uint32_t segment, uint32_t local_doc)
{
    return !t->filter || filter_has(t->filter, segment, local_doc);
}

/* The same of any article of [from, to); may say yes in vain. */
static inline bool topk_wants_any(const struct topk *t, uint32_t segment, uint32_t from,
                                  uint32_t to)
{
    return !t->filter || filter_any(t->filter, segment, from, to);
}

/* Offers an article of a segment; one that the filter leaves out is ignored. */
void topk_offer(struct topk *t, uint32_t segment, uint32_t local_doc, uint32_t units);

/* Best first; the heap is spent. BF_ERR_DAMAGED when an id could not be read. */
int topk_sort(struct topk *t, struct error *err);

/* < 0 when a comes before b. */
int topk_compare(struct topk *t, const struct hit *a, const struct hit *b);

#endif
