/*
 * postings.h - one term's postings in one segment: layout and reading.
 *
 * A list is cut into blocks of 128 articles, the last one shorter
 * (postblock.h). One block is all of the list. Of several, 32 make a group,
 * and a head stands in front, a structure of arrays, so that skipping reads
 * only the array it searches; B blocks, S = ceil(B / 32) groups:
 *
 *     1        bit 0: W is 4, else 2; bit 1: V is 4, else 2
 *     S x 4    last article of the group
 *     S x 4    where the group starts, from the start of the blocks
 *     S x 4    where its positions start, from the start of the term's
 *     B x W    last article of the block, less the first that could be in its group
 *     B x V    where its positions start, from the start of the group's
 *     B x 2    where the block starts, from the start of its group
 *     B x 4    impact (impact.h): high tf, high length, low tf, low length
 *     blocks
 *
 * The positions of a block's articles are one run of gaps (rice_run.h); each
 * article has as many as its frequency: the first is the position itself, the
 * others gap - 1 from the one before. A term of one article has no list: the
 * dictionary holds it.
 */
#ifndef INDEX_POSTINGS_H
#define INDEX_POSTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"
#include "common/base/bytes.h"
#include "common/codec/bitpack.h"
#include "common/codec/postblock.h"
#include "common/codec/rice_run.h"
#include "common/index/impact.h"
#include "common/index/term_info.h"
#include "common/io/frame.h"

#define GROUP_BLOCKS 32

#define HEAD_WIDE_LASTS     1
#define HEAD_WIDE_POSITIONS 2

struct postings {
    const struct frame *frame;           /* the postings file */
    const struct frame *positions_frame; /* the positions file */
    struct term_info info;
    uint32_t blocks;
    uint32_t doc_limit; /* articles in the segment: a higher number is damage */
    /* into the mapped file; NULL when there is one block */
    const unsigned char *group_last, *group_at, *group_positions;
    const unsigned char *last_docs, *positions_at, *data_at, *impacts;
    unsigned last_bytes, position_bytes; /* W and V */
    const unsigned char *data, *end;
    const unsigned char *positions, *positions_end;
};

/* The articles of a block. */
struct posting_block {
    uint32_t docs[BLOCK_LEN]; /* behind the n-th UINT32_MAX, so that all 128 ascend */
    unsigned n;
};

/* Prepares a term's list; reads only its head. */
int postings_open(struct postings *p, const struct frame *postings_frame,
                  const struct frame *positions_frame, const struct term_info *info,
                  uint32_t doc_limit, struct error *err);

static inline uint32_t postings_block_len(const struct postings *p, uint32_t block)
{
    return block + 1 < p->blocks ? BLOCK_LEN : p->info.df - block * BLOCK_LEN;
}

/* The first article that could be in a group. */
static inline uint64_t postings_group_first(const struct postings *p, uint32_t group)
{
    return group ? (uint64_t)load_u32(p->group_last + 4 * ((size_t)group - 1)) + 1 : 0;
}

static inline uint32_t postings_head_entry(const unsigned char *array, unsigned bytes, uint32_t i)
{
    return bytes == 2 ? load_u16(array + 2 * (size_t)i) : load_u32(array + 4 * (size_t)i);
}

/* Last article of a block; where there is one block of several articles it is
 * not known, and the segment's last stands for it. */
static inline uint32_t postings_last_doc(const struct postings *p, uint32_t block)
{
    if (!p->last_docs)
        return p->info.df == 1 ? p->info.single_doc : p->doc_limit - 1;
    uint64_t last = postings_group_first(p, block / GROUP_BLOCKS) +
                    postings_head_entry(p->last_docs, p->last_bytes, block);
    return last < UINT32_MAX ? (uint32_t)last : UINT32_MAX;
}

/* Of a list of two or more blocks. */
struct impact postings_impact(const struct postings *p, uint32_t block);

/* First block at or after `from` whose last article is >= doc; p->blocks when
 * there is none. */
uint32_t postings_seek(const struct postings *p, uint32_t from, uint32_t doc);

/* Decode a block's articles; its frequencies, which does not need them. */
int postings_read_docs(const struct postings *p, uint32_t block, struct posting_block *out,
                       struct error *err);
