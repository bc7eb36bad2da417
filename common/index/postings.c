/* postings.c - reading a list block by block; what does not fit its head is damage. */
#include "common/index/postings.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/codec/kernels.h"
#include "common/codec/postblock.h"
#include "common/index/limits.h"

#define IMPACT_BYTES 4
#define GROUP_BYTES  12

static uint32_t group_count(const struct postings *p)
{
    return (p->blocks + GROUP_BLOCKS - 1) / GROUP_BLOCKS;
}

/* A pointer into a section of a verified frame, for a range from the
 * dictionary; NULL when the range is not inside. */
static const unsigned char *section_range(const struct frame *f, uint64_t at, uint64_t len)
{
    const struct section *s = &f->sections[0];
    return at <= s->len && len <= s->len - at ? s->p + at : NULL;
}

/* ---- the head ---- */

static void place_head(struct postings *p, const unsigned char *at)
{
    size_t b = p->blocks, g = group_count(p);
    p->group_last = at + 1;
    p->group_at = p->group_last + 4 * g;
    p->group_positions = p->group_at + 4 * g;
    p->last_docs = p->group_positions + 4 * g;
    p->positions_at = p->last_docs + p->last_bytes * b;
    p->data_at = p->positions_at + p->position_bytes * b;
    p->impacts = p->data_at + 2 * b;
    p->data = p->impacts + IMPACT_BYTES * b;
}

static int open_list(struct postings *p, struct error *err)
{
    uint64_t bytes = p->info.postings_bytes;
    const unsigned char *at = section_range(p->frame, p->info.postings_at, bytes);
    if (!at || !bytes)
        return frame_damaged(p->frame, p->frame->sections[0].p, "posting list out of range", err);
    p->data = at;
    p->end = at + bytes;
    if (p->blocks == 1)
        return BF_OK;
    int rc = frame_touch(p->frame, at, 1, err);
    if (rc)
        return rc;
    p->last_bytes = at[0] & HEAD_WIDE_LASTS ? 4 : 2;
    p->position_bytes = at[0] & HEAD_WIDE_POSITIONS ? 4 : 2;
    uint64_t head = 1 +
                    (uint64_t)p->blocks * (p->last_bytes + p->position_bytes + 2 + IMPACT_BYTES) +
                    (uint64_t)group_count(p) * GROUP_BYTES;
    if (at[0] > (HEAD_WIDE_LASTS | HEAD_WIDE_POSITIONS) || head > bytes)
        return frame_damaged(p->frame, at, "no head of a posting list", err);
    place_head(p, at);
    return frame_touch(p->frame, at, head, err);
}

int postings_open(struct postings *p, const struct frame *postings_frame,
                  const struct frame *positions_frame, const struct term_info *info,
                  uint32_t doc_limit, struct error *err)
{
    *p = (struct postings){.frame = postings_frame,
                           .positions_frame = positions_frame,
                           .info = *info,
                           .doc_limit = doc_limit,
                           .blocks = (info->df + BLOCK_LEN - 1) / BLOCK_LEN};
    /* Readers index arrays of the segment's articles by what they find here. */
    if (!info->df || info->df > doc_limit || (info->df == 1 && info->single_doc >= doc_limit))
        return frame_damaged(postings_frame, NULL, "a term with more articles than there are", err);
    p->positions = section_range(positions_frame, info->positions_at, info->positions_bytes);
    if (!p->positions)
        return frame_damaged(positions_frame, positions_frame->sections[0].p,
                             "positions out of range", err);
    p->positions_end = p->positions + info->positions_bytes;
    return info->df > 1 ? open_list(p, err) : BF_OK;
}

static uint32_t load_entry(const unsigned char *array, unsigned bytes, uint32_t i)
{
    return bytes == 2 ? load_u16(array + 2 * (size_t)i) : load_u32(array + 4 * (size_t)i);
}

