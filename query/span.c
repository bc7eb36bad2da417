/*
 * span.c - first the articles that have a word for every slot, then their
 * positions.
 *
 * Positions of the body are moved up by BODY_SHIFT, so that nothing counted
 * in words reaches from the title into it.
 */
#include "query/span.h"

#include <stdlib.h>
#include <string.h>

#define BODY_SHIFT (UINT32_C(1) << 28)

/* Ascending positions. */
struct places {
    uint32_t *list;
    size_t count, capacity;
};

/* Of the article at hand. */
struct span_places {
    struct places *slots;
    struct places *starts; /* of each unit */
    size_t slot_count, unit_count;
};

size_t span_terms(const struct query_span *span)
{
    size_t terms = 0;
    for (size_t i = 0; i < span->count; i++)
        terms += span->slots[i].count;
    return terms;
}

static struct span_places *places_new(const struct query_span *span)
{
    struct span_places *p = mem_zalloc(1, sizeof *p);
    p->slot_count = span->count;
    p->unit_count = span->unit_count;
    p->slots = mem_zalloc(span->count, sizeof *p->slots);
    p->starts = mem_zalloc(span->unit_count, sizeof *p->starts);
    return p;
}

void span_places_free(struct span_places *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->slot_count; i++)
        free(p->slots[i].list);
    for (size_t i = 0; i < p->unit_count; i++)
        free(p->starts[i].list);
    free(p->slots);
    free(p->starts);
    free(p);
}

/* ---- the positions of a slot ---- */

static bool in_field(enum query_text_field field, uint32_t position, uint32_t title)
{
    return field == QUERY_ANYWHERE || (field == QUERY_IN_TITLE) == (position < title);
}

static void add_positions(struct places *to, enum query_text_field field, uint32_t title,
                          const uint32_t *positions, uint32_t count)
{
    mem_grow(to->list, &to->capacity, to->count + count);
    for (uint32_t i = 0; i < count; i++)
        if (in_field(field, positions[i], title))
            to->list[to->count++] = positions[i] + (positions[i] < title ? 0 : BODY_SHIFT);
}

