/*
 * expand.h - from word* and word~n to the terms of an index.
 *
 *   word*    every term that begins with the word, case and accents aside, and
 *            the word's own term (its stem may be shorter than the word)
 *   word~n   every term at most n edits from the word's term: a character
 *            inserted, left out or replaced, or two neighbours exchanged
 *            (optimal string alignment, Boytsov 2011)
 *
 * Terms that only deleted articles have are left out. Of more than
 * EXPAND_MOST the most frequent are taken, of equally frequent ones those that
 * come first in byte order; the slot's `found` tells how many there were.
 *
 * Together they score as one word that occurs wherever any of them does and
 * is as frequent as the most frequent of them.
 */
#ifndef QUERY_EXPAND_H
#define QUERY_EXPAND_H

#include "common/index/snapshot.h"
#include "query/query_tree.h"

#define EXPAND_MOST 256

/* Sets the terms of all slots, which then lie in the arena. */
int query_expand(struct query_node *root, const struct snapshot *s, struct arena *arena,
                 struct error *err);

/* The term nearest to one that no article has, at most `edits` edits away; of
 * equally near ones the most frequent, then the first in byte order. BF_END
 * when there is none. Its text lies in the arena. */
int expand_nearest(const struct snapshot *s, const struct query_term *term, unsigned edits,
                   struct arena *arena, struct query_term *nearest, struct error *err);

/* Calls `found` for each slot with * or ~ that can match. */
void query_expanded(const struct query_node *root,
                    void (*found)(const struct query_slot *slot, void *context), void *context);

#endif