/* The first article that could be in a group. */
static uint64_t group_first(const struct postings *p, uint32_t group)
{
    return group ? (uint64_t)load_u32(p->group_last + 4 * ((size_t)group - 1)) + 1 : 0;
}

uint32_t postings_last_doc(const struct postings *p, uint32_t block)
{
    if (!p->last_docs)
        return p->info.df == 1 ? p->info.single_doc : p->doc_limit - 1;
    uint64_t last =
        group_first(p, block / GROUP_BLOCKS) + load_entry(p->last_docs, p->last_bytes, block);
    return last < UINT32_MAX ? (uint32_t)last : UINT32_MAX;
}

struct impact postings_impact(const struct postings *p, uint32_t block)
{
    const unsigned char *at = p->impacts + IMPACT_BYTES * (size_t)block;
    return (struct impact){at[0], at[1], at[2], at[3]};
}

/* ---- seeking ---- */

/* First group at or after `from` whose last article is >= doc. */
static uint32_t seek_group(const struct postings *p, uint32_t from, uint32_t doc)
{
    uint32_t low = from, high = group_count(p);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (load_u32(p->group_last + 4 * (size_t)middle) < doc)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How many blocks of a group end before the article. */
static unsigned count_before(const struct postings *p, uint32_t group, uint32_t doc)
{
    uint32_t block = group * GROUP_BLOCKS, left = p->blocks - block;
    unsigned n = left < GROUP_BLOCKS ? left : GROUP_BLOCKS;
    uint64_t first = group_first(p, group);
    uint32_t ahead = doc > first ? (uint32_t)(doc - first) : 0;
    const unsigned char *lasts = p->last_docs + p->last_bytes * (size_t)block;
    if (p->last_bytes == 4)
        return kernels_best()->count_below_32(lasts, n, ahead);
    return ahead > UINT16_MAX ? n : kernels_best()->count_below_16(lasts, n, (uint16_t)ahead);
}

uint32_t postings_seek(const struct postings *p, uint32_t from, uint32_t doc)
{
    /* Most often it is this block or the next. */
    for (uint32_t block = from; block < from + 2; block++)
        if (block >= p->blocks || postings_last_doc(p, block) >= doc)
            return block < p->blocks ? block : p->blocks;
    uint32_t group = seek_group(p, from / GROUP_BLOCKS, doc);
    if (group >= group_count(p))
        return p->blocks;
    uint32_t block = group * GROUP_BLOCKS + count_before(p, group, doc);
    return block < p->blocks ? block : p->blocks;
}

/* ---- blocks ---- */

/* Where a block's bytes start, from the first one's. */
static uint64_t block_start(const struct postings *p, uint32_t block)
{
    return (uint64_t)load_u32(p->group_at + 4 * (size_t)(block / GROUP_BLOCKS)) +
           load_u16(p->data_at + 2 * (size_t)block);
}

static int open_block(const struct postings *p, uint32_t block, struct postblock *b,
                      struct error *err)
{
    const unsigned char *from = p->data, *to = p->end;
    if (p->blocks > 1) {
        uint64_t size = (uint64_t)(p->end - p->data), start = block_start(p, block);
        uint64_t stop = block + 1 < p->blocks ? block_start(p, block + 1) : size;
        if (start > stop || stop > size)
            return frame_damaged(p->frame, p->data_at, "block out of range", err);
        from = p->data + start;
        to = p->data + stop;
    }
    int rc = frame_touch(p->frame, from, (size_t)(to - from), err);
    if (!rc && !postblock_open(b, from, to, postings_block_len(p, block)))
        rc = frame_damaged(p->frame, from, "no block of postings", err);
    return rc;
}

static void pad_docs(struct posting_block *b)
{
    memset(b->docs + b->n, 0xff, (BLOCK_LEN - b->n) * sizeof *b->docs);
}

int postings_read_docs(const struct postings *p, uint32_t block, struct posting_block *out,
                       struct error *err)
{
    out->n = postings_block_len(p, block);
    if (p->info.df == 1) {
        out->docs[0] = p->info.single_doc;
        pad_docs(out);
        return BF_OK;
    }
    struct postblock code;
    int rc = open_block(p, block, &code, err);
    if (rc)
        return rc;
    int64_t base = block ? (int64_t)postings_last_doc(p, block - 1) : -1;
    if (!postblock_docs(&code, base, out->docs))
        return frame_damaged(p->frame, code.lows, "no list of articles", err);
    pad_docs(out);
    uint32_t last = out->docs[out->n - 1];
    if (last >= p->doc_limit || (p->blocks > 1 && last != postings_last_doc(p, block)))
        return frame_damaged(p->frame, code.lows, "last article of a block is wrong", err);
    return BF_OK;
}

void posting_block_places(const struct posting_block *b, const uint32_t *docs, unsigned n,
                          uint32_t first, uint32_t *places)
{
    kernels_best()->sorted_places(b->docs, docs, n, first, places);
}

void posting_bits_places(const struct posting_bits *b, const uint32_t *docs, unsigned n,
                         uint32_t *places)
{
    kernels_best()->bit_places(b->bits, (size_t)(b->end - b->bits), b->first, docs, n, places);
}

/* The last article's place is the last one: so the ones before it are the block's. */
int postings_read_bits(const struct postings *p, uint32_t block, struct posting_bits *out,
                       struct error *err)
{
    struct postblock code;
    if (p->blocks < 2)
        return BF_END;
    int rc = open_block(p, block, &code, err);
    if (rc || code.width)
        return rc ? rc : BF_END;
    uint32_t last = postings_last_doc(p, block), place;
    *out =
        (struct posting_bits){code.ones, code.end, block ? postings_last_doc(p, block - 1) + 1 : 0};
    posting_bits_places(out, &last, 1, &place);
    if (place + 1 != code.n || last >= p->doc_limit)
        return frame_damaged(p->frame, code.lows, "last article of a block is wrong", err);
    return BF_OK;
}

int postings_read_tf(const struct postings *p, uint32_t block, uint32_t tf[BLOCK_LEN],
                     struct error *err)
{
    if (p->info.df == 1) {
        tf[0] = (uint32_t)p->info.cf;
        return BF_OK;
    }
    struct postblock code;
    int rc = open_block(p, block, &code, err);
    if (!rc && !postblock_tf(&code, tf))
        rc = frame_damaged(p->frame, code.tf_lows, "no list of frequencies", err);
    return rc;
}

/* ---- positions ---- */

void position_block_free(struct position_block *b)
{
    free(b->positions);
    *b = (struct position_block){0};
}

int postings_position_starts(const struct postings *p, uint32_t block, const uint32_t tf[BLOCK_LEN],
                             uint32_t starts[BLOCK_LEN + 1], struct error *err)
{
    unsigned n = postings_block_len(p, block);
    starts[0] = 0;
    postblock_sums(tf, n, starts + 1);
    if (starts[n] > MAX_SEGMENT_TOKENS)
        return frame_damaged(p->frame, p->data, "frequencies out of range", err);
    return BF_OK;
}

static uint64_t positions_start(const struct postings *p, uint32_t block)
{
    return (uint64_t)load_u32(p->group_positions + 4 * (size_t)(block / GROUP_BLOCKS)) +
           load_entry(p->positions_at, p->position_bytes, block);
}

void postings_expect_positions(const struct postings *p, uint32_t block)
{
    uint64_t start = p->blocks > 1 ? positions_start(p, block) : 0;
    if (start < p->info.positions_bytes)
        __builtin_prefetch(p->positions + start);
}

int postings_open_positions(const struct postings *p, uint32_t block, uint32_t count,
                            struct rice_run *run, struct error *err)
{
    uint64_t start = p->blocks > 1 ? positions_start(p, block) : 0;
    uint64_t stop = block + 1 < p->blocks ? positions_start(p, block + 1) : p->info.positions_bytes;
    if (start > stop || stop > p->info.positions_bytes)
        return frame_damaged(p->frame, p->positions_at, "positions out of range", err);
    const unsigned char *from = p->positions + start;
    int rc = frame_touch(p->positions_frame, from, (size_t)(stop - start), err);
    if (!rc && !rice_run_open(run, from, p->positions + stop, count))
        rc = frame_damaged(p->positions_frame, from, "no list of positions", err);
    return rc;
}

int postings_find_positions(const struct postings *p, uint32_t block, const uint32_t tf[BLOCK_LEN],
                            struct position_block *out, struct error *err)
{
    int rc = postings_position_starts(p, block, tf, out->starts, err);
    if (rc || postings_in_dictionary(p))
        return rc;
    return postings_open_positions(p, block, out->starts[postings_block_len(p, block)], &out->run,
                                   err);
}

bool postings_sum_gaps(uint32_t *gaps, uint32_t count)
{
    uint64_t position = 0;
    for (uint32_t k = 0; k < count; k++) {
        position += (uint64_t)gaps[k] + (k > 0);
        gaps[k] = (uint32_t)position;
    }
    return position < POSITION_LIMIT;
}

static int read_gaps(const struct postings *p, struct position_block *b, uint32_t from,
                     uint32_t count, struct error *err)
{
    mem_grow(b->positions, &b->capacity, count);
    if (postings_in_dictionary(p))
        b->positions[0] = p->info.single_position;
    else if (!rice_run_read(&b->run, from, count, b->positions))
        return frame_damaged(p->positions_frame, b->run.lows, "no list of positions", err);
    return BF_OK;
}

int postings_article_positions(const struct postings *p, struct position_block *b, unsigned article,
                               const uint32_t **positions, uint32_t *count, struct error *err)
{
    uint32_t from = b->starts[article];
    *count = b->starts[article + 1] - from;
    int rc = read_gaps(p, b, from, *count, err);
    if (!rc && !postings_sum_gaps(b->positions, *count))
        rc = frame_damaged(p->positions_frame, p->positions, "position out of range", err);
    *positions = b->positions;
    return rc;
}

/* All gaps of a block, back to back. */
static int read_all_gaps(const struct postings *p, uint32_t block, const uint32_t *tf,
                         struct position_block *out, struct error *err)
{
    int rc = postings_find_positions(p, block, tf, out, err);
    if (!rc)
        rc = read_gaps(p, out, 0, out->starts[postings_block_len(p, block)], err);
    if (!rc && !postings_in_dictionary(p) && !rice_run_ends(&out->run))
        rc = frame_damaged(p->positions_frame, out->run.ones, "too many positions", err);
    return rc;
}

int postings_read_positions(const struct postings *p, uint32_t block, const uint32_t tf[BLOCK_LEN],
                            struct position_block *out, struct error *err)
{
    int rc = read_all_gaps(p, block, tf, out, err);
    for (unsigned i = 0; i < postings_block_len(p, block) && !rc; i++)
        if (!postings_sum_gaps(out->positions + out->starts[i], tf[i]))
            rc = frame_damaged(p->positions_frame, p->positions, "position out of range", err);
    return rc;
}

static uint32_t count_gaps_below(const uint32_t *gaps, uint32_t count, uint64_t limit)
{
    uint64_t position = gaps[0];
    uint32_t below = 0;
    while (position < limit) {
        if (++below == count)
            break;
        position += (uint64_t)gaps[below] + 1;
    }
    return below;
}

int postings_count_below(const struct postings *p, uint32_t block, const uint32_t *tf,
                         const uint32_t *limits, struct position_block *room, uint32_t *counts,
                         struct error *err)
{
    int rc = read_all_gaps(p, block, tf, room, err);
    for (unsigned i = 0; i < postings_block_len(p, block) && !rc; i++)
        counts[i] = count_gaps_below(room->positions + room->starts[i], tf[i], limits[i]);
    return rc;
}
