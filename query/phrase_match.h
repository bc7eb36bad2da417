/*
 * phrase_match.h - a phrase in all candidates of a block at once.
 *
 * The slow way, article by article, is plan_phrase_tf; both give the same.
 */
#ifndef QUERY_PHRASE_MATCH_H
#define QUERY_PHRASE_MATCH_H

#include "query/candidates.h"

/* `lists` are those of the leaf's terms, of which two at least have been asked. Adds to each
 * candidate's bound what the leaf can score in it: a phrase stands no more often in an article
 * than the rarest of these terms. */
void phrase_bound(struct candidates *c, const struct plan *p, const struct plan_node *leaf,
                  const struct candidate_list *lists, const uint8_t *length_codes);

/* Keeps the candidates in which the two rarest of the terms that have been asked stand as in
 * the phrase; tf[i]: how often. */
int phrase_match_pair(struct candidates *c, const struct plan_node *leaf,
                      struct candidate_list *lists, uint32_t tf[MOST_CANDIDATES],
                      struct error *err);

/* After that, all having been asked: keeps the candidates that have the phrase and adds its
 * score. `tf` is that of the pair and is overwritten. */
int phrase_match_rest(struct candidates *c, const struct plan *p, const struct plan_node *leaf,
                      struct candidate_list *lists, const uint8_t *length_codes,
                      uint32_t tf[MOST_CANDIDATES], struct error *err);

#endif
