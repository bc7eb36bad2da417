/*
 * span.h - spans (query_tree.h) in one segment: where they match, and how often.
 *
 * A span's leaf in a plan has a cursor for each term of each slot, in order.
 */
#ifndef QUERY_SPAN_H
#define QUERY_SPAN_H

#include "query/plan.h"
#include "query/window.h"

/* Terms of all slots. */
size_t span_terms(const struct query_span *span);

/* How often the span stands in an article; 0 when it does not. The article
 * need not have its words. */
int span_tf(struct plan_node *leaf, const struct segment *s, uint32_t doc, uint32_t *tf,
            struct error *err);

/* Adds the window's articles that have the span to the window; those that
 * certainly score less than `least` may be left out. */
int span_fill(const struct bm25 *m, struct plan_node *leaf, const struct segment *s, uint32_t least,
              struct window *w, struct error *err);

struct span_places;
/* Forgets what is known of a window: the next one is of another segment. */
void span_places_reset(struct span_places *p); /* NULL is fine */
void span_places_free(struct span_places *p);  /* NULL is fine */

#endif
