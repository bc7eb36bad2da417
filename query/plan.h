/*
 * plan.h - a query tree with its weights, over a snapshot and then a segment.
 *
 * Weights come from the whole snapshot, cursors from one segment. The leaves
 * (terms and phrases that score) are numbered in the order of the tree.
 */
#ifndef QUERY_PLAN_H
#define QUERY_PLAN_H

#include "common/base/mem.h"
#include "common/index/snapshot.h"
#include "query/bm25.h"
#include "query/cursor.h"
#include "query/query_tree.h"

struct plan_node {
    const struct query_node *query;
    /* TERM, PHRASE and SPAN */
    double idf;              /* of a phrase: the sum over its terms; of a span: over its slots */
    uint64_t df, cf;         /* TERM: over the snapshot */
    float weight;            /* bm25_weight of idf * repeats */
    struct cursor *cursors;  /* one a term; opened for the present segment */
    struct term_info *infos; /* by segment and term, as looked up; df 0: not there */
    bool absent;             /* the present segment does not have (all of) it */
    uint32_t *starts;        /* room for plan_phrase_tf */
    size_t starts_capacity;
    /* SPAN */
    const struct term_info *present; /* of the present segment, one a term */
    struct span_places *places;      /* room for span_tf */
    /* FILTER */
    struct filter filter;
    /* BOOL */
    struct plan_node *must, *should, *must_not;
};

struct plan {
    struct plan_node root;
    struct bm25 bm25;
    bool exhaustive; /* every match is to be scored; set by the caller */
};

/* Looks all terms up. The plan lives in the arena. */
int plan_make(struct plan *p, const struct query_node *query, const struct snapshot *s, double k1,
              double b, struct arena *arena, struct error *err);
void plan_free(struct plan *p);

/* Points all cursors at a segment of the plan's snapshot. */
int plan_open_segment(struct plan *p, const struct snapshot *s, uint32_t segment,
                      struct error *err);

/* Terms, and so cursors, of a leaf; 0 for a filter. */
size_t plan_term_count(const struct plan_node *n);

/* How often the phrase's terms stand in order at the article on which all of
 * its cursors have been found. */
int plan_phrase_tf(struct plan_node *n, uint32_t *tf, struct error *err);

/* What a leaf scores for the article that its cursors have found: BF_OK with
 * *units and *tf, BF_END when it has the words but not the phrase. */
int plan_found_units(const struct plan *p, struct plan_node *leaf, const struct segment *s,
                     uint32_t doc, uint32_t *units, uint32_t *tf, struct error *err);

/* The same, finding the article first: BF_END when it does not have the leaf. */
int plan_leaf_units(const struct plan *p, struct plan_node *leaf, const struct segment *s,
                    uint32_t doc, uint32_t *units, uint32_t *tf, struct error *err);

#endif
