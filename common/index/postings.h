/*
 * postings.h - one term's postings in one segment: layout and reading.
 *
 * A list is cut into blocks of 128 articles, the last one shorter. With one
 * block, the list is its impact (4 bytes) and the block. With more, a
 * structure of arrays stands in front, so that skipping reads only the array
 * it searches; B blocks, S = ceil(B / 32) groups of them:
 *
 *     B x 4   last article of each block
 *     B x 4   where its positions start, from the start of the term's positions
 *     B x 2   where the block starts, from the start of its group
 *     B x 4   impact (impact.h): high tf, high length, low tf, low length
 *     S x 8   where the group starts, from the start of the blocks
 *     S x 4   impact of the group
 *     blocks
 *
 * A block is three encodings back to back: articles (doclist.h), term
 * frequency - 1 (pfor.h), occurrences in title and lead (pfor.h).
 *
 * The positions of a block's articles are one sequence of gaps, encoded in
 * pfor.h chunks of 128, the last one shorter; each article has as many as its
 * frequency: the first is the position itself, the others gap - 1 from the
 * one before. A term of one article has no list: the dictionary holds it.
 */
#ifndef INDEX_POSTINGS_H
#define INDEX_POSTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"
#include "common/codec/bitpack.h"
#include "common/index/impact.h"
#include "common/index/term_info.h"
#include "common/io/frame.h"

#define GROUP_BLOCKS 32

struct postings {
    const struct frame *frame;           /* the postings file */
    const struct frame *positions_frame; /* the positions file */
    struct term_info info;
    uint32_t blocks;
    uint32_t doc_limit; /* articles in the segment: a higher number is damage */
    /* into the mapped file; NULL when there is one block */
    const unsigned char *last_docs, *positions_at, *data_at, *impacts, *group_at, *group_impacts;
    const unsigned char *data, *end;
    const unsigned char *positions, *positions_end;
};

/* One decoded block. tf and lead are valid once asked for. */
struct posting_block {
    uint32_t docs[BLOCK_LEN]; /* behind the n-th UINT32_MAX, so that all 128 ascend */
    uint32_t tf[BLOCK_LEN];
    uint32_t lead[BLOCK_LEN];
    unsigned n;
    const unsigned char *tf_at, *lead_at, *end; /* encodings not decoded yet */
};

/* Prepares a term's list; reads only its head. */
int postings_open(struct postings *p, const struct frame *postings_frame,
                  const struct frame *positions_frame, const struct term_info *info,
                  uint32_t doc_limit, struct error *err);

static inline uint32_t postings_block_len(const struct postings *p, uint32_t block)
{
    return block + 1 < p->blocks ? BLOCK_LEN : p->info.df - block * BLOCK_LEN;
}

/* Last article of a block that is not the last one; of the last one it is
 * known too when there are several blocks. */
uint32_t postings_last_doc(const struct postings *p, uint32_t block);

struct impact postings_impact(const struct postings *p, uint32_t block);
struct impact postings_group_impact(const struct postings *p, uint32_t group);

/* First block at or after `from` whose last article is >= doc; p->blocks when
 * there is none. */
uint32_t postings_seek(const struct postings *p, uint32_t from, uint32_t doc);

/* Decode a block's articles; then, when wanted, frequencies and lead counts. */
int postings_read_docs(const struct postings *p, uint32_t block, struct posting_block *out,
                       struct error *err);
int postings_read_tf(const struct postings *p, struct posting_block *b, struct error *err);
int postings_read_lead(const struct postings *p, struct posting_block *b, struct error *err);

/* A block's frequencies alone: its articles are passed over. */
int postings_frequencies(const struct postings *p, uint32_t block, uint32_t tf[BLOCK_LEN],
                         struct error *err);

/* Place of the first article >= doc among the block's, or the last place: seven
 * steps without a branch to mispredict. */
static inline unsigned posting_block_place(const struct posting_block *b, uint32_t doc)
{
    unsigned at = 0;
    for (unsigned step = BLOCK_LEN / 2; step; step /= 2)
        at += b->docs[at + step - 1] < doc ? step : 0;
    return at;
}

/* The same; n when there is none. */
static inline unsigned posting_block_seek(const struct posting_block *b, uint32_t doc)
{
    unsigned at = posting_block_place(b, doc);
    at += b->docs[at] < doc;
    return at < b->n ? at : b->n;
}

/* Positions of one block's articles. */
struct position_block {
    uint32_t *positions; /* gaps, chunk by chunk as they are decoded; or all positions */
    size_t capacity;
    uint32_t starts[BLOCK_LEN + 1]; /* article i has positions[starts[i]] .. [starts[i + 1] - 1] */
    uint32_t total;                 /* of all articles */
    /* while only some are decoded: where chunk k stands, NULL once it is decoded */
    const unsigned char **chunks;
    size_t chunks_capacity;
    uint32_t *found; /* of the article asked for last */
    size_t found_capacity;
};
void position_block_free(struct position_block *b);

/* Decodes all. Needs the block's frequencies. */
int postings_read_positions(const struct postings *p, uint32_t block, const struct posting_block *b,
                            struct position_block *out, struct error *err);

/* For some articles only: finds the chunks, then decodes those that an
 * article needs. *positions stays valid until the next article's. */
int postings_find_positions(const struct postings *p, uint32_t block, const uint32_t *tf,
                            struct position_block *out, struct error *err);
int postings_article_positions(const struct postings *p, struct position_block *out,
                               unsigned article, const uint32_t **positions, uint32_t *count,
                               struct error *err);

#endif
