/* plan.c - statistics, weights, cursors, and the one place where a phrase is matched. */
#include "query/plan.h"

#include <stdlib.h>
#include <string.h>

#include "query/span.h"

static int make_node(struct plan_node *n, const struct query_node *query, const struct snapshot *s,
                     struct arena *arena, struct error *err);

static int make_list(struct plan_node **out, const struct query_list *list,
                     const struct snapshot *s, struct arena *arena, struct error *err)
{
    *out = arena_alloc(arena, list->count * sizeof **out);
    memset(*out, 0, list->count * sizeof **out); /* what a failure leaves can be freed */
    int rc = BF_OK;
    for (size_t i = 0; i < list->count && !rc; i++)
        rc = make_node(&(*out)[i], list->nodes[i], s, arena, err);
    return rc;
}

static struct cursor *make_cursors(struct arena *arena, size_t count)
{
    struct cursor *cursors = arena_alloc(arena, count * sizeof *cursors);
    for (size_t i = 0; i < count; i++)
        cursors[i] = (struct cursor){.held = NO_BLOCK};
    return cursors;
}

size_t plan_term_count(const struct plan_node *n)
{
    switch (n->query->kind) {
    case QUERY_PHRASE:
        return n->query->phrase.count;
    case QUERY_SPAN:
        return span_terms(&n->query->span);
    case QUERY_FILTER:
        return 0;
    default:
        return 1;
    }
}

/* Looks a leaf's i-th term up in all segments, once for all: n->df and n->cf are its. */
static int look_up(struct plan_node *n, size_t i, const struct query_term *term,
                   const struct snapshot *s, struct error *err)
{
    size_t count = plan_term_count(n);
    n->df = n->cf = 0;
    for (uint32_t k = 0; k < s->count; k++) {
        struct term_info *info = &n->infos[k * count + i];
        uint32_t df;
        uint64_t cf;
        int rc = dictionary_find(&s->segments[k].dictionary, term->text, term->len, info, err);
        if (rc < 0)
            return rc;
        if (rc == BF_END) {
            info->df = 0;
            continue;
        }
        segment_live_counts(&s->segments[k], info, &df, &cf);
        n->df += df;
        n->cf += cf;
    }
    return BF_OK;
}

static int look_up_terms(struct plan_node *n, const struct query_term *terms, size_t count,
                         const struct snapshot *s, struct error *err)
{
    int rc = BF_OK;
    for (size_t i = 0; i < count && !rc; i++) {
        rc = look_up(n, i, &terms[i], s, err);
        if (!rc && n->df)
            n->idf += bm25_idf(s->docs, n->df);
    }
    return rc;
}

/* A slot is as frequent as its most frequent term. */
static int look_up_slots(struct plan_node *n, const struct snapshot *s, struct error *err)
{
    const struct query_span *span = &n->query->span;
    size_t first = 0;
    int rc = BF_OK;
    for (size_t k = 0; k < span->count; k++) {
        uint64_t most = 0;
        for (size_t i = 0; i < span->slots[k].count && !rc; i++) {
            rc = look_up(n, first + i, &span->slots[k].terms[i], s, err);
            most = n->df > most ? n->df : most;
        }
        if (most)
            n->idf += bm25_idf(s->docs, most);
        first += span->slots[k].count;
    }
    return rc;
}

static int make_leaf(struct plan_node *n, const struct snapshot *s, struct arena *arena,
                     struct error *err)
{
    size_t count = plan_term_count(n);
    int rc;
    n->cursors = make_cursors(arena, count);
    n->infos = arena_alloc(arena, count * s->count * sizeof *n->infos);
    if (n->query->kind == QUERY_SPAN)
        rc = look_up_slots(n, s, err);
    else if (n->query->kind == QUERY_PHRASE)
        rc = look_up_terms(n, n->query->phrase.terms, count, s, err);
    else
        rc = look_up_terms(n, &n->query->term, 1, s, err);
    if (n->query->kind != QUERY_TERM)
        n->df = n->cf = 0; /* those of a phrase or a span are not known */
    return rc;
}

