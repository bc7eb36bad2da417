/* postings.c - reading a list block by block; what does not fit its head is damage. */
#include "common/index/postings.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/codec/doclist.h"
#include "common/index/limits.h"

#define IMPACT_BYTES         4
#define HEAD_BYTES_PER_BLOCK 14
#define HEAD_BYTES_PER_GROUP 12

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

static void place_head(struct postings *p, const unsigned char *at)
{
    size_t b = p->blocks, g = group_count(p);
    p->last_docs = at;
    p->positions_at = p->last_docs + 4 * b;
    p->data_at = p->positions_at + 4 * b;
    p->impacts = p->data_at + 2 * b;
    p->group_at = p->impacts + 4 * b;
    p->group_impacts = p->group_at + 8 * g;
    p->data = p->group_impacts + 4 * g;
}

static int open_list(struct postings *p, struct error *err)
{
    const unsigned char *at = section_range(p->frame, p->info.postings_at, p->info.postings_bytes);
    size_t head = p->blocks == 1 ? IMPACT_BYTES
                                 : (size_t)p->blocks * HEAD_BYTES_PER_BLOCK +
                                       (size_t)group_count(p) * HEAD_BYTES_PER_GROUP;
    if (!at || head > p->info.postings_bytes)
        return frame_damaged(p->frame, p->frame->sections[0].p, "posting list out of range", err);
    p->end = at + p->info.postings_bytes;
    if (p->blocks == 1) {
        p->impacts = at;
        p->data = at + IMPACT_BYTES;
    } else {
        place_head(p, at);
    }
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

uint32_t postings_last_doc(const struct postings *p, uint32_t block)
{
    if (p->last_docs)
        return load_u32(p->last_docs + 4 * (size_t)block);
    return p->info.df == 1 ? p->info.single_doc : p->doc_limit - 1;
}

static struct impact load_impact(const unsigned char *at)
{
    return (struct impact){at[0], at[1], at[2], at[3]};
}

struct impact postings_impact(const struct postings *p, uint32_t block)
{
    /* A term of one article has no stored impact: length code 0 bounds it. */
    if (p->info.df == 1)
        return (struct impact){p->info.cf < IMPACT_MANY ? (uint8_t)p->info.cf : IMPACT_MANY, 0, 0,
                               0};
    return load_impact(p->impacts + IMPACT_BYTES * (size_t)block);
}

struct impact postings_group_impact(const struct postings *p, uint32_t group)
{
    return p->group_impacts ? load_impact(p->group_impacts + IMPACT_BYTES * (size_t)group)
                            : postings_impact(p, 0);
}

uint32_t postings_seek(const struct postings *p, uint32_t from, uint32_t doc)
{
    uint32_t low = from, step = 1;
    while (low + step < p->blocks && postings_last_doc(p, low + step) < doc) {
        low += step;
        step *= 2;
    }
    uint32_t high = low + step < p->blocks ? low + step : p->blocks;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (postings_last_doc(p, middle) < doc)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void pad_docs(struct posting_block *b)
{
    memset(b->docs + b->n, 0xff, (BLOCK_LEN - b->n) * sizeof *b->docs);
}

static int read_single(const struct postings *p, struct posting_block *out)
{
    out->n = 1;
    pad_docs(out);
    out->docs[0] = p->info.single_doc;
    out->tf[0] = (uint32_t)p->info.cf;
    out->lead[0] = p->info.single_lead;
    out->tf_at = out->lead_at = out->end = NULL;
    return BF_OK;
}

/* Where a block's bytes start and end. */
static int block_range(const struct postings *p, uint32_t block, const unsigned char **from,
                       const unsigned char **to, struct error *err)
{
    *from = p->data;
    *to = p->end;
    if (p->blocks > 1) {
        size_t size = (size_t)(p->end - p->data);
        uint64_t start = load_u64(p->group_at + 8 * (size_t)(block / GROUP_BLOCKS)) +
                         load_u16(p->data_at + 2 * (size_t)block);
        uint64_t stop = size;
        if (block + 1 < p->blocks)
            stop = load_u64(p->group_at + 8 * (size_t)((block + 1) / GROUP_BLOCKS)) +
                   load_u16(p->data_at + 2 * (size_t)(block + 1));
        if (start > stop || stop > size)
            return frame_damaged(p->frame, p->data_at, "block out of range", err);
        *from = p->data + start;
        *to = p->data + stop;
    }
    return frame_touch(p->frame, *from, (size_t)(*to - *from), err);
}

int postings_read_docs(const struct postings *p, uint32_t block, struct posting_block *out,
                       struct error *err)
{
    if (p->info.df == 1)
        return read_single(p, out);
    const unsigned char *from, *to;
    int rc = block_range(p, block, &from, &to, err);
    if (rc)
        return rc;
    int64_t base = block ? (int64_t)postings_last_doc(p, block - 1) : -1;
    out->n = postings_block_len(p, block);
    out->end = to;
    out->lead_at = NULL;
    out->tf_at = doclist_decode(from, to, base, out->n, out->docs);
    if (!out->tf_at)
        return frame_damaged(p->frame, from, "no list of articles", err);
    pad_docs(out);
    uint32_t last = out->docs[out->n - 1];
    if (last >= p->doc_limit || (p->blocks > 1 && last != postings_last_doc(p, block)))
        return frame_damaged(p->frame, from, "last article of a block is wrong", err);
    return BF_OK;
}

int postings_read_tf(const struct postings *p, struct posting_block *b, struct error *err)
{
    if (p->info.df == 1 || b->lead_at)
        return BF_OK;
    b->lead_at = pfor_decode(b->tf_at, b->end, b->n, b->tf);
    if (!b->lead_at)
        return frame_damaged(p->frame, b->tf_at, "no list of frequencies", err);
    for (unsigned i = 0; i < b->n; i++)
        b->tf[i]++;
    return BF_OK;
}

int postings_read_lead(const struct postings *p, struct posting_block *b, struct error *err)
{
    if (p->info.df == 1)
        return BF_OK;
    const unsigned char *from = b->lead_at ? b->lead_at : pfor_skip(b->tf_at, b->end, b->n);
    if (!from || pfor_decode(from, b->end, b->n, b->lead) != b->end)
        return frame_damaged(p->frame, b->tf_at, "no list of lead counts", err);
    return BF_OK;
}

int postings_frequencies(const struct postings *p, uint32_t block, uint32_t tf[BLOCK_LEN],
                         struct error *err)
{
    if (p->info.df == 1) {
        tf[0] = (uint32_t)p->info.cf;
        return BF_OK;
    }
    const unsigned char *from, *to;
    int rc = block_range(p, block, &from, &to, err);
    if (rc)
        return rc;
    unsigned n = postings_block_len(p, block);
    const unsigned char *at = doclist_skip(from, to, n);
    if (!at || !pfor_decode(at, to, n, tf))
        return frame_damaged(p->frame, from, "no list of frequencies", err);
    for (unsigned i = 0; i < n; i++)
        tf[i]++;
    return BF_OK;
}

void position_block_free(struct position_block *b)
{
    free(b->positions);
    free(b->chunks);
    free(b->found);
    *b = (struct position_block){0};
}

/* Gaps to the positions of one article; false when one passes the limit. */
static bool sum_gaps(const uint32_t *gaps, uint32_t count, uint32_t *positions)
{
    uint64_t position = 0;
    for (uint32_t k = 0; k < count; k++) {
        position += (uint64_t)gaps[k] + (k > 0);
        positions[k] = (uint32_t)position;
    }
    return position < (uint64_t)MAX_DOC_TOKENS + TITLE_GAP;
}

/* Where each article's positions start among the block's. */
static int count_positions(const struct postings *p, const uint32_t *tf, unsigned n,
                           struct position_block *out, struct error *err)
{
    uint64_t total = 0;
    for (unsigned i = 0; i < n; i++) {
        out->starts[i] = (uint32_t)total;
        total += tf[i];
    }
    if (total > MAX_SEGMENT_TOKENS)
        return frame_damaged(p->frame, p->data, "frequencies out of range", err);
    out->starts[n] = out->total = (uint32_t)total;
    return BF_OK;
}

/* The bytes of a block's positions: *to is where the next block's start. */
static int positions_range(const struct postings *p, uint32_t block, uint32_t total,
                           const unsigned char **from, const unsigned char **to, struct error *err)
{
    uint64_t start = p->blocks > 1 ? load_u32(p->positions_at + 4 * (size_t)block) : 0;
    uint64_t stop = block + 1 < p->blocks ? load_u32(p->positions_at + 4 * (size_t)(block + 1))
                                          : p->info.positions_bytes;
    if (start > stop || stop > p->info.positions_bytes)
        return frame_damaged(p->frame, p->positions_at, "positions out of range", err);
    *from = p->positions + start;
    *to = p->positions + stop;
    /* A chunk takes at least a byte: what cannot be there is not allocated. */
    if (total / BLOCK_LEN > stop - start)
        return frame_damaged(p->positions_frame, *from, "too few positions", err);
    return frame_touch(p->positions_frame, *from, (size_t)(stop - start), err);
}

static unsigned chunk_len(uint32_t total, uint32_t chunk)
{
    uint32_t left = total - chunk * BLOCK_LEN;
    return left < BLOCK_LEN ? left : BLOCK_LEN;
}

int postings_find_positions(const struct postings *p, uint32_t block, const uint32_t *tf,
                            struct position_block *out, struct error *err)
{
    const unsigned char *from = NULL, *to = NULL;
    int rc = count_positions(p, tf, postings_block_len(p, block), out, err);
    uint32_t total = rc ? 0 : out->total;
    if (!rc)
        rc = positions_range(p, block, total, &from, &to, err);
    if (rc)
        return rc;
    uint32_t chunks = (total + BLOCK_LEN - 1) / BLOCK_LEN;
    mem_grow(out->positions, &out->capacity, (size_t)total + BLOCK_LEN);
    mem_grow(out->chunks, &out->chunks_capacity, (size_t)chunks + 1);
    if (p->info.cf == 1) { /* the dictionary has the only one */
        out->positions[0] = p->info.single_position;
        out->chunks[0] = NULL;
        return BF_OK;
    }
    for (uint32_t chunk = 0; chunk < chunks; chunk++) {
        out->chunks[chunk] = from;
        from = pfor_skip(from, to, chunk_len(total, chunk));
        if (!from)
            return frame_damaged(p->positions_frame, out->chunks[chunk], "no list of positions",
                                 err);
    }
    out->chunks[chunks] = from;
    if (from != to)
        return frame_damaged(p->positions_frame, from, "too many positions", err);
    return BF_OK;
}

static int decode_chunk(const struct postings *p, struct position_block *out, uint32_t chunk,
                        uint32_t total, struct error *err)
{
    const unsigned char *from = out->chunks[chunk];
    if (!from)
        return BF_OK;
    out->chunks[chunk] = NULL;
    if (!pfor_decode(from, p->positions_end, chunk_len(total, chunk),
                     out->positions + (size_t)chunk * BLOCK_LEN))
        return frame_damaged(p->positions_frame, from, "no list of positions", err);
    return BF_OK;
}

int postings_article_positions(const struct postings *p, struct position_block *out,
                               unsigned article, const uint32_t **positions, uint32_t *count,
                               struct error *err)
{
    uint32_t from = out->starts[article], to = out->starts[article + 1];
    mem_grow(out->found, &out->found_capacity, to - from);
    for (uint32_t chunk = from / BLOCK_LEN; chunk * BLOCK_LEN < to; chunk++) {
        int rc = decode_chunk(p, out, chunk, out->total, err);
        if (rc)
            return rc;
    }
    if (!sum_gaps(out->positions + from, to - from, out->found))
        return frame_damaged(p->positions_frame, p->positions, "position out of range", err);
    *positions = out->found;
    *count = to - from;
    return BF_OK;
}

int postings_read_positions(const struct postings *p, uint32_t block, const struct posting_block *b,
                            struct position_block *out, struct error *err)
{
    int rc = postings_find_positions(p, block, b->tf, out, err);
    uint32_t total = rc ? 0 : out->total;
    for (uint32_t chunk = 0; chunk * BLOCK_LEN < total && !rc; chunk++)
        rc = decode_chunk(p, out, chunk, total, err);
    for (unsigned i = 0; i < b->n && !rc; i++) {
        uint32_t from = out->starts[i];
        if (!sum_gaps(out->positions + from, out->starts[i + 1] - from, out->positions + from))
            rc = frame_damaged(p->positions_frame, p->positions, "position out of range", err);
    }
    return rc;
}
