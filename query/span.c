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

#include "query/exact.h"

#define BODY_SHIFT (UINT32_C(1) << 28)

/* Ascending positions. */
struct places {
    uint32_t *list;
    size_t count, capacity;
};

struct span_places {
    /* of the article at hand */
    struct places *slots;
    struct places *starts; /* of each unit */
    struct exact *exact;   /* of each slot, for the present segment; zeroed: not yet */
    size_t slot_count, unit_count;
    /* Of a window: which terms each of its articles has, as bits. A slot may
     * have hundreds, and asking all of them for each article takes long. */
    uint8_t *having;
    size_t bytes; /* for each article */
    uint32_t from, to;
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
    p->exact = mem_zalloc(span->count, sizeof *p->exact);
    p->bytes = (span_terms(span) + 7) / 8;
    p->having = mem_alloc(WINDOW_DOCS * p->bytes);
    return p;
}

void span_places_reset(struct span_places *p)
{
    if (!p)
        return;
    p->from = p->to = 0;
    for (size_t i = 0; i < p->slot_count; i++)
        exact_free(&p->exact[i]);
}

void span_places_free(struct span_places *p)
{
    if (!p)
        return;
    span_places_reset(p);
    free(p->exact);
    for (size_t i = 0; i < p->slot_count; i++)
        free(p->slots[i].list);
    for (size_t i = 0; i < p->unit_count; i++)
        free(p->starts[i].list);
    free(p->slots);
    free(p->starts);
    free(p->having);
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

/* Outside of the window any term may be there. */
static bool may_have(const struct span_places *p, uint32_t doc, size_t term)
{
    if (doc < p->from || doc >= p->to)
        return true;
    return p->having[(doc - p->from) * p->bytes + term / 8] >> term % 8 & 1;
}

/* The positions of the article that the slot's cursor, the leaf's `term`, has
 * found, less those in another form. */
static int read_positions(struct plan_node *leaf, const struct segment *s, size_t slot, size_t term,
                          const uint32_t **positions, uint32_t *count, struct error *err)
{
    const struct query_slot *asked = &leaf->query->span.slots[slot];
    struct exact *exact = &leaf->places->exact[slot];
    int rc = cursor_positions(&leaf->cursors[term], positions, count, err);
    if (asked->kind != SLOT_EXACT)
        return rc;
    if (!rc && !exact->firsts)
        rc = exact_open(exact, s, &leaf->present[term], asked, err);
    if (!rc)
        *positions = exact_keep(exact, leaf->cursors[term].place, *positions, count);
    return rc;
}

/* Those of the slot's terms, the first of which is the leaf's `first`. */
static int read_slot(struct plan_node *leaf, const struct segment *s, size_t slot, size_t first,
                     uint32_t doc, uint32_t title, struct error *err)
{
    const struct query_span *span = &leaf->query->span;
    struct places *to = &leaf->places->slots[slot];
    size_t having = 0;
    int rc = BF_OK;
    to->count = 0;
    for (size_t t = first; t < first + span->slots[slot].count && rc >= 0; t++) {
        const uint32_t *positions;
        uint32_t count;
        if (!leaf->present[t].df || !may_have(leaf->places, doc, t))
            continue;
        rc = cursor_find(&leaf->cursors[t], doc, NULL, err);
        if (!rc)
            rc = read_positions(leaf, s, slot, t, &positions, &count, err);
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
        rc = read_slot(leaf, s, i, first, doc, column_title_tokens(&s->columns, doc), err);
        if (!rc && !leaf->places->slots[i].count)
            return BF_OK;
        first += span->slots[i].count;
    }
    if (!rc)
        *tf = count_matches(span, leaf->places);
    return rc;
}

/* ---- windows ---- */

/* Notes which of the window's articles have the term; adds its frequencies to
 * tfs unless that is NULL. */
static int add_term(struct plan_node *leaf, size_t term, const struct window *w, uint32_t *tfs,
                    struct error *err)
{
    struct span_places *p = leaf->places;
    struct cursor *c = &leaf->cursors[term];
    for (uint32_t doc = w->from, next; doc < w->to; doc = next) {
        uint32_t tf = 0, i;
        int rc = cursor_find(c, doc, &next, err);
        if (rc == BF_END)
            continue;
        if (!rc && tfs)
            rc = cursor_tf(c, &tf, err);
        if (rc)
            return rc;
        i = doc - w->from;
        p->having[i * p->bytes + term / 8] |= (uint8_t)(1u << term % 8);
        if (tfs)
            tfs[i] += tf;
        next = doc + 1;
    }
    return BF_OK;
}

/* All of them; the frequencies are those of the first slot's. */
static int add_terms(struct plan_node *leaf, const struct window *w, uint32_t *tfs,
                     struct error *err)
{
    struct span_places *p = leaf->places;
    const struct query_span *span = &leaf->query->span;
    size_t terms = span_terms(span);
    int rc = BF_OK;
    p->from = w->from;
    p->to = w->to;
    memset(p->having, 0, WINDOW_DOCS * p->bytes);
    for (size_t t = 0; t < terms && !rc; t++)
        if (leaf->present[t].df)
            rc = add_term(leaf, t, w, t < span->slots[0].count ? tfs : NULL, err);
    return rc;
}

/* Whether article i of the window has a term of every slot. */
static bool has_all_slots(const struct query_span *span, const struct span_places *p, uint32_t i)
{
    const uint8_t *having = p->having + i * p->bytes;
    size_t term = 0;
    for (size_t k = 0; k < span->count; k++) {
        size_t end = term + span->slots[k].count;
        bool any = false;
        for (; term < end; term++)
            any = any || (having[term / 8] >> term % 8 & 1);
        if (!any)
            return false;
    }
    return true;
}

/* A span stands no more often than its first slot. The weight is raised as in
 * bm25_bound. */
static uint32_t bound_of(const struct plan_node *leaf, uint32_t first_tf, float norm)
{
    return bm25_units(leaf->weight * (1 + 0x1p-21f), (float)first_tf, norm);
}

/* Article i of the window, which has a term of every slot. */
static int add_article(const struct bm25 *m, struct plan_node *leaf, const struct segment *s,
                       uint32_t least, uint32_t first_tf, struct window *w, uint32_t i,
                       struct error *err)
{
    const struct query_span *span = &leaf->query->span;
    float norm = m->length_norm[column_u8(&s->columns, COLUMN_LENGTH, w->from + i)];
    uint32_t tf = first_tf;
    if (bound_of(leaf, first_tf, norm) < least)
        return BF_OK;
    /* Of one word anywhere the frequencies say enough. */
    int rc = span->count == 1 && span->field == QUERY_ANYWHERE && span->slots->kind != SLOT_EXACT
                 ? BF_OK
                 : span_tf(leaf, s, w->from + i, &tf, err);
    if (!rc && tf)
        window_add(w, w->from + i, bm25_units(leaf->weight, (float)tf, norm));
    return rc;
}

int span_fill(const struct bm25 *m, struct plan_node *leaf, const struct segment *s, uint32_t least,
              struct window *w, struct error *err)
{
    const struct query_span *span = &leaf->query->span;
    if (leaf->absent)
        return BF_OK;
    if (!leaf->places)
        leaf->places = places_new(span);
    uint32_t *tfs = mem_zalloc(WINDOW_DOCS, sizeof *tfs);
    int rc = add_terms(leaf, w, tfs, err);
    for (uint32_t i = 0; i < w->to - w->from && !rc; i++)
        if (tfs[i] && has_all_slots(span, leaf->places, i))
            rc = add_article(m, leaf, s, least, tfs[i], w, i, err);
    free(tfs);
    return rc;
}