int postings_read_tf(const struct postings *p, uint32_t block, uint32_t tf[BLOCK_LEN],
                     struct error *err);

/* The same in steps, for a block that is looked at for several things; of a list of two or
 * more articles. The steps are quickest in this order. */
int postings_open_block(const struct postings *p, uint32_t block, struct postblock *code,
                        struct error *err);
int postings_docs_of(const struct postings *p, uint32_t block, struct postblock *code,
                     struct posting_block *out, struct error *err);
int postings_tf_of(const struct postings *p, const struct postblock *code, uint32_t tf[BLOCK_LEN],
                   struct error *err);

/* The frequencies as sums: what those before each of the n add up to, which is the number of its
 * first position in the block; starts[n] is how many positions the block has. */
int postings_starts_of(const struct postings *p, const struct postblock *code,
                       uint32_t starts[BLOCK_LEN + 1], struct error *err);

/* A dense block is a bitset, and articles can be looked up without decoding it: of n ascending
 * ones, from the block's first to its last, the posting or UINT32_MAX, and how many it has. */
static inline bool postings_is_bitset(const struct postings *p, const struct postblock *code)
{
    return !code->width && p->blocks > 1;
}
int postings_places_of(const struct postings *p, uint32_t block, struct postblock *code,
                       const uint32_t *docs, unsigned n, uint32_t *places, unsigned *found,
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

/* Whether the list's only position stands in the dictionary. */
static inline bool postings_in_dictionary(const struct postings *p)
{
    return p->info.df == 1 && p->info.cf == 1;
}

/* Of n articles up to the block's last: first + the place in it, or UINT32_MAX. Returns how many
 * it has. */
unsigned posting_block_places(const struct posting_block *b, const uint32_t *docs, unsigned n,
                              uint32_t first, uint32_t *places);

/* How many of n ascending numbers are at most v. */
unsigned postings_count_up_to(const uint32_t *numbers, unsigned n, uint32_t v);

/* Positions of one block's articles. */
struct position_block {
    uint32_t starts[BLOCK_LEN + 1]; /* article i has numbers starts[i] to starts[i + 1] - 1 */
    struct rice_run run;
    uint32_t *positions; /* of all articles, or of the one asked for last */
    size_t capacity;
};
void position_block_free(struct position_block *b); /* accepts a zeroed struct */

/* Decodes all positions of a block of these frequencies: article i's are
 * positions[starts[i]], ... */
int postings_read_positions(const struct postings *p, uint32_t block, const uint32_t tf[BLOCK_LEN],
                            struct position_block *out, struct error *err);

/* For some articles only: finds the block's positions, then decodes those of
 * an article, in *positions until the next one's are. Articles in ascending
 * order are quickest. */
int postings_find_positions(const struct postings *p, uint32_t block, const uint32_t tf[BLOCK_LEN],
                            struct position_block *out, struct error *err);
int postings_article_positions(const struct postings *p, struct position_block *b, unsigned article,
                               const uint32_t **positions, uint32_t *count, struct error *err);

/* The two steps of finding them: which numbers are each article's, and where the
 * run of so many is, unless postings_in_dictionary. */
int postings_position_starts(const struct postings *p, uint32_t block, const uint32_t tf[BLOCK_LEN],
                             uint32_t starts[BLOCK_LEN + 1], struct error *err);
int postings_open_positions(const struct postings *p, uint32_t block, uint32_t count,
                            struct rice_run *run, struct error *err);

/* Gaps to the positions of one article; false when one is out of range. */
bool postings_sum_gaps(uint32_t *gaps, uint32_t count);

/* The same when many blocks' positions are going to be read: where they are, fetching them
 * beforehand, opening the run of so many. */
struct position_bytes {
    const unsigned char *from, *to;
};
int postings_position_bytes(const struct postings *p, uint32_t block, struct position_bytes *out,
                            struct error *err);
void position_bytes_expect(const struct position_bytes *b);
int postings_open_run(const struct postings *p, const struct position_bytes *b, uint32_t count,
                      struct rice_run *run, struct error *err);

/* How many positions of each of the block's articles lie below its limit. */
int postings_count_below(const struct postings *p, uint32_t block, const uint32_t *tf,
                         const uint32_t *limits, struct position_block *room, uint32_t *counts,
                         struct error *err);

#endif
