/*
 * cursor.h - one term's postings in one segment, looked at article by article
 * or for many articles at once.
 *
 * A cursor moves forwards or backwards; what it reads last stays decoded.
 * A posting goes by its place: its number in the list. Frequencies are read
 * only for blocks, and positions only for articles, that are asked for.
 */
#ifndef QUERY_CURSOR_H
#define QUERY_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "common/index/position_lists.h"
#include "common/index/segment.h"

#define NO_BLOCK UINT32_MAX
#define NO_PLACE UINT32_MAX

struct cursor {
    struct postings list;
    struct posting_block block; /* the articles of block `held` */
    uint32_t tf[BLOCK_LEN];     /* the frequencies of block `held_tf` */
    struct position_block positions;
    /* numbers of blocks, or NO_BLOCK; held_starts: of positions.starts */
    uint32_t held, held_tf, held_starts, held_positions;
    uint32_t opened; /* the block that `code` is */
    struct postblock code;
    uint32_t place; /* of the article found last */
};

/* Points a cursor at a term's list, as the dictionary has it. */
int cursor_open_info(struct cursor *c, const struct segment *s, const struct term_info *info,
                     struct error *err);
/* Looks the term up first: BF_END when the segment does not have it. */
int cursor_open(struct cursor *c, const struct segment *s, const char *term, size_t len,
                struct error *err);
void cursor_free(struct cursor *c); /* accepts a zeroed struct */

/* Decodes a block's articles, its frequencies, or what these add up to. */
int cursor_hold(struct cursor *c, uint32_t block, struct error *err);
int cursor_hold_tf(struct cursor *c, uint32_t block, struct error *err);
int cursor_hold_starts(struct cursor *c, uint32_t block, struct error *err);

/* BF_OK when the article has the term: then c->place is its posting.
 * BF_END when it has not: then *next, unless NULL, is the next article that
 * has, or UINT32_MAX. */
int cursor_find(struct cursor *c, uint32_t doc, uint32_t *next, struct error *err);

/* Of the posting c->place: how often the article has the term, and where.
 * The positions are valid until they are asked for again. */
int cursor_tf(struct cursor *c, uint32_t *tf, struct error *err);
int cursor_positions(struct cursor *c, const uint32_t **positions, uint32_t *count,
                     struct error *err);

/* For n ascending articles at once: their postings, NO_PLACE where an article
 * does not have the term. */
int cursor_places(struct cursor *c, const uint32_t *docs, unsigned n, uint32_t *places,
                  struct error *err);

/* The same, and how often each has the term; 0 where it does not. */
int cursor_counts(struct cursor *c, const uint32_t *docs, unsigned n, uint32_t *places,
                  uint32_t *counts, struct error *err);

/* The same, POSTINGS_TOGETHER at most, and which positions of their blocks are
 * theirs. What is said of an article that does not have the term means nothing. */
int cursor_shares(struct cursor *c, const uint32_t *docs, unsigned n, uint32_t *places,
                  struct position_shares *shares, struct error *err);

/* Adds those of all postings of a block, the first of them being the `from`-th. Writes
 * BLOCK_LEN, however many the block has. */
int cursor_share_block(struct cursor *c, uint32_t block, unsigned from,
                       struct position_shares *shares, struct error *err);

/* The frequencies of n postings in ascending order. */
int cursor_frequencies(struct cursor *c, const uint32_t *places, unsigned n, uint32_t *tf,
                       struct error *err);

#endif
