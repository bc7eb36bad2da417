/* expand.c - walking the dictionaries of all segments for one slot after the other. */
#include "query/expand.h"

#include <stdlib.h>
#include <string.h>

#include "query/edits.h"

struct candidate {
    struct query_term term;
    uint64_t df;
};

struct expansion {
    const struct snapshot *s;
    struct arena *arena;
    struct candidate *list;
    size_t count, capacity;
};

static void add(struct expansion *x, const struct segment *s, const struct dictionary_cursor *c)
{
    uint32_t df;
    uint64_t cf;
    segment_live_counts(s, &c->info, &df, &cf);
    if (!df)
        return;
    mem_grow(x->list, &x->capacity, x->count + 1);
    const char *text = arena_strndup(x->arena, (const char *)c->term.data, c->term.len);
    x->list[x->count++] = (struct candidate){{text, c->term.len}, df};
}

static bool begins_with(const struct dictionary_cursor *c, const struct query_term *prefix)
{
    return c->term.len >= prefix->len && !memcmp(c->term.data, prefix->text, prefix->len);
}

/* The slot's own term, where its stem is not among the words that begin so. */
static int add_own(struct expansion *x, const struct segment *s, const struct query_slot *slot,
                   struct error *err)
{
    struct dictionary_cursor c;
    int rc = dictionary_seek(&s->dictionary, &c, slot->term.text, slot->term.len, err);
    if (!rc)
        rc = dictionary_next(&c, err);
    if (!rc && !begins_with(&c, &slot->spelled) &&
        !term_compare(c.term.data, c.term.len, slot->term.text, slot->term.len))
        add(x, s, &c);
    dictionary_cursor_free(&c);
    return rc;
}

static int add_prefixed(struct expansion *x, const struct segment *s, const struct query_slot *slot,
                        struct error *err)
{
    struct dictionary_cursor c;
    int rc = dictionary_seek(&s->dictionary, &c, slot->spelled.text, slot->spelled.len, err);
    while (!rc && !(rc = dictionary_next(&c, err)) && begins_with(&c, &slot->spelled))
        add(x, s, &c);
    dictionary_cursor_free(&c);
    return rc < 0 ? rc : add_own(x, s, slot, err);
}

static int add_similar(struct expansion *x, const struct segment *s, const struct query_slot *slot,
                       struct error *err)
{
    struct edits *edits = edits_new(slot->term.text, slot->term.len, slot->edits);
    struct dictionary_cursor c;
    int rc = dictionary_seek(&s->dictionary, &c, NULL, 0, err);
    while (!rc && !(rc = dictionary_next(&c, err)))
        if (edits_distance(edits, (const char *)c.term.data, c.term.len) <= slot->edits)
            add(x, s, &c);
    dictionary_cursor_free(&c);
    edits_free(edits);
    return rc;
}

static int compare_text(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    return term_compare(x->term.text, x->term.len, y->term.text, y->term.len);
}

static int compare_df(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->df != y->df)
        return x->df > y->df ? -1 : 1;
    return compare_text(a, b);
}

/* Sorts by text; a term of several segments becomes one. */
static void unite(struct expansion *x)
{
    size_t kept = 0;
    if (x->count)
        qsort(x->list, x->count, sizeof *x->list, compare_text);
    for (size_t i = 0; i < x->count; i++) {
        if (kept && !compare_text(&x->list[kept - 1], &x->list[i]))
            x->list[kept - 1].df += x->list[i].df;
        else
            x->list[kept++] = x->list[i];
    }
    x->count = kept;
}

static void set_terms(struct expansion *x, struct query_slot *slot)
{
    slot->found = x->count;
    slot->count = x->count < EXPAND_MOST ? x->count : EXPAND_MOST;
    if (slot->count < x->count) {
        qsort(x->list, x->count, sizeof *x->list, compare_df);
        qsort(x->list, slot->count, sizeof *x->list, compare_text);
    }
    slot->terms = arena_alloc(x->arena, slot->count * sizeof *slot->terms);
    for (size_t i = 0; i < slot->count; i++)
        slot->terms[i] = x->list[i].term;
}

static int expand_slot(struct query_slot *slot, const struct snapshot *s, struct arena *arena,
                       struct error *err)
{
    struct expansion x = {.s = s, .arena = arena};
    int rc = BF_OK;
    for (uint32_t i = 0; i < s->count && rc >= 0; i++)
        rc = slot->kind == SLOT_PREFIX ? add_prefixed(&x, &s->segments[i], slot, err)
                                       : add_similar(&x, &s->segments[i], slot, err);
    unite(&x);
    set_terms(&x, slot);
    free(x.list);
    return rc < 0 ? rc : BF_OK;
}

int expand_nearest(const struct snapshot *s, const struct query_term *term, unsigned edits,
                   struct arena *arena, struct query_term *nearest, struct error *err)
{
    struct expansion x = {.s = s, .arena = arena};
    int rc = BF_OK;
    for (unsigned n = 1; n <= edits && !x.count && rc >= 0; n++) {
        const struct query_slot slot = {.kind = SLOT_FUZZY, .edits = (uint8_t)n, .term = *term};
        for (uint32_t i = 0; i < s->count && rc >= 0; i++)
            rc = add_similar(&x, &s->segments[i], &slot, err);
    }
    unite(&x);
    if (x.count) {
        qsort(x.list, x.count, sizeof *x.list, compare_df);
        *nearest = x.list[0].term;
    }
    bool found = x.count != 0;
    free(x.list);
    return rc < 0 ? rc : found ? BF_OK : BF_END;
}

static int expand_list(struct query_list *list, const struct snapshot *s, struct arena *arena,
                       struct error *err)
{
    int rc = BF_OK;
    for (size_t i = 0; i < list->count && !rc; i++)
        rc = query_expand(list->nodes[i], s, arena, err);
    return rc;
}

int query_expand(struct query_node *root, const struct snapshot *s, struct arena *arena,
                 struct error *err)
{
    int rc = BF_OK;
    if (root->kind == QUERY_SPAN)
        for (size_t i = 0; i < root->span.count && !rc; i++)
            if (slot_is_expanded(&root->span.slots[i]))
                rc = expand_slot(&root->span.slots[i], s, arena, err);
    if (root->kind != QUERY_BOOL)
        return rc;
    rc = expand_list(&root->must, s, arena, err);
    if (!rc)
        rc = expand_list(&root->should, s, arena, err);
    return rc ? rc : expand_list(&root->must_not, s, arena, err);
}

static void visit_list(const struct query_list *list,
                       void (*found)(const struct query_slot *, void *), void *context)
{
    for (size_t i = 0; i < list->count; i++)
        query_expanded(list->nodes[i], found, context);
}

void query_expanded(const struct query_node *root,
                    void (*found)(const struct query_slot *slot, void *context), void *context)
{
    if (root->kind == QUERY_SPAN)
        for (size_t i = 0; i < root->span.count; i++)
            if (slot_is_expanded(&root->span.slots[i]))
                found(&root->span.slots[i], context);
    if (root->kind != QUERY_BOOL)
        return;
    visit_list(&root->must, found, context);
    visit_list(&root->should, found, context);
    visit_list(&root->must_not, found, context);
}