static int make_node(struct plan_node *n, const struct query_node *query, const struct snapshot *s,
                     struct arena *arena, struct error *err)
{
    *n = (struct plan_node){.query = query};
    if (query->kind == QUERY_FILTER) {
        filter_open(&n->filter, s);
        return filter_keep(&n->filter, &query->test, 1, true, err);
    }
    if (query->kind != QUERY_BOOL)
        return make_leaf(n, s, arena, err);
    int rc = make_list(&n->must, &query->must, s, arena, err);
    if (!rc)
        rc = make_list(&n->should, &query->should, s, arena, err);
    return rc ? rc : make_list(&n->must_not, &query->must_not, s, arena, err);
}

/* idf times how often the query says it. */
static double plain_weight(const struct plan_node *n)
{
    return n->query->kind == QUERY_TERM ? n->idf * n->query->repeats : n->idf;
}

static double weight_sum(const struct plan_node *n)
{
    if (n->query->kind != QUERY_BOOL)
        return plain_weight(n);
    double sum = 0;
    for (size_t i = 0; i < n->query->must.count; i++)
        sum += weight_sum(&n->must[i]);
    for (size_t i = 0; i < n->query->should.count; i++)
        sum += weight_sum(&n->should[i]);
    return sum;
}

static void set_weights(const struct bm25 *m, struct plan_node *n)
{
    if (n->query->kind != QUERY_BOOL) {
        n->weight = bm25_weight(m, plain_weight(n));
        return;
    }
    for (size_t i = 0; i < n->query->must.count; i++)
        set_weights(m, &n->must[i]);
    for (size_t i = 0; i < n->query->should.count; i++)
        set_weights(m, &n->should[i]);
}

int plan_make(struct plan *p, const struct query_node *query, const struct snapshot *s, double k1,
              double b, struct arena *arena, struct error *err)
{
    double average = s->docs ? (double)s->tokens / (double)s->docs : 0;
    bm25_init(&p->bm25, k1, b, average);
    int rc = make_node(&p->root, query, s, arena, err);
    if (rc)
        return rc;
    bm25_fit(&p->bm25, weight_sum(&p->root));
    set_weights(&p->bm25, &p->root);
    return BF_OK;
}

static void free_node(struct plan_node *n);

static void free_list(struct plan_node *list, size_t count)
{
    for (size_t i = 0; list && i < count; i++)
        free_node(&list[i]);
}

static void free_node(struct plan_node *n)
{
    if (n->query && n->query->kind == QUERY_BOOL) {
        free_list(n->must, n->query->must.count);
        free_list(n->should, n->query->should.count);
        free_list(n->must_not, n->query->must_not.count);
        return;
    }
    for (size_t i = 0; n->cursors && i < plan_term_count(n); i++)
        cursor_free(&n->cursors[i]);
    free(n->starts);
    span_places_free(n->places);
    filter_free(&n->filter);
}

void plan_free(struct plan *p)
{
    free_node(&p->root);
}

/* Whether there is a slot of which the present segment has no term. */
static bool lacks_slot(const struct plan_node *n)
{
    const struct query_span *span = &n->query->span;
    const struct term_info *info = n->present;
    for (size_t k = 0; k < span->count; k++) {
        size_t having = 0;
        for (size_t i = 0; i < span->slots[k].count; i++)
            having += info++->df != 0;
        if (!having)
            return true;
    }
    return false;
}

static int open_leaf(struct plan_node *n, const struct snapshot *s, uint32_t segment,
                     struct error *err)
{
    size_t count = plan_term_count(n);
    int rc = BF_OK;
    n->absent = false;
    n->present = count ? n->infos + segment * count : NULL; /* a filter has no terms */
    span_places_reset(n->places);
    for (size_t i = 0; i < count && !rc; i++) {
        const struct term_info *info = &n->present[i];
        if (info->df)
            rc = cursor_open_info(&n->cursors[i], &s->segments[segment], info, err);
        else
            n->absent = true;
    }
    if (n->query->kind == QUERY_SPAN)
        n->absent = lacks_slot(n);
    return rc;
}

static int open_node(struct plan_node *n, const struct snapshot *s, uint32_t segment,
                     struct error *err)
{
    if (n->query->kind != QUERY_BOOL)
        return open_leaf(n, s, segment, err);
    int rc = BF_OK;
    for (size_t i = 0; i < n->query->must.count && !rc; i++)
        rc = open_node(&n->must[i], s, segment, err);
    for (size_t i = 0; i < n->query->should.count && !rc; i++)
        rc = open_node(&n->should[i], s, segment, err);
    for (size_t i = 0; i < n->query->must_not.count && !rc; i++)
        rc = open_node(&n->must_not[i], s, segment, err);
    return rc;
}

