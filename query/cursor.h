/*
 * cursor.h - one term's postings in one segment, looked at article by article.
 *
 * A cursor moves forwards or backwards; what it reads last stays decoded.
 * The positions of a phrase are read only for articles that ask for them.
 */
#ifndef QUERY_CURSOR_H
#define QUERY_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "common/index/segment.h"

#define NO_BLOCK UINT32_MAX

struct cursor {
    struct postings list;
    struct posting_block block;
    struct position_block positions;
    uint32_t held;           /* number of the decoded block, or NO_BLOCK */
    uint32_t held_positions; /* number of the block whose positions are decoded */
    unsigned at;             /* place in the block of the article found last */
};

/* Points a cursor at a term's list, as the dictionary has it. */
int cursor_open_info(struct cursor *c, const struct segment *s, const struct term_info *info,
                     struct error *err);
/* Looks the term up first: BF_END when the segment does not have it. */
int cursor_open(struct cursor *c, const struct segment *s, const char *term, size_t len,
                struct error *err);
void cursor_free(struct cursor *c); /* accepts a zeroed struct */

/* Decodes a block's articles. */
int cursor_hold(struct cursor *c, uint32_t block, struct error *err);

/* BF_OK when the article has the term: then c->at is its place in c->block.
 * BF_END when it has not: then *next, unless NULL, is the next article that
 * has, or UINT32_MAX. */
int cursor_find(struct cursor *c, uint32_t doc, uint32_t *next, struct error *err);

/* Of the article found last: how often it has the term, and where. The
 * positions are valid until the cursor moves or is asked again. */
int cursor_tf(struct cursor *c, uint32_t *tf, struct error *err);
int cursor_positions(struct cursor *c, const uint32_t **positions, uint32_t *count,
                     struct error *err);

#endif