static int compare_positions(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Two terms of a slot may stand at one position: it counts once. */
static void sort_places(struct places *p)
{
    size_t kept = 0;
    if (p->count)
        qsort(p->list, p->count, sizeof *p->list, compare_positions);
    for (size_t i = 0; i < p->count; i++)
        if (!kept || p->list[kept - 1] != p->list[i])
            p->list[kept++] = p->list[i];
    p->count = kept;
}

/* Those of the slot's terms, the first of which is the leaf's `first`. */
static int read_slot(struct plan_node *leaf, size_t slot, size_t first, uint32_t doc,
                     uint32_t title, struct error *err)
{
    const struct query_span *span = &leaf->query->span;
    struct places *to = &leaf->places->slots[slot];
    size_t having = 0;
    int rc = BF_OK;
    to->count = 0;
    for (size_t t = first; t < first + span->slots[slot].count && rc >= 0; t++) {
        const uint32_t *positions;
        uint32_t count;
        if (!leaf->present[t].df)
            continue;
        rc = cursor_find(&leaf->cursors[t], doc, NULL, err);
        if (!rc)
            rc = cursor_positions(&leaf->cursors[t], &positions, &count, err);
        if (rc)
            continue;
        add_positions(to, span->field, title, positions, count);
        having++;
    }
    if (having > 1)
        sort_places(to);
    return rc < 0 ? rc : BF_OK;
}

/* ---- from slots to units ---- */

static bool has_place(const struct places *p, uint32_t wanted)
{
    return p->count && bsearch(&wanted, p->list, p->count, sizeof *p->list, compare_positions);
}

static void find_starts(const struct query_span *span, const struct query_unit *unit,
                        const struct span_places *p, struct places *starts)
{
    const struct places *first = &p->slots[unit->first];
    mem_grow(starts->list, &starts->capacity, first->count);
    starts->count = 0;
    for (size_t i = 0; i < first->count; i++) {
        bool all = true;
        for (size_t k = 1; k < unit->count && all; k++)
            all = has_place(&p->slots[unit->first + k],
                            first->list[i] + span->positions[unit->first + k]);
        if (all)
            starts->list[starts->count++] = first->list[i];
    }
}

static uint32_t unit_reach(const struct query_span *span, const struct query_unit *unit)
{
    return span->positions[unit->first + unit->count - 1];
}

/* Index of the first start at or behind a position. */
static size_t seek_start(const struct places *p, uint32_t position)
{
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->list[middle] < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- units in order ---- */

/* Taking the earliest place for each unit leaves the most room for the rest. */
static bool follows(const struct query_span *span, const struct span_places *p, uint32_t start)
{
    uint32_t at = start;
    for (size_t u = 1; u < span->unit_count; u++) {
        uint32_t wanted = at + span->units[u].at - span->units[u - 1].at;
        size_t i = seek_start(&p->starts[u], wanted);
        if (i == p->starts[u].count)
            return false;
        at = p->starts[u].list[i];
    }
    return at - start - span->units[span->unit_count - 1].at <= span->distance;
}

/* ---- units near each other ---- */

/* Whether the unit has a place in [from, to] that is not in the first one's way. */
static bool fits(const struct query_span *span, const struct span_places *p, size_t unit,
                 uint32_t from, uint32_t to, uint32_t first)
{
    uint32_t reach = unit_reach(span, &span->units[unit]);
    uint32_t first_end = first + unit_reach(span, &span->units[0]);
    const struct places *starts = &p->starts[unit];
    for (size_t i = seek_start(starts, from); i < starts->count; i++) {
        uint32_t start = starts->list[i];
        if (start + reach > to)
            return false;
        if (start + reach < first || start > first_end)
            return true;
    }
    return false;
}

static bool all_fit(const struct query_span *span, const struct span_places *p, uint32_t from,
                    uint32_t length, uint32_t first)
{
    for (size_t u = 1; u < span->unit_count; u++)
        if (!fits(span, p, u, from, from + length, first))
            return false;
    return true;
}

/* The stretch begins with the first unit, or with one of the others before it. */
static bool is_near(const struct query_span *span, const struct span_places *p, uint32_t first)
{
    uint32_t length = span->distance, end = first + unit_reach(span, &span->units[0]);
    for (size_t u = 0; u < span->unit_count; u++)
        length += unit_reach(span, &span->units[u]);
    if (all_fit(span, p, first, length, first))
        return true;
    for (size_t u = 1; u < span->unit_count; u++) {
        const struct places *starts = &p->starts[u];
        for (size_t i = seek_start(starts, end > length ? end - length : 0);
             i < starts->count && starts->list[i] < first; i++)
            if (all_fit(span, p, starts->list[i], length, first))
                return true;
    }
    return false;
}

/* ---- articles ---- */

static uint32_t count_matches(const struct query_span *span, struct span_places *p)
{
    uint32_t tf = 0;
    for (size_t u = 0; u < span->unit_count; u++) {
        find_starts(span, &span->units[u], p, &p->starts[u]);
        if (!p->starts[u].count)
            return 0;
    }
    if (span->unit_count == 1)
        return (uint32_t)p->starts[0].count;
    for (size_t i = 0; i < p->starts[0].count; i++)
        tf += span->near ? is_near(span, p, p->starts[0].list[i])
                         : follows(span, p, p->starts[0].list[i]);
    return tf;
}

int span_tf(struct plan_node *leaf, const struct segment *s, uint32_t doc, uint32_t *tf,
            struct error *err)
{
    const struct query_span *span = &leaf->query->span;
    size_t first = 0;
    *tf = 0;
    if (leaf->absent)
        return BF_OK;
    int rc = columns_touch_in(&s->columns, COLUMN_TITLE_TOKENS, doc, err);
    if (!leaf->places)
        leaf->places = places_new(span);
    for (size_t i = 0; i < span->count && !rc; i++) {
        rc = read_slot(leaf, i, first, doc, column_title_tokens(&s->columns, doc), err);
        if (!rc && !leaf->places->slots[i].count)
            return BF_OK;
        first += span->slots[i].count;
    }
    if (!rc)
        *tf = count_matches(span, leaf->places);
    return rc;
}

/* ---- windows ---- */

/* Marks the window's articles that have the term, and adds its frequencies. */
static int add_term(struct cursor *c, const struct window *w, uint64_t *having, uint32_t *tfs,
                    struct error *err)
{
    for (uint32_t doc = w->from, next; doc < w->to; doc = next) {
        uint32_t tf = 0;
        int rc = cursor_find(c, doc, &next, err);
        if (rc == BF_END)
            continue;
        if (!rc && tfs)
            rc = cursor_tf(c, &tf, err);
        if (rc)
            return rc;
        uint32_t i = doc - w->from;
        having[i / 64] |= (uint64_t)1 << i % 64;
        if (tfs)
            tfs[i] += tf;
        next = doc + 1;
    }
    return BF_OK;
}

static int add_slot(struct plan_node *leaf, size_t slot, size_t first, const struct window *w,
                    uint64_t *having, uint32_t *tfs, struct error *err)
{
    int rc = BF_OK;
    memset(having, 0, WINDOW_DOCS / 8);
    for (size_t t = first; t < first + leaf->query->span.slots[slot].count && !rc; t++)
        if (leaf->present[t].df)
            rc = add_term(&leaf->cursors[t], w, having, tfs, err);
    return rc;
}

/* The articles that have a word for each slot; of a span of one word anywhere
 * the frequencies too, which then need no positions. */
static int find_candidates(struct plan_node *leaf, const struct window *w, uint64_t *candidates,
                           uint32_t *tfs, struct error *err)
{
    const struct query_span *span = &leaf->query->span;
    uint64_t having[WINDOW_DOCS / 64];
    size_t first = 0;
    int rc = BF_OK;
    memset(candidates, 0xff, WINDOW_DOCS / 8);
    for (size_t i = 0; i < span->count && !rc; i++) {
        rc = add_slot(leaf, i, first, w, having, tfs, err);
        for (size_t k = 0; k < WINDOW_DOCS / 64; k++)
            candidates[k] &= having[k];
        first += span->slots[i].count;
    }
    return rc;
}

int span_fill(const struct bm25 *m, struct plan_node *leaf, const struct segment *s,
              struct window *w, struct error *err)
{
    const struct query_span *span = &leaf->query->span;
    bool words_only = span->count == 1 && span->field == QUERY_ANYWHERE;
    uint64_t candidates[WINDOW_DOCS / 64];
    uint32_t *tfs = words_only ? mem_zalloc(WINDOW_DOCS, sizeof *tfs) : NULL;
    int rc = leaf->absent ? BF_END : find_candidates(leaf, w, candidates, tfs, err);
    for (size_t k = 0; k < WINDOW_DOCS / 64 && !rc; k++) {
        for (uint64_t bits = candidates[k]; bits && !rc; bits &= bits - 1) {
            uint32_t i = (uint32_t)(k * 64) + (uint32_t)__builtin_ctzll(bits), tf;
            uint8_t code = column_u8(&s->columns, COLUMN_LENGTH, w->from + i);
            if (words_only)
                tf = tfs[i];
            else
                rc = span_tf(leaf, s, w->from + i, &tf, err);
            if (!rc && tf)
                window_add(w, w->from + i,
                           bm25_units(leaf->weight, (float)tf, m->length_norm[code]));
        }
    }
    free(tfs);
    return rc == BF_END ? BF_OK : rc;
}
