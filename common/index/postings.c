/* postings.c - reading a list block by block; what does not fit its head is damage. */
#include "common/index/postings.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/codec/kernels.h"
#include "common/index/limits.h"

#define IMPACT_BYTES 4
#define GROUP_BYTES  12

/* Of a block's positions so many bytes at most are fetched beforehand. */
#define MOST_EXPECTED 512
#define CACHE_LINE    64

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
    uint64_t first = postings_group_first(p, group);
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

int postings_open_block(const struct postings *p, uint32_t block, struct postblock *code,
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
    if (!rc && !postblock_open(code, from, to, postings_block_len(p, block)))
        rc = frame_damaged(p->frame, from, "no block of postings", err);
    return rc;
}

static void pad_docs(struct posting_block *b)
{
    memset(b->docs + b->n, 0xff, (BLOCK_LEN - b->n) * sizeof *b->docs);
}

int postings_docs_of(const struct postings *p, uint32_t block, struct postblock *code,
                     struct posting_block *out, struct error *err)
{
    int64_t base = block ? (int64_t)postings_last_doc(p, block - 1) : -1;
    out->n = code->n;
    if (!postblock_docs(code, base, out->docs))
        return frame_damaged(p->frame, code->lows, "no list of articles", err);
    pad_docs(out);
    uint32_t last = out->docs[out->n - 1];
    if (last >= p->doc_limit || (p->blocks > 1 && last != postings_last_doc(p, block)))
        return frame_damaged(p->frame, code->lows, "last article of a block is wrong", err);
    return BF_OK;
}

int postings_read_docs(const struct postings *p, uint32_t block, struct posting_block *out,
                       struct error *err)
{
    struct postblock code;
    if (p->info.df == 1) {
        out->n = 1;
        out->docs[0] = p->info.single_doc;
        pad_docs(out);
        return BF_OK;
    }
    int rc = postings_open_block(p, block, &code, err);
    return rc ? rc : postings_docs_of(p, block, &code, out, err);
}

unsigned posting_block_places(const struct posting_block *b, const uint32_t *docs, unsigned n,
                              uint32_t first, uint32_t *places)
{
    return kernels_best()->sorted_places(b->docs, docs, n, first, places);
}

unsigned postings_count_up_to(const uint32_t *numbers, unsigned n, uint32_t v)
{
    return kernels_best()->count_up_to(numbers, n, v);
}

/* The last article's place is the last one: so the ones before it are the block's. */
int postings_places_of(const struct postings *p, uint32_t block, struct postblock *code,
                       const uint32_t *docs, unsigned n, uint32_t *places, unsigned *found,
                       struct error *err)
{
    uint32_t first = block ? postings_last_doc(p, block - 1) + 1 : 0;
    uint32_t last = postings_last_doc(p, block), last_place;
    code->tf_bit = last - first + 1;
    *found = kernels_best()->bit_places(code->ones, (size_t)(code->end - code->ones), first, last,
                                        docs, n, block * BLOCK_LEN, places, &last_place);
    if (last_place != code->n - 1 || last >= p->doc_limit)
        return frame_damaged(p->frame, code->lows, "last article of a block is wrong", err);
    return BF_OK;
}

int postings_tf_of(const struct postings *p, const struct postblock *code, uint32_t tf[BLOCK_LEN],
                   struct error *err)
{
    return postblock_tf(code, tf)
               ? BF_OK
               : frame_damaged(p->frame, code->tf_lows, "no list of frequencies", err);
}

int postings_read_tf(const struct postings *p, uint32_t block, uint32_t tf[BLOCK_LEN],
                     struct error *err)
{
    struct postblock code;
    if (p->info.df == 1) {
        tf[0] = (uint32_t)p->info.cf;
        return BF_OK;
    }
    int rc = postings_open_block(p, block, &code, err);
    return rc ? rc : postings_tf_of(p, &code, tf, err);
}

static int starts_in_range(const struct postings *p, uint32_t count, struct error *err)
{
    return count <= MAX_SEGMENT_TOKENS
               ? BF_OK
               : frame_damaged(p->frame, p->data, "frequencies out of range", err);
}

int postings_starts_of(const struct postings *p, const struct postblock *code,
                       uint32_t starts[BLOCK_LEN + 1], struct error *err)
{
    if (!postblock_starts(code, starts))
        return frame_damaged(p->frame, code->tf_lows, "no list of frequencies", err);
    return starts_in_range(p, starts[code->n], err);
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
    return starts_in_range(p, starts[n], err);
}

static uint64_t positions_start(const struct postings *p, uint32_t block)
{
    return (uint64_t)load_u32(p->group_positions + 4 * (size_t)(block / GROUP_BLOCKS)) +
           postings_head_entry(p->positions_at, p->position_bytes, block);
}

int postings_position_bytes(const struct postings *p, uint32_t block, struct position_bytes *out,
                            struct error *err)
{
    uint64_t start = p->blocks > 1 ? positions_start(p, block) : 0;
    uint64_t stop = block + 1 < p->blocks ? positions_start(p, block + 1) : p->info.positions_bytes;
    if (start > stop || stop > p->info.positions_bytes)
        return frame_damaged(p->frame, p->positions_at, "positions out of range", err);
    *out = (struct position_bytes){p->positions + start, p->positions + stop};
    return BF_OK;
}

void position_bytes_expect(const struct position_bytes *b)
{
    size_t bytes = (size_t)(b->to - b->from);
    for (size_t at = 0; at < bytes && at < MOST_EXPECTED; at += CACHE_LINE)
        __builtin_prefetch(b->from + at);
}

int postings_open_run(const struct postings *p, const struct position_bytes *b, uint32_t count,
                      struct rice_run *run, struct error *err)
{
    int rc = frame_touch(p->positions_frame, b->from, (size_t)(b->to - b->from), err);
    if (!rc && !rice_run_open(run, b->from, b->to, count))
        rc = frame_damaged(p->positions_frame, b->from, "no list of positions", err);
    return rc;
}

int postings_open_positions(const struct postings *p, uint32_t block, uint32_t count,
                            struct rice_run *run, struct error *err)
{
    struct position_bytes bytes;
    int rc = postings_position_bytes(p, block, &bytes, err);
    return rc ? rc : postings_open_run(p, &bytes, count, run, err);
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
