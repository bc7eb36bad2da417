/*
 * phrase_match.h - a phrase in all candidates of a block at once.
 *
 * The slow way, article by article, is plan_phrase_tf; both give the same.
 */
#ifndef QUERY_PHRASE_MATCH_H
#define QUERY_PHRASE_MATCH_H

#include "query/candidates.h"

/* `lists` are those of the leaf's terms. Adds to each candidate's bound what
 * the leaf can score in it: a phrase stands no more often in an article than the rarest
 * of its terms. */
void phrase_bound(struct candidates *c, const struct plan *p, const struct plan_node *leaf,
                  const struct candidate_list *lists, const uint8_t *length_codes);

/* After phrase_bound: keeps the candidates that have the phrase and adds its score. */
int phrase_match(struct candidates *c, const struct plan *p, const struct plan_node *leaf,
                 struct candidate_list *lists, const uint8_t *length_codes, struct error *err);

#endif
