/* doc_order.c - runs, merged two by two until there is one. */
#include "query/doc_order.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "query/topk.h"

struct runs {
    struct topk top; /* which compares ids, and keeps the error */
    uint32_t *docs, *merged;
    uint32_t count;
    uint32_t *starts; /* of each run; the end */
    size_t capacity, runs;
};

/* Hits of one score and no date stand in the order of ids. */
static bool precedes(struct runs *r, uint32_t a, uint32_t b)
{
    struct hit x = {.doc = a}, y = {.doc = b};
    return topk_compare(&r->top, &x, &y) < 0;
}

static void start_run(struct runs *r, uint32_t at)
{
    mem_grow(r->starts, &r->capacity, r->runs + 1);
    r->starts[r->runs++] = at;
}

static void find_runs(struct runs *r)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (!i || !precedes(r, r->docs[i - 1], r->docs[i]))
            start_run(r, i);
    start_run(r, r->count);
    r->runs--;
}

static void merge_two(struct runs *r, uint32_t from, uint32_t middle, uint32_t end)
{
    uint32_t a = from, b = middle;
    for (uint32_t to = from; to < end; to++) {
        bool left = b == end || (a < middle && precedes(r, r->docs[a], r->docs[b]));
        r->merged[to] = left ? r->docs[a++] : r->docs[b++];
    }
}

static void merge_runs(struct runs *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->runs; i += 2) {
        uint32_t from = r->starts[i], middle = r->starts[i + 1];
        merge_two(r, from, middle, i + 1 < r->runs ? r->starts[i + 2] : middle);
        r->starts[kept++] = from;
    }
    r->starts[kept] = r->count;
    r->runs = kept;
    uint32_t *docs = r->docs;
    r->docs = r->merged;
    r->merged = docs;
}

static void list_live(const struct snapshot *s, struct runs *r)
{
    for (uint32_t i = 0; i < s->count; i++)
        for (uint32_t doc = 0; doc < s->segments[i].entry.docs; doc++)
            if (!deletes_has(&s->segments[i].deletes, doc))
                r->docs[r->count++] = s->bases[i] + doc;
}

int doc_order(const struct snapshot *s, uint32_t **docs, uint32_t *count, struct error *err)
{
    struct runs r = {.docs = mem_alloc(s->docs * sizeof *r.docs),
                     .merged = mem_alloc(s->docs * sizeof *r.merged)};
    topk_init(&r.top, s, 0);
    list_live(s, &r);
    find_runs(&r);
    while (r.runs > 1)
        merge_runs(&r);
    int rc = r.top.err.code;
    if (rc)
        *err = r.top.err;
    topk_free(&r.top);
    free(r.merged);
    free(r.starts);
    *docs = r.docs;
    *count = r.count;
    return rc;
}
