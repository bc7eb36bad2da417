/* topk.c - a binary heap under the total order. */
#include "query/topk.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/dictionary.h"

void topk_init(struct topk *t, const struct snapshot *s, size_t k)
{
    *t = (struct topk){.snapshot = s, .k = k, .heap = mem_alloc((k + 1) * sizeof *t->heap)};
    t->heap[0] = (struct hit){0}; /* the threshold where nothing is wanted */
}

void topk_free(struct topk *t)
{
    free(t->heap);
    *t = (struct topk){0};
}

void topk_clear(struct topk *t)
{
    t->count = 0;
}

static struct text id_of(struct topk *t, uint32_t doc)
{
    struct text id = {"", 0}, title;
    uint32_t s = snapshot_segment_of(t->snapshot, doc);
    struct error err = {0};
    if (columns_name(&t->snapshot->segments[s].columns, doc - t->snapshot->bases[s], &id, &title,
                     &err) &&
        !t->err.code)
        t->err = err;
    return id;
}

static int compare_units(uint32_t a, uint32_t b)
{
    return (a < b) - (a > b);
}

static int compare_dates(const struct topk *t, int64_t a, int64_t b)
{
    if (t->order != TOPK_OLDEST)
        return (a < b) - (a > b);
    a = a == DATE_NONE ? INT64_MAX : a;
    b = b == DATE_NONE ? INT64_MAX : b;
    return (a > b) - (a < b);
}

/* All but the ids. */
static int compare_values(const struct topk *t, uint32_t a_units, int64_t a_date, uint32_t b_units,
                          int64_t b_date)
{
    int by_units = compare_units(a_units, b_units);
    int by_date = compare_dates(t, a_date, b_date);
    if (t->order == TOPK_BEST)
        return by_units ? by_units : by_date;
    return by_date ? by_date : by_units;
}

int topk_compare(struct topk *t, const struct hit *a, const struct hit *b)
{
    int order = compare_values(t, a->units, a->date, b->units, b->date);
    if (order)
        return order;
    struct text x = id_of(t, a->doc), y = id_of(t, b->doc);
    return term_compare(x.p, x.len, y.p, y.len);
}

static bool comes_behind(struct topk *t, const struct hit *hit, const struct topk_place *place)
{
    int order = compare_values(t, place->units, place->date, hit->units, hit->date);
    if (order)
        return order < 0;
    struct text id = id_of(t, hit->doc);
    return term_compare(place->id.p, place->id.len, id.p, id.len) < 0;
}

static void swap(struct hit *a, struct hit *b)
{
    struct hit c = *a;
    *a = *b;
    *b = c;
}

static void sift_up(struct topk *t, size_t i)
{
    while (i && topk_compare(t, &t->heap[(i - 1) / 2], &t->heap[i]) < 0) {
        swap(&t->heap[(i - 1) / 2], &t->heap[i]);
        i = (i - 1) / 2;
    }
}

static void sift_down(struct topk *t, size_t i)
{
    for (;;) {
        size_t worst = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < t->count; child++)
            if (topk_compare(t, &t->heap[worst], &t->heap[child]) < 0)
                worst = child;
        if (worst == i)
            return;
        swap(&t->heap[worst], &t->heap[i]);
        i = worst;
    }
}

void topk_offer(struct topk *t, uint32_t segment, uint32_t local_doc, uint32_t units)
{
    bool too_low = !t->k || units < topk_threshold(t);
    if ((too_low && !t->matches) || !topk_wants(t, segment, local_doc))
        return;
    if (t->matches)
        filter_add(t->matches, segment, local_doc);
    if (too_low)
        return;
    const struct columns *c = &t->snapshot->segments[segment].columns;
    if (columns_touch_in(c, COLUMN_DATE, local_doc, t->err.code ? NULL : &t->err))
        return;
    struct hit hit = {t->snapshot->bases[segment] + local_doc, units,
                      column_time(c, COLUMN_DATE, local_doc)};
    if (t->recency)
        hit.units = recency_units(t->recency, units, hit.date);
    if (t->after && !comes_behind(t, &hit, t->after))
        return;
    if (t->count < t->k) {
        t->heap[t->count] = hit;
        sift_up(t, t->count++);
    } else if (topk_compare(t, &hit, &t->heap[0]) < 0) {
        t->heap[0] = hit;
        sift_down(t, 0);
    }
}

int topk_sort(struct topk *t, struct error *err)
{
    size_t count = t->count;
    while (t->count > 1) {
        swap(&t->heap[0], &t->heap[--t->count]);
        sift_down(t, 0);
    }
    t->count = count;
    if (t->err.code)
        *err = t->err;
    return t->err.code;
}