int plan_open_segment(struct plan *p, const struct snapshot *s, uint32_t segment, struct error *err)
{
    return open_node(&p->root, s, segment, err);
}

/* Moves *at to the first position >= wanted; whether it is wanted itself. */
static bool has_position(const uint32_t *positions, uint32_t count, uint32_t *at, uint32_t wanted)
{
    while (*at < count && positions[*at] < wanted)
        ++*at;
    return *at < count && positions[*at] == wanted;
}

/* The two terms that the article has least often. */
static int find_rarest(struct plan_node *n, size_t rarest[2], struct error *err)
{
    uint32_t least[2] = {UINT32_MAX, UINT32_MAX}, tf;
    int rc = BF_OK;
    for (size_t t = 0; t < n->query->phrase.count && !rc; t++) {
        rc = cursor_tf(&n->cursors[t], &tf, err);
        bool rarer = tf < least[0];
        if (rarer || tf < least[1]) {
            least[1] = rarer ? least[0] : tf;
            rarest[1] = rarer ? rarest[0] : t;
        }
        if (rarer) {
            least[0] = tf;
            rarest[0] = t;
        }
    }
    return rc;
}

/* Where the phrase may start by a term of it: the list that the others shrink. */
static int list_starts(struct plan_node *n, size_t term, uint32_t *count, struct error *err)
{
    const uint32_t *positions, behind = n->query->phrase.positions[term];
    uint32_t have;
    int rc = cursor_positions(&n->cursors[term], &positions, &have, err);
    *count = 0;
    if (rc)
        return rc;
    mem_grow(n->starts, &n->starts_capacity, have);
    for (uint32_t i = 0; i < have; i++)
        if (positions[i] >= behind)
            n->starts[(*count)++] = positions[i] - behind;
    return BF_OK;
}

static int keep_starts(struct plan_node *n, size_t term, uint32_t *count, struct error *err)
{
    const uint32_t *positions, behind = n->query->phrase.positions[term];
    uint32_t have, at = 0, kept = 0;
    int rc = cursor_positions(&n->cursors[term], &positions, &have, err);
    for (uint32_t i = 0; i < *count && !rc; i++)
        if (has_position(positions, have, &at, n->starts[i] + behind))
            n->starts[kept++] = n->starts[i];
    *count = kept;
    return rc;
}

int plan_phrase_tf(struct plan_node *n, uint32_t *tf, struct error *err)
{
    size_t rarest[2] = {0, 1};
    uint32_t count = 0;
    int rc = find_rarest(n, rarest, err);
    if (!rc)
        rc = list_starts(n, rarest[0], &count, err);
    if (!rc && count)
        rc = keep_starts(n, rarest[1], &count, err);
    for (size_t t = 0; t < n->query->phrase.count && count && !rc; t++)
        if (t != rarest[0] && t != rarest[1])
            rc = keep_starts(n, t, &count, err);
    *tf = count;
    return rc;
}

int plan_found_units(const struct plan *p, struct plan_node *leaf, const struct segment *s,
                     uint32_t doc, uint32_t *units, uint32_t *tf, struct error *err)
{
    int rc = leaf->query->kind == QUERY_SPAN     ? span_tf(leaf, s, doc, tf, err)
             : leaf->query->kind == QUERY_PHRASE ? plan_phrase_tf(leaf, tf, err)
                                                 : cursor_tf(&leaf->cursors[0], tf, err);
    if (!rc && !*tf)
        return BF_END;
    float norm = p->bm25.length_norm[column_u8(&s->columns, COLUMN_LENGTH, doc)];
    *units = bm25_units(leaf->weight, (float)*tf, norm);
    return rc;
}

int plan_leaf_units(const struct plan *p, struct plan_node *leaf, const struct segment *s,
                    uint32_t doc, uint32_t *units, uint32_t *tf, struct error *err)
{
    int rc = leaf->absent || leaf->query->kind == QUERY_FILTER ? BF_END : BF_OK;
    if (leaf->query->kind == QUERY_SPAN)
        return rc ? rc : plan_found_units(p, leaf, s, doc, units, tf, err);
    for (size_t i = 0; i < plan_term_count(leaf) && !rc; i++)
        rc = cursor_find(&leaf->cursors[i], doc, NULL, err);
    return rc ? rc : plan_found_units(p, leaf, s, doc, units, tf, err);
}
