/* evaluate_tree.c - any query, every match: each node fills a window from its children's. */
#include "query/search.h"

#include <stdlib.h>

#include "query/span.h"
#include "query/window.h"

struct tree {
    const struct segment *segment;
    const struct plan *plan;
    struct window **free; /* windows not in use */
    size_t free_count, capacity;
    uint32_t segment_number;
    uint32_t from, to;
    uint32_t least; /* what a score must reach; 0 where a part of it is not all of it */
};

static struct window *take_window(struct tree *t)
{
    struct window *w = t->free_count ? t->free[--t->free_count] : mem_alloc(sizeof *w);
    window_clear(w, t->from, t->to);
    return w;
}

static void give_window(struct tree *t, struct window *w)
{
    mem_grow(t->free, &t->capacity, t->free_count + 1);
    t->free[t->free_count++] = w;
}

/* The first article from `doc` on that the phrase's first term has; *doc is
 * at or beyond the window's end when there is none. */
static int next_candidate(struct tree *t, struct plan_node *n, uint32_t *doc, struct error *err)
{
    uint32_t next;
    int rc = cursor_find(&n->cursors[0], *doc, &next, err);
    if (rc == BF_END)
        *doc = next < t->to ? next : t->to;
    return rc < 0 ? rc : BF_OK;
}

static int add_phrase(struct tree *t, struct plan_node *n, struct window *w, struct error *err)
{
    for (uint32_t doc = t->from;; doc++) {
        uint32_t units, tf;
        int rc = doc < t->to ? next_candidate(t, n, &doc, err) : BF_OK;
        if (rc || doc >= t->to)
            return rc;
        rc = plan_leaf_units(t->plan, n, t->segment, doc, &units, &tf, err);
        if (rc < 0)
            return rc;
        if (rc == BF_OK)
            window_add(w, doc, units);
    }
}

static void add_filter(const struct tree *t, const struct plan_node *n, struct window *w)
{
    for (uint32_t doc = t->from; doc < t->to; doc++)
        if (filter_has(&n->filter, t->segment_number, doc))
            window_add(w, doc, 0);
}

static int fill(struct tree *t, struct plan_node *n, struct window *w, struct error *err);

/* Adds a child's matches and sums to w. */
static int add_child(struct tree *t, struct plan_node *child, struct window *w, struct error *err)
{
    const uint8_t *codes = column(&t->segment->columns, COLUMN_LENGTH);
    if (child->query->kind != QUERY_BOOL && child->absent)
        return BF_OK;
    if (child->query->kind == QUERY_TERM)
        return window_add_term(w, &t->plan->bm25, child->cursors, child->weight, codes, err);
    if (child->query->kind == QUERY_PHRASE)
        return add_phrase(t, child, w, err);
    if (child->query->kind == QUERY_SPAN)
        return span_fill(&t->plan->bm25, child, t->segment, t->least, w, err);
    if (child->query->kind == QUERY_FILTER) {
        add_filter(t, child, w);
        return BF_OK;
    }
    struct window *own = take_window(t);
    int rc = fill(t, child, own, err);
    for (uint32_t i = 0; i < t->to - t->from; i++)
        w->units[i] += own->units[i];
    for (uint32_t i = 0; i < WINDOW_DOCS / 64; i++)
        w->matches[i] |= own->matches[i];
    give_window(t, own);
    return rc;
}

static int add_list(struct tree *t, struct plan_node *list, size_t count, struct window *w,
                    struct error *err)
{
    int rc = BF_OK;
    for (size_t i = 0; i < count && !rc; i++)
        rc = add_child(t, &list[i], w, err);
    return rc;
}

/* `must` narrows, `should` adds to the sums and, without `must`, matches,
 * `must_not` takes away; at last the sums of what does not match go. */
static int fill_bool(struct tree *t, struct plan_node *n, struct window *w, struct error *err)
{
    const struct query_node *q = n->query;
    uint64_t matches[WINDOW_DOCS / 64];
    struct window *other = take_window(t);
    int rc = add_list(t, n->should, q->should.count, w, err);
    memcpy(matches, w->matches, sizeof matches);
    for (size_t i = 0; i < q->must.count && !rc; i++) {
        window_clear(other, t->from, t->to);
        rc = add_child(t, &n->must[i], other, err);
        for (uint32_t k = 0; k < t->to - t->from; k++)
            w->units[k] += other->units[k];
        for (uint32_t k = 0; k < WINDOW_DOCS / 64; k++)
            matches[k] = i ? matches[k] & other->matches[k] : other->matches[k];
    }
    window_clear(other, t->from, t->to);
    if (!rc)
        rc = add_list(t, n->must_not, q->must_not.count, other, err);
    for (uint32_t k = 0; k < WINDOW_DOCS / 64; k++)
        w->matches[k] = matches[k] & ~other->matches[k];
    for (uint32_t k = 0; k < t->to - t->from; k++)
        if (!(w->matches[k / 64] >> k % 64 & 1))
            w->units[k] = 0;
    give_window(t, other);
    return rc;
}

static int fill(struct tree *t, struct plan_node *n, struct window *w, struct error *err)
{
    return n->query->kind == QUERY_BOOL ? fill_bool(t, n, w, err) : add_child(t, n, w, err);
}

static void offer_matches(const struct tree *t, uint32_t segment, const struct window *w,
                          struct topk *top)
{
    for (uint32_t k = 0; k < WINDOW_DOCS / 64; k++) {
        for (uint64_t bits = w->matches[k]; bits; bits &= bits - 1) {
            uint32_t i = k * 64 + (uint32_t)__builtin_ctzll(bits);
            if (!deletes_has(&t->segment->deletes, t->from + i))
                topk_offer(top, segment, t->from + i, w->units[i]);
        }
    }
}

static int evaluate_segment(struct tree *t, const struct snapshot *s, uint32_t segment,
                            struct plan *p, struct topk *top, struct error *err)
{
    int rc = plan_open_segment(p, s, segment, err);
    for (t->from = 0; t->from < t->segment->entry.docs && !rc; t->from = t->to) {
        uint32_t left = t->segment->entry.docs - t->from;
        t->to = t->from + (left < WINDOW_DOCS ? left : WINDOW_DOCS);
        if (!topk_wants_any(top, segment, t->from, t->to))
            continue;
        if (p->root.query->kind == QUERY_SPAN && !p->exhaustive)
            t->least = topk_threshold(top);
        struct window *w = take_window(t);
        rc = fill(t, &p->root, w, err);
        if (!rc)
            offer_matches(t, segment, w, top);
        give_window(t, w);
    }
    return rc;
}

int evaluate_tree(const struct snapshot *s, struct plan *p, struct topk *top, struct error *err)
{
    struct tree t = {.plan = p};
    int rc = BF_OK;
    for (uint32_t i = 0; i < s->count && !rc; i++) {
        t.segment = &s->segments[i];
        t.segment_number = i;
        rc = evaluate_segment(&t, s, i, p, top, err);
    }
    for (size_t i = 0; i < t.free_count; i++)
        free(t.free[i]);
    free(t.free);
    return rc;
}
